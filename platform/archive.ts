import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create, extract } from 'tar';
import { Failure } from '../domain/errors';
import { PRIVATE_FILE } from './files';

/** SHA-256 by path; paths relative to the folder, with slashes. */
export type Digests = Readonly<Record<string, string>>;

/** Digests of every file under a folder. */
export async function digestsOf(folder: string): Promise<Digests> {
  const digests: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isFile()) digests[relative(folder, path).split(sep).join('/')] = await digestOf(path);
  }
  return digests;
}

/** Packs a folder into one compressed archive that only its owner can read; a half-written one never bears the final name. */
export async function pack(folder: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  try {
    // Made first, since it must be private from its first byte on.
    writeFileSync(partial, '', { mode: PRIVATE_FILE, flag: 'wx' });
    await create({ cwd: folder, file: partial, gzip: true, portable: true }, ['.']);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Unpacks an archive into a folder: plain files and folders only, nothing outside of it.
 * @throws Failure `backup-unreadable`
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  try {
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (_path, entry) => 'type' in entry && (entry.type === 'File' || entry.type === 'Directory'),
    });
  } catch (cause) {
    throw new Failure(
      'backup-unreadable',
      `${archive} is not a whole backup: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        hint: 'give a file that "clearsite backup" wrote, copied completely.',
        cause,
      },
    );
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
