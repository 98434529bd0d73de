import { execFile, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import { cachedPath, cachedProgram, serverModule } from './cache';
import { type Search } from './search';

const PROGRESS_MS = 30_000;

/**
 * Compiles the server from the source that tools/temporal pins, byte by byte (go.sum), and keeps it in the cache. Some minutes the first
 * time; two processes that want it at once share one build.
 * @returns null when it is there, else why it is not
 */
export async function buildServer({ environment, log, signal }: Search): Promise<string | null> {
  if (!(await hasGo())) return 'there is no Go compiler ("go") on PATH';
  const target = cachedPath('server', environment);
  mkdirSync(dirname(target), { recursive: true });
  const release = await lockWhenFree(target, signal);
  if (release === null) return 'it was stopped';
  try {
    if ((await cachedProgram('server', environment)) !== null) return null;
    return await compile(target, log, signal);
  } finally {
    await release();
  }
}

/** Another process may be building: then its build serves us too. */
async function lockWhenFree(target: string, signal: Search['signal']): Promise<(() => Promise<void>) | null> {
  while (!signal?.aborted) {
    try {
      return await lock(target, { realpath: false, stale: 20_000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  return null;
}

async function compile(target: string, log: Search['log'], signal: Search['signal']): Promise<string | null> {
  log('Temporal: building the server from source; the first time this takes 3 to 8 minutes');
  const partial = `${target}.partial`;
  const begun = Date.now();
  const progress = setInterval(
    () => log(`Temporal: still building, ${Math.round((Date.now() - begun) / 1000)} s`),
    PROGRESS_MS,
  );
  try {
    const problem = await go(
      ['build', '-trimpath', '-mod=readonly', '-ldflags=-s -w', '-o', partial, 'go.temporal.io/server/cmd/server'],
      signal,
    );
    if (problem !== null) return problem;
    renameSync(partial, target);
    log(`Temporal: built in ${Math.round((Date.now() - begun) / 1000)} s, kept in ${target}`);
    return null;
  } finally {
    clearInterval(progress);
    rmSync(partial, { force: true });
  }
}

function go(args: readonly string[], signal: Search['signal']): Promise<string | null> {
  return new Promise((resolve) => {
    // A person's own workspace or flags must not change what is built.
    const env = { ...process.env, GOFLAGS: '', GOWORK: 'off' };
    const child = spawn('go', [...args], {
      cwd: serverModule(),
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(signal && { signal }),
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) =>
      resolve(code === 0 ? null : `go build failed: ${said.trim().split('\n').slice(-3).join(' / ')}`),
    );
  });
}

async function hasGo(): Promise<boolean> {
  try {
    await promisify(execFile)('go', ['version'], { cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
