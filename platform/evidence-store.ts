import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FOLDER, writeAtomically } from './files';
import { ensureFolder } from './home';
import { homePaths } from './paths';

/** Where the bytes of a digest lie: `evidence/<first two digits>/<digest>`. */
export function evidencePath(home: string, sha256: string): string {
  return join(homePaths(home).evidence, sha256.slice(0, 2), sha256);
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Keeps a file by its content: the same bytes are kept once, and a name under which something else lies is impossible.
 * @returns SHA-256 of the bytes, hexadecimal
 */
export async function storeEvidence(home: string, content: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const path = evidencePath(home, sha256);
  if (await exists(path)) return sha256;
  const folder = homePaths(home).evidence;
  ensureFolder(folder, PRIVATE_FOLDER);
  ensureFolder(join(folder, sha256.slice(0, 2)), PRIVATE_FOLDER);
  writeAtomically(path, content);
  return sha256;
}
