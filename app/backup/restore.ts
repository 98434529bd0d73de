import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/errors';
import { unpack } from '../../platform/archive';
import { type Config } from '../../platform/config';
import { openRegister } from '../../platform/connections';
import { removePostgres } from '../../platform/embedded/postgres-location';
import { startPostgres } from '../../platform/embedded/postgres';
import { type Log } from '../../platform/embedded/program';
import { adoptTemporal } from '../../platform/embedded/temporal/state';
import { PRIVATE_FOLDER } from '../../platform/files';
import { ensureFolder, ensureHome } from '../../platform/home';
import { holdHome } from '../../platform/home-lock';
import { homePaths } from '../../platform/paths';
import { setApart, isEmptyDatabase, load } from '../../register/dump';
import { appliedMigrations, migrate } from '../../register/migrate';
import { type Manifest, PARTS, readManifest, tableFile } from './manifest';

/** What was restored. */
export interface RestoreReport {
  readonly home: string;
  /** ISO instant that everything is as of. */
  readonly takenAt: string;
  readonly rows: number;
  readonly evidenceFiles: number;
  readonly temporal: boolean;
  /** What is left to do, as sentences. */
  readonly todo: readonly string[];
}

/**
 * Makes a home out of a backup: only where there is none, or an empty one. Mail starts held, since the original may still be at work. What
 * fails halfway is taken away again.
 * @throws Failure `home-not-empty`, `register-not-empty`, `backup-unreadable`, `backup-damaged`, `backup-too-new`
 */
export async function restore(config: Config, file: string, log: Log): Promise<RestoreReport> {
  const { home } = config;
  if (!existsSync(file)) throw new Failure('file-missing', `There is no file ${file}.`);
  if (existsSync(home) && readdirSync(home).length > 0) {
    throw new Failure('home-not-empty', `${home} is not empty.`, {
      hint: 'name another folder in CLEARSITE_HOME; a backup is never restored over something.',
    });
  }
  const folder = mkdtempSync(join(existsSync(dirname(home)) ? dirname(home) : tmpdir(), '.clearsite-restore-'));
  try {
    await unpack(file, folder);
    const manifest = await readManifest(folder, file);
    const existed = existsSync(home);
    ensureHome(home);
    const release = await holdHome(home);
    try {
      await restoreRegister(config, folder, manifest, log);
      restoreFiles(home, folder, manifest);
    } catch (error) {
      removePostgres(home);
      for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true, force: true });
      if (!existed) rmSync(home, { recursive: true, force: true });
      throw error;
    } finally {
      release();
    }
    return report(config, manifest);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restoreRegister(config: Config, folder: string, manifest: Manifest, log: Log): Promise<void> {
  if (config.source.database === 'environment') {
    await (await openRegister(config)).end();
    return fill(config.databaseUrl ?? '', folder, manifest);
  }
  const postgres = await startPostgres({ home: config.home, log });
  try {
    await fill(postgres.url, folder, manifest);
  } finally {
    await postgres.stop();
  }
}

async function fill(databaseUrl: string, folder: string, manifest: Manifest): Promise<void> {
  if (!(await isEmptyDatabase(databaseUrl))) {
    throw new Failure('register-not-empty', 'The database that DATABASE_URL names is not empty.', {
      hint: 'make an empty one: a backup is never restored over something.',
    });
  }
  await migrate(databaseUrl, manifest.migrations.length);
  const applied = await appliedMigrations(databaseUrl);
  if (applied.join() !== manifest.migrations.join()) {
    throw new Failure(
      'backup-too-new',
      `The backup was made by clearsite ${manifest.madeBy}, whose register this version does not know.`,
      {
        hint: 'restore it with that version or a newer one.',
      },
    );
  }
  await load(databaseUrl, manifest.register, (table) => tableFile(folder, table));
  await setApart(databaseUrl);
}

function restoreFiles(home: string, folder: string, manifest: Manifest): void {
  const paths = homePaths(home);
  ensureFolder(paths.evidence, PRIVATE_FOLDER);
  cpSync(join(folder, PARTS.evidence), paths.evidence, { recursive: true });
  if (manifest.keys) copyFileSync(join(folder, PARTS.keys), paths.keys);
  if (manifest.temporal === null) return;
  mkdirSync(paths.temporal, { mode: PRIVATE_FOLDER });
  for (const name of readdirSync(join(folder, PARTS.temporal)))
    copyFileSync(join(folder, PARTS.temporal, name), join(paths.temporal, name));
  const { kind, version, copiedAt } = manifest.temporal;
  adoptTemporal(home, { kind, version }, copiedAt);
}

function report(
  { home }: Config,
  { takenAt, register, evidenceFiles, temporal, temporalAddress, keys }: Manifest,
): RestoreReport {
  return {
    home,
    takenAt,
    rows: register.tables.reduce((sum, { rows }) => sum + rows, 0),
    evidenceFiles,
    temporal: temporal !== null,
    todo: [
      ...(keys ? [] : ['Set CLEARSITE_KEYS to the keys of the original.']),
      ...(temporal === null
        ? [
            `Temporal was not in the backup${temporalAddress === null ? '' : ` (it was at ${temporalAddress})`}: restore it to the same instant, or start with an empty one and run "clearsite reconcile".`,
          ]
        : []),
      'Start it: clearsite up',
      'Mail is held, so that nobody is written to twice: see clearsite mail preview, then clearsite mail release.',
    ],
  };
}
