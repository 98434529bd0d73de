import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../domain/errors';
import { PRIVATE_FOLDER, readIfPresent, writeAtomically } from '../files';
import { ensureFolder } from '../home';
import { cacheFolder, homePaths } from '../paths';
import { usablePostgres } from './postgres-binaries';
import { type Log } from './program';
import { canUse, type SystemUser, unprivilegedUser } from './unprivileged';

/** Where a home's PostgreSQL keeps its data, which programs run it, and as whom. */
export interface PostgresLocation {
  /** Exists and belongs to the user; the data folder is `data` in it. */
  readonly folder: string;
  readonly data: string;
  readonly binaries: string;
  /** Null = as ourselves. */
  readonly user: SystemUser | null;
}

/** Where root keeps what an unprivileged user must reach although the home itself is closed to it. */
const STATE_FOLDER = '/var/lib/clearsite';

const pointerFile = z.object({
  /** The home that it belongs to, to tell a moved home from a copied one. */
  home: z.string(),
  folder: z.string(),
});

/**
 * Settles where PostgreSQL lives; the choice of the first time is kept. As ourselves: under the home. As root: under the home when an
 * unprivileged user can reach it there, else under /var/lib/clearsite, with a pointer in the home.
 * @throws Failure with exit 3
 */
export function locatePostgres(home: string, log: Log): PostgresLocation {
  const folder = homePaths(home).postgres;
  const own = unprivilegedUser();
  ensureFolder(folder, own === null ? PRIVATE_FOLDER : 0o711);
  if (own === null) return asOurselves(folder);
  const kept = keptElsewhere(home, folder);
  if (kept !== null) return asUser(kept, ownerOf(join(kept, 'data')) ?? own);
  const user = ownerOf(join(folder, 'data')) ?? own;
  if (canUse(user, folder, ['x'])) return asUser(folder, user);
  return asUser(placeElsewhere(home, folder, own, log), own);
}

/** Removes a home's register for good, wherever it is kept. Its server must have been stopped. */
export function removePostgres(home: string): void {
  const { postgres } = homePaths(home);
  const text = readIfPresent(join(postgres, 'location.json'));
  if (text !== null) rmSync(pointerFile.parse(JSON.parse(text)).folder, { recursive: true, force: true });
  rmSync(postgres, { recursive: true, force: true });
}

function asOurselves(folder: string): PostgresLocation {
  const data = join(folder, 'data');
  if (existsSync(data) && statSync(data).uid !== process.getuid?.()) {
    throw new Failure('register-of-another-user', `The register in ${folder} belongs to another system user.`, {
      exit: 3,
      hint: 'run clearsite as the user who made this home, or choose another CLEARSITE_HOME.',
    });
  }
  return { folder, data, binaries: usablePostgres(() => true, cacheFolder()), user: null };
}

function asUser(folder: string, user: SystemUser): PostgresLocation {
  ensureFolder(STATE_FOLDER, 0o755);
  return {
    folder,
    data: join(folder, 'data'),
    binaries: usablePostgres((path) => canUse(user, path, ['r', 'x']), STATE_FOLDER),
    user,
  };
}

function keptElsewhere(home: string, folder: string): string | null {
  const pointer = join(folder, 'location.json');
  const text = readIfPresent(pointer);
  if (text === null) return null;
  const kept = pointerFile.parse(JSON.parse(text));
  const here = realpathSync(home);
  if (!existsSync(kept.folder)) {
    throw new Failure('register-missing', `The register of this home was kept in ${kept.folder}, and that is gone.`, {
      exit: 3,
      hint: 'restore a backup into an empty home.',
    });
  }
  if (kept.home !== here) {
    if (existsSync(join(homePaths(kept.home).postgres, 'location.json'))) {
      throw new Failure('home-copied', `This home is a copy of ${kept.home}, and both would use one register.`, {
        exit: 3,
        hint: 'use "clearsite backup" and "clearsite restore" to make a second home.',
      });
    }
    writeAtomically(pointer, JSON.stringify({ ...kept, home: here }));
  }
  return kept.folder;
}

function placeElsewhere(home: string, folder: string, user: SystemUser, log: Log): string {
  const here = realpathSync(home);
  // Random too: a home that was deleted and made again at the same place must not find the old one's data.
  const name = `${createHash('sha256').update(here).digest('hex').slice(0, 12)}-${randomBytes(4).toString('hex')}`;
  const elsewhere = join(STATE_FOLDER, name);
  ensureFolder(STATE_FOLDER, 0o755);
  ensureFolder(elsewhere, PRIVATE_FOLDER);
  chownSync(elsewhere, user.uid, user.gid);
  writeAtomically(join(elsewhere, 'home'), here);
  writeAtomically(join(folder, 'location.json'), JSON.stringify({ home: here, folder: elsewhere }));
  for (const old of abandoned()) log(`PostgreSQL: ${old} is of a home that is gone; delete it when nobody needs it`);
  log(`PostgreSQL: runs as user ${user.name}, who cannot reach ${here}; its data is kept in ${elsewhere}`);
  return elsewhere;
}

/** Folders whose home was deleted. They may be all that is left of a register, so they are named and left alone. */
function abandoned(): readonly string[] {
  return readdirSync(STATE_FOLDER)
    .map((name) => join(STATE_FOLDER, name))
    .filter((folder) => {
      const home = readIfPresent(join(folder, 'home'));
      return home !== null && !existsSync(join(homePaths(home).postgres, 'location.json'));
    });
}

function ownerOf(data: string): SystemUser | null {
  if (!existsSync(data)) return null;
  const { uid, gid } = statSync(data);
  return uid === 0 ? null : { name: `uid ${uid}`, uid, gid };
}
