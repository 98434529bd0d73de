import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Only its owner may read it: passwords, keys, mail. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/**
 * Replaces a file as a whole: a reader sees the old text or the new one, even when the writer is killed halfway.
 * @param mode file mode of the new file. @default 0600
 */
export function writeAtomically(path: string, content: string | Uint8Array, mode: number = PRIVATE_FILE): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = openSync(partial, 'wx', mode);
  try {
    writeSync(file, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The file's text, or null where there is none. */
export function readIfPresent(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Removed between the two calls.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * What of a log says why a program did not start: the last lines that speak of an error, else the last lines.
 * @param text of the log
 */
export function tellingLines(text: string): string {
  const lines = text.trimEnd().split('\n');
  const errors = lines.filter((line) => /error|fatal|panic|cannot|failed/i.test(line));
  return (errors.length > 0 ? errors.slice(-3) : lines.slice(-6)).map((line) => line.slice(0, 500)).join('\n');
}

/** What was written to a file after the first `offset` bytes. */
export function textFrom(path: string, offset: number): string {
  if (!existsSync(path)) return '';
  return readFileSync(path).subarray(offset).toString('utf8');
}
