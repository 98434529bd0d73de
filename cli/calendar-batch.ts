import { createReadStream } from 'node:fs';
import { type CalendarPolicy } from '../app/calendar/due-case';
import { dueBatch } from '../app/calendar/due-lines';
import { linesOf } from '../app/calendar/lines';
import { type ExitCode, Failure } from '../domain/errors';
import { type Io } from './command';
import { count } from '../domain/counted';
import { pipeTo } from './pipe';

const PIECE = 64 * 1024;

/**
 * Answers cases from a file of JSON lines on standard output, in the memory of some lines.
 * @param file `-` is standard input
 * @throws Failure (exit 2) `file-not-readable`
 */
export async function dueBatchFrom(io: Io, policy: CalendarPolicy, file: string): Promise<ExitCode> {
  const { answer, counts } = dueBatch(policy);
  const output = pipeTo(process.stdout);
  for await (const lines of linesOf(bytesOf(file))) {
    const answers = lines.map(answer).filter((text) => text !== null);
    if (answers.length > 0 && !(await output.write(`${answers.join('\n')}\n`))) break;
  }
  if (!output.closed()) {
    io.note(`${count(counts.answered, 'due date')}; ${count(counts.refused, 'line')} refused.`);
  }
  return counts.refused === 0 ? 0 : 1;
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: PIECE });
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const reason = (cause as { readonly code?: unknown }).code;
    const why = reason === 'ENOENT' ? 'there is no such file' : reason === 'EISDIR' ? 'it is a folder' : String(reason);
    throw new Failure('file-not-readable', `Cannot read ${file}: ${why}.`, {
      hint: 'Name a file of JSON lines, or - for standard input.',
      cause,
    });
  }
}
