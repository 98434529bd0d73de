import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { migrate, migrationState } from '../../register/migrate';
import { migrationFiles } from '../../register/migration-files';
import { startRegister, type TestRegister } from '../support/stack';

let register: TestRegister;
let client: Client;
beforeAll(async () => {
  register = await startRegister();
  client = new Client({ connectionString: register.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await register.stop();
});

async function kept(): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await client.query<{ name: string; checksum: string | null }>(
    'SELECT name, checksum FROM schema_migrations ORDER BY id',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

describe('migrations keep the checksums of their files', () => {
  test('once they have been applied', async () => {
    expect(await kept()).toEqual(await migrationFiles());
    expect(await migrationState(register.databaseUrl)).toMatchObject({ pending: [], changed: [], unknown: [] });
  });

  test('a register from before checksums were kept is taken over at the first run', async () => {
    await client.query('ALTER TABLE schema_migrations DROP COLUMN checksum');
    expect(await migrationState(register.databaseUrl)).toMatchObject({ pending: [], changed: [] });
    expect(await migrate(register.databaseUrl)).toEqual([]);
    expect(await kept()).toEqual(await migrationFiles());
  });

  test('a run that was killed before it noted them is finished by the next', async () => {
    await client.query('UPDATE schema_migrations SET checksum = NULL');
    await migrate(register.databaseUrl);
    expect(await kept()).toEqual(await migrationFiles());
  });
});

describe('migrate refuses, naming the migration, and changes nothing, where', () => {
  test('one that was applied has another text now', async () => {
    const before = await kept();
    await client.query(`UPDATE schema_migrations SET checksum = 'of another text' WHERE name = '0002_cases'`);
    await expect(migrate(register.databaseUrl)).rejects.toMatchObject({
      code: 'migration-changed',
      exit: 2,
      message: expect.stringContaining('0002_cases'),
      hint: expect.stringContaining('before the first release'),
      details: { changed: ['0002_cases'] },
    });
    expect((await kept()).get('0002_cases')).toBe('of another text');
    await client.query(`UPDATE schema_migrations SET checksum = $1 WHERE name = '0002_cases'`, [
      before.get('0002_cases'),
    ]);
  });

  test('one was applied that this version does not have', async () => {
    await client.query(`INSERT INTO schema_migrations (name, run_on) VALUES ('9999_later', now())`);
    await expect(migrate(register.databaseUrl)).rejects.toMatchObject({
      code: 'migration-unknown',
      exit: 2,
      message: expect.stringContaining('9999_later'),
    });
    await client.query(`DELETE FROM schema_migrations WHERE name = '9999_later'`);
    expect(await migrate(register.databaseUrl)).toEqual([]);
  });
});
