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

/** The last lines of a log file, for an error that has to say why a program did not start. */
export function lastLines(path: string, count: number): string {
  return (readIfPresent(path) ?? '').trimEnd().split('\n').slice(-count).join('\n');
}
