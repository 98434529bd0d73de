import { type Command } from 'commander';
import { once } from 'node:events';
import { type Who } from '../app/who';
import { type ExitCode, Failure } from '../domain/errors';

/** Where a command writes. With `--json` exactly one document goes to stdout; all else goes to stderr. */
export interface Io {
  readonly json: boolean;
  /** Who acts, and who types. */
  readonly who: Who;
  /** Prints the answer: the document with `--json`, else the text that `human` makes. */
  answer(document: unknown, human: () => string): void;
  /**
   * Prints an answer that is too long to hold, as one document or one text, piece by piece.
   * @param piece waits where the reader is slow
   */
  stream(body: (piece: (text: string) => Promise<void>) => Promise<void>): Promise<void>;
  /** Prints a line for people to stderr: progress, advice. */
  note(line: string): void;
}

/** A command's body. Returns the exit code; undefined is 0. */
export type Handler<Options> = (io: Io, options: Options, ...args: string[]) => Promise<ExitCode | undefined | void>;

interface WatchedIo extends Io {
  /** A document has been begun: another one behind it would spoil both. */
  begun(): boolean;
}

function makeIo(options: Record<string, unknown>): WatchedIo {
  let begun = false;
  const json = options['json'] === true;
  const named = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return {
    json,
    who: { as: named(options['as']), typist: named(process.env['CLEARSITE_ACTOR']) },
    answer(document, human) {
      const text = json ? JSON.stringify(document) : human();
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    async stream(body) {
      let broken: Error | null = null;
      process.stdout.on('error', (error: Error) => {
        broken = error;
      });
      try {
        await body(async (text) => {
          if (broken !== null) throw broken;
          begun = true;
          if (!process.stdout.write(text)) await once(process.stdout, 'drain');
        });
      } catch (error) {
        // Whoever reads has had enough, as `head` has: no failure of ours.
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE' || error !== broken) throw error;
      }
    },
    begun: () => begun,
    note(line) {
      process.stderr.write(`${line}\n`);
    },
  };
}

function report(io: WatchedIo, failure: Failure): void {
  if (io.json && !io.begun()) {
    const { code, message, hint, details } = failure;
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...(hint ? { hint } : {}), ...details } })}\n`);
  }
  process.stderr.write(`clearsite: ${failure.message} [${failure.code}]\n`);
  if (failure.hint) process.stderr.write(`  What to do: ${failure.hint}\n`);
}

/** What no handler foresaw: exit 2, since 1 would say that the answer is negative. The stack, for whoever mends it, on stderr. */
function unforeseen(error: unknown): Failure {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return new Failure('unexpected', 'This went wrong in a way that clearsite does not know.', {
    hint: 'See "clearsite doctor". If that finds nothing, report it with the lines above.',
    cause: error,
  });
}

/** Wires a handler to commander: `--json`, known errors without a stack, one exit code. */
export function action<Options extends object>(command: Command, handler: Handler<Options>): Command {
  return command
    .option('--json', 'one JSON document on stdout, nothing else')
    .action(async (...received: unknown[]) => {
      const self = received.at(-1) as Command;
      const options = self.optsWithGlobals();
      const args = received.slice(0, -2).flat() as string[];
      const io = makeIo(options);
      try {
        process.exitCode = (await handler(io, options as Options, ...args)) ?? 0;
      } catch (error) {
        const failure = error instanceof Failure ? error : unforeseen(error);
        report(io, failure);
        process.exitCode = failure.exit;
      }
    });
}

/** Adds `--as EMAIL` to commands where somebody acts. */
export function actsAs(command: Command): Command {
  return command.option('--as <email>', 'the contact who acts (else CLEARSITE_ACTOR, else ops:<system user>)');
}
