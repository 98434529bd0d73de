import { type Log, type RunningProgram, stoppedEarly } from './program';

/** One program that is kept running. */
export interface Supervised<Program extends RunningProgram> {
  /** The program as it is now; a new one after each restart. */
  current(): Program;
  /** Ends the supervision and the program. */
  stop(): Promise<void>;
  /** Ends both at once. */
  kill9(): Promise<void>;
}

export interface SupervisedOptions<Program extends RunningProgram> {
  readonly name: string;
  readonly log: Log;
  readonly start: (signal: AbortSignal) => Promise<Program>;
  /** Called after each restart, with the new program. */
  readonly restarted?: (program: Program) => void;
  /** Aborting it gives up a start under way. */
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** One that has run so long was well: the next pause is short again. */
const WELL_AFTER_MS = 60_000;

/**
 * Starts a program and starts it again, after growing pauses, whenever it ends unasked.
 * @throws whatever the first start throws
 */
export async function supervise<Program extends RunningProgram>(
  options: SupervisedOptions<Program>,
): Promise<Supervised<Program>> {
  const { name, log, start } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, options.signal]);
  let program = await start(signal);
  let begun = Date.now();

  const again = async (): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const how = await program.exited;
      if (ended.signal.aborted) return;
      if (Date.now() - begun > WELL_AFTER_MS) pause = FIRST_PAUSE_MS;
      log(`${name} ended by itself (${how}); starting it again`);
      for (let restarted = false; !restarted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        await sleep(pause, ended.signal);
        if (ended.signal.aborted) return;
        begun = Date.now();
        try {
          program = await start(signal);
          restarted = true;
        } catch (error) {
          if (ended.signal.aborted) return;
          log(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      log(`${name} is running again`);
      options.restarted?.(program);
    }
  };
  const watching = again();

  const end = async (how: 'stop' | 'kill9'): Promise<void> => {
    ended.abort();
    await program[how]();
    await watching;
    // A restart that was under way when we were told to end.
    await program[how]();
  };
  if (options.signal.aborted) {
    await end('stop');
    throw stoppedEarly(name);
  }
  return { current: () => program, stop: () => end('stop'), kill9: () => end('kill9') };
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}
