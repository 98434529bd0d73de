import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { z } from 'zod';
import { Failure } from '../../../domain/errors';
import { EMBEDDED_NAMESPACE } from '../../config';
import { PRIVATE_FOLDER, readIfPresent, writeAtomically } from '../../files';
import { ensureFolder, ensureHome } from '../../home';
import { type Environment, homePaths } from '../../paths';
import { findProcesses, stopProcess } from '../../processes';
import { LOOPBACK, portsNear } from '../ports';
import { launch, type Log, type ProgramOptions, type RunningProgram, untilReady } from '../program';
import { databasePath, INNER_PORTS, servesFolder, serverArguments, type TimeSkipping } from './arguments';
import { prepareNamespace } from '../../namespace';
import { findTemporal } from './routes';
import { TEMPORAL_KINDS, type TemporalProgram } from './version';

/** A Temporal server that we run. */
export interface RunningTemporal extends RunningProgram {
  /** host:port */
  readonly address: string;
  readonly namespace: string;
  readonly program: TemporalProgram;
}

export interface TemporalOptions {
  readonly home: string;
  readonly log: Log;
  /** @default 'off' */
  readonly timeSkipping?: TimeSkipping;
  /** @default EMBEDDED_NAMESPACE */
  readonly namespace?: string;
  /** For PATH and the cache. @default process.env */
  readonly environment?: Environment;
  /** Aborting it stops a start under way. */
  readonly signal?: AbortSignal | undefined;
}

const READY_MS = 90_000;
const GRACE_MS = 30_000;
const ATTEMPTS = 4;

/**
 * What a home began with, and the ports of last time: a server that was killed is still listed under them among its own peers.
 * `ready` is false until the first start has made the whole schema.
 */
const stateFile = z.object({
  kind: z.enum(TEMPORAL_KINDS),
  version: z.string(),
  ports: z.array(z.int()),
  ready: z.boolean(),
});
type State = z.infer<typeof stateFile>;

/**
 * Starts the home's own Temporal server on loopback, with durable SQLite storage, namespace and search attributes. A home keeps the kind
 * of server that it began with. A server of this home that outlived its `clearsite up` is stopped first.
 * @throws Failure (exit 3) saying what to do
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const {
    home,
    log,
    timeSkipping = 'off',
    namespace = EMBEDDED_NAMESPACE,
    environment = process.env,
    signal,
  } = options;
  ensureHome(home);
  const folder = homePaths(home).temporal;
  ensureFolder(folder, PRIVATE_FOLDER);
  await stopLeftover(folder, log);
  const statePath = join(folder, 'state.json');
  const kept = readState(statePath);
  const program = await findTemporal(kept?.kind ?? null, { environment, log, signal });
  // A first start that was killed may have made half of the schema, and the server would take it for a whole one.
  if (kept?.ready !== true)
    for (const suffix of ['', '-wal', '-shm']) rmSync(databasePath(folder) + suffix, { force: true });
  const state: State = {
    kind: program.kind,
    version: program.version,
    ports: kept?.ports ?? [],
    ready: kept?.ready ?? false,
  };
  writeAtomically(statePath, JSON.stringify(state));
  for (let attempt = 1; ; attempt += 1) {
    const ports = await portsNear(attempt === 1 ? state.ports : [], 1 + INNER_PORTS);
    try {
      const running = await run(program, folder, ports, timeSkipping, signal);
      const address = `${LOOPBACK}:${ports[0]}`;
      await prepare(running, address, namespace);
      writeAtomically(statePath, JSON.stringify({ ...state, ports, ready: true }));
      return { ...running, address, namespace, program };
    } catch (error) {
      if (!(error instanceof Failure) || attempt === ATTEMPTS || !/address already in use/i.test(error.hint ?? ''))
        throw error;
    }
  }
}

function readState(path: string): State | null {
  const text = readIfPresent(path);
  return text === null ? null : stateFile.parse(JSON.parse(text));
}

async function stopLeftover(folder: string, log: Log): Promise<void> {
  for (const { identity } of findProcesses((argv) => servesFolder(argv, folder))) {
    log(`Temporal: process ${identity.pid} of this home outlived its "clearsite up"; stopping it`);
    await stopProcess(identity, 'SIGTERM', GRACE_MS);
  }
}

async function run(
  program: TemporalProgram,
  folder: string,
  ports: readonly number[],
  timeSkipping: TimeSkipping,
  signal: AbortSignal | undefined,
): Promise<RunningProgram> {
  const [port = 0, ...innerPorts] = ports;
  const args = serverArguments(program, { folder, port, innerPorts, timeSkipping });
  const options: ProgramOptions = {
    name: 'Temporal',
    program: program.path,
    args,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: folder, TZ: 'UTC' },
    logFile: join(folder, 'temporal.log'),
    runAs: null,
    politeSignal: 'SIGTERM',
    graceMs: GRACE_MS,
    signal,
  };
  const running = await launch(options);
  await untilReady(running, options, READY_MS, () => answers(`${LOOPBACK}:${port}`));
  return running;
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

async function prepare(running: RunningProgram, address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    await prepareNamespace(connection, namespace);
  } catch (error) {
    await running.stop();
    throw error;
  } finally {
    await connection.close();
  }
}
