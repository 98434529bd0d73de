import { join } from 'node:path';
import { Failure } from '../../domain/errors';
import { packageRoot } from '../paths';
import { launch, type ProgramOptions, type RunningProgram, seeLog } from './program';

export interface OwnProcessOptions {
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
}

const READY_MS = 60_000;
/** A worker finishes what it has in hand, and a web server what it is answering, for 10 s at most, before it ends. */
const GRACE_MS = 20_000;

/** What the commands of ours that run beside `clearsite up` say goes here. */
export function logOf(home: string, command: 'worker' | 'web'): string {
  return join(home, `${command}.log`);
}

/** Starts one of our own commands as a process of its own, which ends when we do, and waits until it says that it is ready. */
async function startOwn(
  name: string,
  command: 'worker' | 'web',
  { home, signal }: OwnProcessOptions,
  environment: Readonly<Record<string, string>>,
): Promise<RunningProgram> {
  const set = Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const options: ProgramOptions = {
    name,
    program: process.execPath,
    args: [join(packageRoot(), 'bin', 'clearsite.js'), command],
    cwd: process.cwd(),
    env: { ...(Object.fromEntries(set) as Record<string, string>), CLEARSITE_HOME: home, ...environment },
    logFile: logOf(home, command),
    runAs: null,
    politeSignal: 'SIGTERM',
    graceMs: GRACE_MS,
    signal,
    channel: 'ipc',
  };
  const running = await launch(options);
  const outcome = await Promise.race([
    running.said.then(() => 'ready' as const),
    running.exited.then((how) => `it ended (${how})`),
    after(READY_MS, signal),
  ]);
  if (outcome === 'ready') return running;
  await running.stop();
  throw new Failure(`${command}-not-ready`, `${name} did not start: ${outcome}.`, {
    exit: 3,
    hint: seeLog(options, running.complaint()),
  });
}

/** Starts `clearsite worker` and waits until it polls. */
export function startWorkerProcess(options: OwnProcessOptions): Promise<RunningProgram> {
  return startOwn('The worker', 'worker', options, {});
}

/** Starts `clearsite web` on a port of loopback and waits until it listens. */
export function startWebProcess(options: OwnProcessOptions & { readonly port: number }): Promise<RunningProgram> {
  return startOwn('The web server', 'web', options, { PORT: String(options.port) });
}

function after(milliseconds: number, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`it was not ready after ${milliseconds / 1000} s`), milliseconds);
    timer.unref();
    signal?.addEventListener('abort', () => resolve('it was told to stop'), { once: true });
  });
}
