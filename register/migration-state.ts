import { type Client } from 'pg';
import { Failure } from '../domain/errors';
import { migrationFiles } from './migration-files';

export const MIGRATIONS_TABLE = 'schema_migrations';

/** How a register stands to the migrations of this version; names in their order. */
export interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied, and this version has another text for them. */
  readonly changed: readonly string[];
  /** Applied, and this version does not have them. */
  readonly unknown: readonly string[];
}

/** By JSON, since a register that no run has looked at since checksums are kept has no such column. */
const APPLIED = `SELECT m.name, to_jsonb(m) ->> 'checksum' AS checksum FROM ${MIGRATIONS_TABLE} m ORDER BY m.id`;

/** Compares a register with the migrations of this version. A migration without checksum is taken to be as it was applied. */
export async function compareMigrations(client: Client): Promise<MigrationState> {
  const files = await migrationFiles();
  const { rows: exists } = await client.query<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [
    MIGRATIONS_TABLE,
  ]);
  const { rows } =
    exists[0]?.found == null ? { rows: [] } : await client.query<{ name: string; checksum: string | null }>(APPLIED);
  const applied = rows.map(({ name }) => name);
  return {
    applied,
    pending: [...files.keys()].filter((name) => !applied.includes(name)),
    changed: rows
      .filter(({ name, checksum }) => checksum !== null && files.has(name) && files.get(name) !== checksum)
      .map(({ name }) => name),
    unknown: applied.filter((name) => !files.has(name)),
  };
}

const DEVELOPMENT =
  'A register made before the first release is not carried over: make a new one (remove .clearsite, or give an empty database) and import again';

/** What is wrong between a register and this version, in words; null where nothing is. */
export function migrationTrouble({ changed, unknown }: MigrationState): { found: string; todo: string } | null {
  if (unknown.length > 0) {
    return {
      found: `the register has migrations that this version does not: ${unknown.join(', ')}`,
      todo: 'use the version of clearsite that made them, or a newer one',
    };
  }
  if (changed.length > 0) {
    return {
      found: `migrations were changed after they had been applied: ${changed.join(', ')}`,
      todo: `use the version of clearsite that applied them. ${DEVELOPMENT}`,
    };
  }
  return null;
}

/** @throws Failure `migration-unknown`, `migration-changed` (exit 2) where this version does not fit the register */
export function refuseTrouble(state: MigrationState): void {
  const trouble = migrationTrouble(state);
  if (trouble === null) return;
  const { changed, unknown } = state;
  throw new Failure(
    unknown.length > 0 ? 'migration-unknown' : 'migration-changed',
    `This version does not fit the register: ${trouble.found}.`,
    { hint: `${trouble.todo.charAt(0).toUpperCase()}${trouble.todo.slice(1)}.`, details: { changed, unknown } },
  );
}

/** Makes room for checksums in a register that has migrations and none yet. */
export async function keepChecksums(client: Client): Promise<void> {
  await client.query(`ALTER TABLE IF EXISTS ${MIGRATIONS_TABLE} ADD COLUMN IF NOT EXISTS checksum text`);
}

/** Gives every applied migration without a checksum that of its file: just applied, or taken over as it is. */
export async function noteChecksums(client: Client): Promise<void> {
  const files = await migrationFiles();
  await client.query(
    `UPDATE ${MIGRATIONS_TABLE} m SET checksum = f.checksum
     FROM jsonb_each_text($1::jsonb) AS f (name, checksum) WHERE f.name = m.name AND m.checksum IS NULL`,
    [JSON.stringify(Object.fromEntries(files))],
  );
}
