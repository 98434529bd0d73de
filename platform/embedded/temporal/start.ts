import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Failure } from '../../../domain/errors';
import { EMBEDDED_NAMESPACE } from '../../config';
import { PRIVATE_FOLDER } from '../../files';
import { ensureFolder, ensureHome } from '../../home';
import { type Environment, homePaths } from '../../paths';
import { findProcesses, type ProcessIdentity, stopProcess } from '../../processes';
import { LOOPBACK, portsNear } from '../ports';
import { launch, type Log, type ProgramOptions, type RunningProgram, untilReady } from '../program';
import { databasePath, INNER_PORTS, servesFolder, serverArguments, type TimeSkipping } from './arguments';
import { prepareNamespace } from '../../namespace';
import { findTemporal } from './routes';
import { readState, type State, writeState } from './state';
import { type TemporalProgram } from './version';

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
const PEER_MS = 25_000;

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
  await stopLeftover(home, log);
  const kept = readState(home);
  const program = await findTemporal(kept?.kind ?? null, { environment, log, signal });
  // A first start that was killed may have made half of the schema, and the server would take it for a whole one.
  if (kept?.ready !== true)
    for (const suffix of ['', '-wal', '-shm']) rmSync(databasePath(folder) + suffix, { force: true });
  if (kept !== null && kept.copiedAt !== null) await outliveOriginal(kept.copiedAt, log, signal);
  const state: State = {
    kind: program.kind,
    version: program.version,
    ports: kept?.ports ?? [],
    ready: kept?.ready ?? false,
    copiedAt: kept?.copiedAt ?? null,
  };
  writeState(home, state);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await portsNear(attempt === 1 ? state.ports : [], 1 + INNER_PORTS);
    try {
      const running = await run(program, folder, ports, timeSkipping, signal);
      const address = `${LOOPBACK}:${ports[0]}`;
      await prepare(running, address, namespace);
      writeState(home, { ...state, ports, ready: true, copiedAt: null });
      return { ...running, address, namespace, program };
    } catch (error) {
      if (!(error instanceof Failure) || attempt === ATTEMPTS || !/address already in use/i.test(error.hint ?? ''))
        throw error;
    }
  }
}

/**
 * Data copied from a running server list it as a living peer, for 20 s after its last sign. A server that starts on them sooner joins the
 * original, and the two would take each other's workflows for their own.
 */
async function outliveOriginal(copiedAt: string, log: Log, signal: AbortSignal | undefined): Promise<void> {
  const until = Date.parse(copiedAt) + PEER_MS;
  const seconds = Math.ceil((until - Date.now()) / 1000);
  if (seconds <= 0) return;
  log(
    `Temporal: these data were copied a moment ago; waiting ${seconds} s, until they no longer name the original as a peer`,
  );
  while (Date.now() < until && !signal?.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** The processes that serve a home's Temporal data; at most one, unless something went wrong. */
export function temporalOf(home: string): readonly ProcessIdentity[] {
  const folder = homePaths(home).temporal;
  return findProcesses((argv) => servesFolder(argv, folder)).map(({ identity }) => identity);
}

async function stopLeftover(home: string, log: Log): Promise<void> {
  for (const identity of temporalOf(home)) {
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
