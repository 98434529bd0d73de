import { isUtf8 } from 'node:buffer';

/** A line of a stream, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Empty where there is a fault. */
  readonly text: string;
  readonly fault: 'not-utf8' | 'too-long' | null;
}

/** A longer line is no case; it is let go piece by piece, so that it costs no memory. */
const LONGEST = 1024 * 1024;
const NEWLINE = 0x0a;
const BOM = '\uFEFF';

/**
 * The lines of a stream of bytes, some at a time, in the memory of one piece of it.
 * @param stream UTF-8, lines ended by LF or CR LF; a byte-order mark at its start is dropped
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  let rest = Buffer.alloc(0);
  let skipping = false;
  let number = 0;
  const line = (bytes: Buffer): Line => {
    number += 1;
    if (skipping || bytes.length > LONGEST) {
      skipping = false;
      return { number, text: '', fault: 'too-long' };
    }
    if (!isUtf8(bytes)) return { number, text: '', fault: 'not-utf8' };
    return { number, text: unmarked(bytes.toString('utf8'), number), fault: null };
  };
  for await (const piece of stream) {
    const bytes = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(NEWLINE);
    if (end !== -1) yield [...split(bytes.subarray(0, end), line)];
    rest = Buffer.from(bytes.subarray(end + 1));
    if (rest.length > LONGEST) {
      skipping = true;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0 || skipping) yield [line(rest)];
}

function* split(bytes: Buffer, line: (bytes: Buffer) => Line): Generator<Line> {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    yield line(bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1) return;
    start = end + 1;
  }
}

function unmarked(text: string, number: number): string {
  return number === 1 && text.startsWith(BOM) ? text.slice(1) : text;
}
