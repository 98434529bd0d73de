import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { readdir } from 'node:fs/promises';
import { packageRoot } from '../platform/paths';

const TABLE = 'schema_migrations';
/** Any constant that no other program of this register takes. */
const LOCK = 7_311_492;
const folder = (): string => join(packageRoot(), 'register', 'migrations');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Applies every migration that waits, each in a transaction, under an advisory lock.
 * @param count how many at most: a backup is loaded into the schema that it was made with. @default all
 * @returns the names of those applied, in order; empty when the register was up to date
 */
export async function migrate(databaseUrl: string, count = Infinity): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The library's own lock fails at once when another `migrate` holds it; this one waits for its turn.
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const applied = await runner({
      dbClient: client,
      dir: folder(),
      direction: 'up',
      count,
      migrationsTable: TABLE,
      noLock: true,
      logger: silent,
    });
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The names of migrations that have been applied, in order. */
export async function appliedMigrations(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY id`);
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The names of migrations that wait, in order. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  const names = (await readdir(folder())).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const exists = await client.query('SELECT to_regclass($1) AS found', [TABLE]);
    if (exists.rows[0]?.found === null) return names.sort();
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
    const applied = new Set(rows.map(({ name }) => name));
    return names.filter((name) => !applied.has(name)).sort();
  } finally {
    await client.end();
  }
}
