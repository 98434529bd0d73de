import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../domain/errors';
import { PRIVATE_FILE, tellingLines, textFrom } from '../files';
import { identify, type ProcessIdentity, stopProcess } from '../processes';

/** Tells a person what is being done, a line at a time. */
export type Log = (line: string) => void;

/** A program that was started and is being looked after. */
export interface RunningProgram {
  readonly pid: number;
  /** Settles when the program has ended, for whatever reason; never rejects. */
  readonly exited: Promise<string>;
  /** What of its log since it started speaks of an error. */
  complaint(): string;
  /** Settles with the first message over the channel; for ever pending without one. */
  readonly said: Promise<unknown>;
  /** Asks it to end in good order and waits until it has. Repeating is harmless. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would; waits until it has. For tests of faults. */
  kill9(): Promise<void>;
}

export interface ProgramOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Both its outputs are appended here. */
  readonly logFile: string;
  /** Another user to run as; null = ours. */
  readonly runAs: { readonly uid: number; readonly gid: number } | null;
  readonly politeSignal: NodeJS.Signals;
  /** How long it may take to end politely. */
  readonly graceMs: number;
  /** Aborting it stops a start under way. */
  readonly signal?: AbortSignal | undefined;
  /** With a channel, the program can say that it is ready, and notices when we are gone. @default 'none' */
  readonly channel?: 'none' | 'ipc';
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts a program in a session of its own: a Ctrl-C in the terminal reaches only us, who then stop things in order.
 * @throws Failure `program-not-started` (exit 3)
 */
export async function launch(options: ProgramOptions): Promise<RunningProgram> {
  const log = openLog(options.logFile);
  const offset = fstatSync(log).size;
  const complaint = (): string => tellingLines(textFrom(options.logFile, offset));
  const child = spawn(options.program, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: options.channel === 'ipc' ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    ...(options.runAs ?? {}),
  });
  closeSync(log);
  const exited = whenExited(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new Failure('program-not-started', `${options.name} could not be started: ${cause.message}.`, {
          exit: 3,
          hint: `see that ${options.program} is there and may be run.`,
          cause,
        }),
      );
    });
  });
  const pid = child.pid;
  const identity: ProcessIdentity | null = pid === undefined ? null : identify(pid);
  if (pid === undefined || identity === null) throw endedEarly(options, await exited, complaint());
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await stopProcess(identity, signal, options.graceMs);
    await exited;
  };
  const said = new Promise<unknown>((resolve) => child.once('message', resolve));
  return { pid, exited, said, complaint, stop: () => end(options.politeSignal), kill9: () => end('SIGKILL') };
}

/**
 * Waits until `ready` says yes, giving up when the program ends first or the time is over (the program is then stopped).
 * @throws Failure `program-not-ready` (exit 3) with the end of its log
 */
export async function untilReady(
  running: RunningProgram,
  options: ProgramOptions,
  timeoutMs: number,
  ready: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  let ended: string | null = null;
  void running.exited.then((how) => (ended = how));
  while (!(await ready())) {
    if (ended !== null) throw endedEarly(options, ended, running.complaint());
    if (options.signal?.aborted) {
      await running.stop();
      throw stoppedEarly(options.name);
    }
    if (Date.now() >= end) {
      await running.stop();
      throw new Failure('program-not-ready', `${options.name} was not ready after ${timeoutMs / 1000} s.`, {
        exit: 3,
        hint: seeLog(options, running.complaint()),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a start ends with that was told to stop. */
export function stoppedEarly(name: string): Failure {
  return new Failure('stopped', `${name} was stopped while starting.`, { exit: 3 });
}

function endedEarly(options: ProgramOptions, how: string, complaint: string): Failure {
  return new Failure('program-not-ready', `${options.name} ended while starting (${how}).`, {
    exit: 3,
    hint: seeLog(options, complaint),
  });
}

/** For a hint. */
export function seeLog({ logFile }: Pick<ProgramOptions, 'logFile'>, complaint: string): string {
  return complaint === '' ? `read ${logFile}.` : `read ${logFile}; it says:\n${complaint}`;
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  // One earlier log is kept, so that a log never fills the disk.
  if (existsSync(path) && statSync(path).size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', PRIVATE_FILE);
}

function whenExited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}
