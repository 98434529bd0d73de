import { stat } from 'node:fs/promises';
import { Failure } from '../../domain/errors';

/**
 * Refuses a rejects file that would take the place of the file being imported, under whatever name, or of a folder: the
 * lines that went in would be in no file any more.
 * @throws Failure (exit 2)
 */
export async function refuseRejectsPath(imported: string, rejects: string | null): Promise<void> {
  if (rejects === null) return;
  const hint = 'Name another file, or leave --rejects out.';
  // What is not there, or cannot be looked at, is for the writing to say.
  const there = await stat(rejects).catch(() => null);
  if (there === null) return;
  if (there.isDirectory()) throw new Failure('rejects-not-a-file', `--rejects ${rejects} is a folder.`, { hint });
  const source = await stat(imported);
  if (there.dev === source.dev && there.ino === source.ino) {
    throw new Failure('rejects-is-input', `--rejects ${rejects} is the file being imported: it would be overwritten.`, {
      hint,
    });
  }
}
