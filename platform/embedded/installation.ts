import { type Config, EMBEDDED_NAMESPACE, loadConfig } from '../config';
import { ensureKeys } from '../keys';
import { type Environment, homePaths, variable } from '../paths';
import { identify } from '../processes';
import { removeRunFile, type RunFile, writeRunFile } from '../run-file';
import { type RunningMail, startMail } from './mail';
import { type RunningPostgres, startPostgres } from './postgres';
import { type Log } from './program';
import { supervise, type Supervised } from './supervisor';
import { type RunningTemporal, startTemporal } from './temporal/start';

/** The services of a home that we run because the environment names no others. */
export interface Installation {
  readonly postgres: Supervised<RunningPostgres> | null;
  readonly temporal: Supervised<RunningTemporal> | null;
  readonly mail: RunningMail | null;
  /** Tells the other commands where everything is (`run.json`), and keeps that right. Returns the settings that they will read. */
  publish(): Config;
  /** Stops them, what uses before what is used. */
  stop(): Promise<void>;
  /** Ends them at once. */
  kill9(): Promise<void>;
}

export interface InstallationOptions {
  readonly home: string;
  readonly environment: Environment;
  readonly log: Log;
  /** Aborting it gives up a start under way. */
  readonly signal: AbortSignal;
  /** Where the web server of this home will listen. */
  readonly webUrl: string;
  /** Called when a service came back at another address, after that was published. */
  readonly moved: () => void;
}

/**
 * Starts what the environment does not name, and keeps it running.
 * @throws Failure (exit 3); then nothing is left running
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { home, environment, log } = options;
  const named = loadConfig(environment);
  if (named.keys === null) ensureKeys(home);
  // One that fails ends the others' starts.
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  let published: string | null = null;
  const restarted = (): void => {
    if (published === null || published === JSON.stringify(addresses())) return;
    publish();
    options.moved();
  };
  const guard = async <T>(unnamed: boolean, start: () => Promise<T>): Promise<T | null> => {
    if (!unnamed) return null;
    return start().catch((error: unknown) => {
      failed.abort();
      throw error;
    });
  };
  const namespace = variable(environment, 'TEMPORAL_NAMESPACE') ?? EMBEDDED_NAMESPACE;
  const [postgresStart, temporalStart, mailStart] = await Promise.allSettled([
    guard(named.databaseUrl === null, () =>
      supervise({
        name: 'PostgreSQL',
        log,
        signal,
        restarted,
        start: (inner) => startPostgres({ home, log, signal: inner }),
      }),
    ),
    guard(named.temporal === null, () =>
      supervise({
        name: 'Temporal',
        log,
        signal,
        restarted,
        start: (inner) => startTemporal({ home, log, namespace, environment, signal: inner }),
      }),
    ),
    guard(named.smtpUrl === null, () => startMail({ folder: homePaths(home).mail })),
  ]);
  const [postgres, temporal, mail] = [valueOf(postgresStart), valueOf(temporalStart), valueOf(mailStart)];
  const addresses = () => ({
    databaseUrl: postgres?.current().url ?? named.databaseUrl ?? '',
    temporal: temporal === null ? null : pick(temporal.current()),
    smtpUrl: mail?.url ?? named.smtpUrl ?? '',
    webUrl: options.webUrl,
  });
  const publish = (): Config => {
    const up = identify(process.pid);
    if (up === null) throw new Error('this process is not in the list of processes');
    const found = addresses();
    const run: RunFile = { version: 1, up, since: new Date().toISOString(), ...found };
    writeRunFile(home, run);
    published = JSON.stringify(found);
    return loadConfig({ ...environment, CLEARSITE_HOME: home });
  };
  const end = async (how: 'stop' | 'kill9'): Promise<void> => {
    removeRunFile(home);
    await temporal?.[how]();
    await postgres?.[how]();
    await mail?.stop();
  };
  const problem = firstProblem([postgresStart, temporalStart, mailStart]);
  if (problem !== null) {
    await end('stop');
    throw problem.reason;
  }
  return { postgres, temporal, mail, publish, stop: () => end('stop'), kill9: () => end('kill9') };
}

function pick({ address, namespace }: RunningTemporal): { address: string; namespace: string } {
  return { address, namespace };
}

function valueOf<T>(result: PromiseSettledResult<T>): T | null {
  return result.status === 'fulfilled' ? result.value : null;
}

/** The failure that was the cause: not that of a start which was merely given up because of it. */
function firstProblem(results: readonly PromiseSettledResult<unknown>[]): PromiseRejectedResult | null {
  const problems = results.filter((result) => result.status === 'rejected');
  return problems.find(({ reason }) => (reason as { code?: unknown }).code !== 'stopped') ?? problems[0] ?? null;
}
