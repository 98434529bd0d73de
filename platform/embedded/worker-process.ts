import { join } from 'node:path';
import { Failure } from '../../domain/errors';
import { packageRoot } from '../paths';
import { launch, type ProgramOptions, type RunningProgram, seeLog } from './program';

export interface WorkerProcessOptions {
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
}

const READY_MS = 60_000;
/** A worker finishes what it has in hand, for 10 s at most, before it ends. */
const GRACE_MS = 20_000;

/** Starts `clearsite worker` as a process of its own, which ends when we do, and waits until it polls. */
export async function startWorkerProcess({ home, signal }: WorkerProcessOptions): Promise<RunningProgram> {
  const set = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const options: ProgramOptions = {
    name: 'The worker',
    program: process.execPath,
    args: [join(packageRoot(), 'bin', 'clearsite.js'), 'worker'],
    cwd: process.cwd(),
    env: { ...(Object.fromEntries(set) as Record<string, string>), CLEARSITE_HOME: home },
    logFile: workerLog(home),
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
  throw new Failure('worker-not-ready', `The worker did not start: ${outcome}.`, {
    exit: 3,
    hint: seeLog(options, running.complaint()),
  });
}

/** What the worker of a home says goes here. */
export function workerLog(home: string): string {
  return join(home, 'worker.log');
}

function after(milliseconds: number, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`it was not ready after ${milliseconds / 1000} s`), milliseconds);
    timer.unref();
    signal?.addEventListener('abort', () => resolve('it was told to stop'), { once: true });
  });
}
