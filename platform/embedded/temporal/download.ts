import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, packageRoot } from '../../paths';
import { CLI_VERSION, cachedPath } from './cache';

/** Nothing arriving for so long means that the vendor's site is out of reach. */
const STALLED_MS = 30_000;
const LIMIT_MS = 10 * 60_000;

/** The SDK can only download and start in one go, and cannot be interrupted: so in a process of its own, stopped again at once. */
const SCRIPT = `
  const [folder, version] = process.argv.slice(1);
  const { TestWorkflowEnvironment } = require('@temporalio/testing');
  TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir: folder, version } } })
    .then((environment) => environment.teardown())
    .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
`;

/**
 * Has the SDK download the Temporal command and keeps it in the cache.
 * @returns null when it is there, else why it is not
 */
export async function downloadCli(environment: Environment, signal: AbortSignal | undefined): Promise<string | null> {
  const target = cachedPath('cli', environment);
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), '.download-'));
  try {
    const problem = await runScript(folder, signal);
    if (problem !== null) return problem;
    const [file] = readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    if (file === undefined) return 'the SDK kept no program';
    chmodSync(file, 0o755);
    renameSync(file, target);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runScript(folder: string, signal: AbortSignal | undefined): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', SCRIPT, folder, CLI_VERSION], {
      cwd: packageRoot(),
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const begun = Date.now();
    let arrived = 0;
    let lastProgress = begun;
    const watch = setInterval(() => {
      const size = sizeOf(folder);
      if (size > arrived) [arrived, lastProgress] = [size, Date.now()];
      if (Date.now() - lastProgress > STALLED_MS || Date.now() - begun > LIMIT_MS) child.kill('SIGKILL');
    }, 500);
    child.once('error', (error) => {
      clearInterval(watch);
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      clearInterval(watch);
      if (code === 0) resolve(null);
      else
        resolve(
          signal === null
            ? (said.trim().split('\n')[0] ?? `exit code ${code}`).slice(0, 200)
            : `nothing arrived for ${STALLED_MS / 1000} s`,
        );
    });
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
