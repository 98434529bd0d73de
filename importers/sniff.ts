import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { EncodingWatch } from './encoding-watch';
import { type Encoding } from './raw';
import { rejectStrangers } from './strangers';
import { unusable } from './unusable';

/** What one pass over a file's bytes tells. */
export interface FileFacts {
  readonly path: string;
  /** Without its folders. */
  readonly name: string;
  readonly content: 'text' | 'zip';
  /** Of a text; `utf-8` for a zip. */
  readonly encoding: Encoding;
  /** Length of the byte-order mark. */
  readonly bom: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** False where the file holds no double quote at all, so that no cell can hold a line break. */
  readonly hasQuotes: boolean;
  /** True where the last line ends as a line should. */
  readonly endsWithNewline: boolean;
  /** Replacement characters in a UTF-8 text: letters that an earlier program has lost. */
  readonly replaced: number;
  /** Letters of a UTF-8 text that seem to have been converted from Windows-1252 twice. */
  readonly doubled: number;
}

const UNHARMED = { replaced: 0, doubled: 0 } as const;
const CHUNK = 1 << 20;
const HEAD = 4096;
const LF = 0x0a;
const QUOTE = 0x22;

const BOMS: readonly { readonly bytes: string; readonly encoding: Encoding }[] = [
  { bytes: 'efbbbf', encoding: 'utf-8' },
  { bytes: 'fffe', encoding: 'utf-16le' },
  { bytes: 'feff', encoding: 'utf-16be' },
];

interface Pass {
  readonly sha256: string;
  readonly hasQuotes: boolean;
  readonly endsWithNewline: boolean;
  readonly blank: boolean;
}

/** Reads the whole file once in chunks of its own. */
async function eachChunk(file: FileHandle, from: number, visit: (chunk: Buffer) => void): Promise<void> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = from; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    visit(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

async function passOver(file: FileHandle, bom: number, watch: ((chunk: Buffer) => void) | null): Promise<Pass> {
  const hash = createHash('sha256');
  let [hasQuotes, last, blank] = [false, LF, true];
  let first = true;
  await eachChunk(file, 0, (chunk) => {
    hash.update(chunk);
    const text = first ? chunk.subarray(bom) : chunk;
    first = false;
    hasQuotes ||= text.includes(QUOTE);
    blank &&= text.every((byte) => byte <= 0x20);
    last = text.at(-1) ?? last;
    watch?.(text);
  });
  return { sha256: hash.digest('hex'), hasQuotes, endsWithNewline: last === LF || last === 0x0d, blank };
}

/** UTF-16 with a byte-order mark: every code unit must make sense, and none be NUL. */
async function checkUtf16(file: FileHandle, encoding: 'utf-16le' | 'utf-16be', name: string): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const refuse = (): never => {
    throw unusable(
      'bad-encoding',
      `${name} begins as UTF-16 but is damaged or cut off.`,
      'Export it again, best as "CSV UTF-8".',
    );
  };
  const check = (text: string): void => {
    if (text.includes('\0'))
      throw unusable(
        'nul-byte',
        `${name} holds a NUL character: it is no text, or damaged.`,
        'Export it again, best as "CSV UTF-8".',
      );
  };
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      return refuse();
    }
  };
  await eachChunk(file, 0, (chunk) => check(decode(chunk)));
  check(decode());
}

/**
 * Reads a file once and says what it is: sizes, checksum, encoding. Nothing is guessed that could come out wrong:
 * UTF-8 must be valid throughout, else the file is Windows-1252, else it is refused.
 * @param stated the encoding, where the user names one
 * @throws Failure (exit 2): not there, empty, no table, NUL bytes, mixed encodings
 */
export async function inspectFile(path: string, stated: Encoding | null = null): Promise<FileFacts> {
  const name = basename(path);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw unusable('no-such-file', `There is no file ${path}.`, 'Check the name and the folder.');
    throw unusable(
      'unreadable-file',
      `${path} cannot be read (${error.code ?? 'unknown error'}).`,
      'Check the permissions of the file.',
    );
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw unusable('not-a-file', `${path} is not an ordinary file.`, 'Name a CSV or .xlsx file.');
    if (status.size === 0) throw unusable('empty-file', `${name} is empty.`, 'Export it again: nothing was written.');
    const head = Buffer.alloc(Math.min(HEAD, status.size));
    await file.read(head, 0, head.length, 0);
    rejectStrangers(head, name);
    const common = { path, name, size: status.size, modifiedMs: status.mtimeMs };
    if (head.subarray(0, 4).toString('hex') === '504b0304') {
      const { sha256 } = await passOver(file, 0, null);
      return {
        ...common,
        content: 'zip',
        encoding: 'utf-8',
        bom: 0,
        sha256,
        hasQuotes: false,
        endsWithNewline: true,
        ...UNHARMED,
      };
    }
    const mark = BOMS.find(({ bytes }) => head.toString('hex', 0, 3).startsWith(bytes));
    const bom = mark === undefined ? 0 : mark.bytes.length / 2;
    const wide = mark?.encoding ?? stated;
    if (wide === 'utf-16le' || wide === 'utf-16be') {
      const pass = await passOver(file, bom, null);
      if (pass.blank && status.size === bom)
        throw unusable('empty-file', `${name} is empty.`, 'Export it again: nothing was written.');
      await checkUtf16(file, wide, name);
      // Quotes and newlines are looked for byte by byte, so the answer for UTF-16 is only "perhaps".
      return {
        ...common,
        content: 'text',
        encoding: wide,
        bom,
        sha256: pass.sha256,
        hasQuotes: true,
        endsWithNewline: true,
        ...UNHARMED,
      };
    }
    const watch = new EncodingWatch(name, mark?.encoding ?? stated);
    const pass = await passOver(file, bom, (chunk) => watch.see(chunk));
    if (pass.blank) throw unusable('empty-file', `${name} is empty.`, 'Export it again: nothing was written.');
    const encoding = watch.verdict();
    return { ...common, ...pass, ...(encoding === 'utf-8' ? watch.harm : UNHARMED), content: 'text', encoding, bom };
  } finally {
    await file.close();
  }
}
