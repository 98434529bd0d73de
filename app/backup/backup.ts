import { constants, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../domain/errors';
import { digestsOf, pack } from '../../platform/archive';
import { type Config, requireDatabase } from '../../platform/config';
import { openRegister } from '../../platform/connections';
import { whileFrozen } from '../../platform/embedded/frozen';
import { dataFiles } from '../../platform/embedded/temporal/arguments';
import { temporalOf } from '../../platform/embedded/temporal/start';
import { temporalState } from '../../platform/embedded/temporal/state';
import { PRIVATE_FILE, PRIVATE_FOLDER, writeAtomically } from '../../platform/files';
import { homePaths, packageVersion } from '../../platform/paths';
import { openSnapshot, type Snapshot } from '../../register/dump';
import { appliedMigrations } from '../../register/migrate';
import { type Manifest, PARTS, tableFile } from './manifest';

/** What a backup holds, and what it does not. */
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
  readonly evidenceFiles: number;
  readonly temporal: boolean;
  readonly keys: boolean;
  /** What has to be kept by other means, and that mail is not in it: sentences. */
  readonly notHeld: readonly string[];
}

/**
 * Writes register, evidence, keys and embedded Temporal into one archive, all as of one instant, while everything goes on running.
 * @param target the file, or an existing folder to put it in
 * @param now names the file and is written into it
 * @throws Failure `file-exists`; with exit 3 where the register is not there
 */
export async function backup(config: Config, target: string, now: Date): Promise<BackupReport> {
  const file = fileFor(target, now);
  await (await openRegister(config)).end();
  const databaseUrl = requireDatabase(config);
  const folder = mkdtempSync(join(dirname(file), '.clearsite-backup-'));
  try {
    for (const part of [PARTS.register, PARTS.evidence, PARTS.temporal])
      mkdirSync(join(folder, part), { mode: PRIVATE_FOLDER });
    const temporal = config.source.temporal === 'environment' ? null : temporalState(config.home);
    const snapshot = await sameInstant(config.home, join(folder, PARTS.temporal), databaseUrl, temporal !== null);
    let register: Manifest['register'];
    try {
      register = await snapshot.write((table) => tableFile(folder, table));
    } finally {
      await snapshot.close();
    }
    // After the register's snapshot: files come before the rows that name them, and are never changed.
    const paths = homePaths(config.home);
    if (existsSync(paths.evidence)) cpSync(paths.evidence, join(folder, PARTS.evidence), { recursive: true });
    const keys = config.keys === null && existsSync(paths.keys);
    if (keys) copyFileSync(paths.keys, join(folder, PARTS.keys));
    const digests = await digestsOf(folder);
    const manifest: Manifest = {
      format: 'clearsite-backup',
      version: 1,
      madeBy: packageVersion(),
      takenAt: now.toISOString(),
      migrations: [...(await appliedMigrations(databaseUrl))],
      register,
      // By the clock, whatever instant names the backup: the copy must not be used too soon.
      temporal: temporal && { kind: temporal.kind, version: temporal.version, copiedAt: new Date().toISOString() },
      temporalAddress: temporal === null ? (config.temporal?.address ?? null) : null,
      evidenceFiles: Object.keys(digests).filter((path) => path.startsWith(`${PARTS.evidence}/`)).length,
      keys,
      digests,
    };
    writeAtomically(join(folder, PARTS.manifest), JSON.stringify(manifest, null, 1), PRIVATE_FILE);
    await pack(folder, file);
    return report(file, manifest, config);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Temporal's files and the register's snapshot as of one instant. Were the register the older one, Temporal would hold events that the
 * register lacks; were it the newer one, Temporal would decide again what was recorded already. So Temporal is held still, for as long as
 * copying its files takes, and the snapshot begins meanwhile. Batches under way are safe: they are recorded again, and found recorded.
 */
async function sameInstant(home: string, into: string, databaseUrl: string, embedded: boolean): Promise<Snapshot> {
  if (!embedded) return openSnapshot(databaseUrl);
  const processes = temporalOf(home);
  return whileFrozen(processes, async () => {
    for (const path of dataFiles(homePaths(home).temporal))
      copyFileSync(path, join(into, basename(path)), constants.COPYFILE_FICLONE);
    const running = temporalOf(home).map(({ pid }) => pid);
    if (running.join() !== processes.map(({ pid }) => pid).join()) {
      throw new Failure('backup-disturbed', 'Temporal was started or stopped while the backup was being made.', {
        hint: 'make the backup again.',
      });
    }
    return openSnapshot(databaseUrl);
  });
}

function fileFor(target: string, now: Date): string {
  const path = resolve(target);
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, `clearsite-${stamp}.tar.gz`) : path;
  if (existsSync(file))
    throw new Failure('file-exists', `${file} is there already.`, {
      hint: 'choose another name; backups are never overwritten.',
    });
  if (!existsSync(dirname(file)))
    throw new Failure('folder-missing', `There is no folder ${dirname(file)}.`, { hint: 'make it first.' });
  return file;
}

function report(
  file: string,
  { register, evidenceFiles, temporal, temporalAddress, keys }: Manifest,
  config: Config,
): BackupReport {
  return {
    file,
    bytes: statSync(file).size,
    tables: register.tables.length,
    rows: register.tables.reduce((sum, { rows }) => sum + rows, 0),
    evidenceFiles,
    temporal: temporal !== null,
    keys,
    notHeld: [
      ...(temporal === null
        ? [
            `Temporal ${temporalAddress === null ? 'was not running here' : `at ${temporalAddress} is not ours`}: back up its database at the same time, by its own means.`,
          ]
        : []),
      ...(keys
        ? []
        : [
            'The encryption keys come from CLEARSITE_KEYS: keep them yourself; without them nothing that Temporal holds can be read.',
          ]),
      ...(config.source.database === 'environment'
        ? ['The register is in a PostgreSQL of yours: what else is in it (users, settings) is not held.']
        : []),
      'Mail that was kept as files is not held.',
    ],
  };
}
