import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { migrationFolder } from './migration-files';
import {
  compareMigrations,
  keepChecksums,
  MIGRATIONS_TABLE,
  type MigrationState,
  noteChecksums,
  refuseTrouble,
} from './migration-state';

/** Any constant that no other program of this register takes. */
const LOCK = 7_311_492;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function connected<T>(databaseUrl: string, body: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

/**
 * Applies every migration that waits, each in a transaction, under an advisory lock. What has been applied before must
 * be as this version has it; a register from before checksums were kept is taken over as it is.
 * @param count how many at most: a backup is loaded into the schema that it was made with. @default all
 * @returns the names of those applied, in order; empty when the register was up to date
 * @throws Failure `migration-changed`, `migration-unknown` (exit 2), before anything is applied
 */
export function migrate(databaseUrl: string, count = Infinity): Promise<string[]> {
  return connected(databaseUrl, async (client) => {
    // The library's own lock fails at once when another `migrate` holds it; this one waits for its turn.
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    refuseTrouble(await compareMigrations(client));
    const applied = await runner({
      dbClient: client,
      dir: migrationFolder(),
      direction: 'up',
      count,
      migrationsTable: MIGRATIONS_TABLE,
      noLock: true,
      logger: silent,
    });
    await keepChecksums(client);
    await noteChecksums(client);
    return applied.map(({ name }) => name);
  });
}

/** How a register stands to the migrations of this version. */
export function migrationState(databaseUrl: string): Promise<MigrationState> {
  return connected(databaseUrl, compareMigrations);
}

/** The names of migrations that have been applied, in order. */
export async function appliedMigrations(databaseUrl: string): Promise<readonly string[]> {
  return (await migrationState(databaseUrl)).applied;
}

/** The names of migrations that wait, in order. */
export async function pendingMigrations(databaseUrl: string): Promise<readonly string[]> {
  return (await migrationState(databaseUrl)).pending;
}
