import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../platform/config';
import { openRegister, openTemporal } from '../../platform/connections';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres';
import { type RunningTemporal, startTemporal } from '../../platform/embedded/temporal/start';
import { ensureKeys } from '../../platform/keys';
import { leash, type Leash } from '../support/leash';
import { eventually, removeHome } from '../support/running-up';

describe('a service that is killed while it is in use', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clearsite-faults-'));
  const home = join(folder, 'home');
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  let temporal: RunningTemporal;
  let postgres: RunningPostgres;
  let tethers: Leash[];
  let environment: Record<string, string>;

  beforeAll(async () => {
    process.on('uncaughtException', note);
    temporal = await startTemporal({ home, log: () => undefined });
    postgres = await startPostgres({ home, log: () => undefined });
    tethers = [leash(temporal.pid), leash(postgres.pid)];
    environment = {
      CLEARSITE_HOME: home,
      CLEARSITE_KEYS: ensureKeys(home),
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      DATABASE_URL: postgres.url,
    };
  }, 600_000);
  afterAll(async () => {
    process.off('uncaughtException', note);
    await temporal.kill9();
    await postgres.kill9();
    for (const tether of tethers) tether.release();
    removeHome(folder, home);
    rmSync(folder, { recursive: true, force: true });
  });

  test('Temporal: a call that waits fails, closing ends its retries, and nothing is thrown where nobody can catch it', async () => {
    const client = await openTemporal(loadConfig(environment));
    await client.workflow.start('anything', { taskQueue: 'nobody-polls', workflowId: 'waits' });
    const outcomes: unknown[] = [];
    // Under way when the server goes; the SDK's own retries would leave them unsettled for ever.
    for (let count = 0; count < 5; count += 1)
      client.workflow
        .getHandle('waits')
        .result()
        .catch((error: unknown) => outcomes.push(error));
    await temporal.kill9();
    await client.connection.close();
    await eventually(() => outcomes.length === 5);
    expect(uncaught).toEqual([]);
  });

  test('PostgreSQL: a transaction between two statements fails at the next, and nothing is thrown where nobody can catch it', async () => {
    const pool = await openRegister(loadConfig(environment));
    const client = await pool.connect();
    await client.query('BEGIN');
    await postgres.kill9();
    await eventually(async () => {
      try {
        await client.query('SELECT 1');
        return false;
      } catch {
        return true;
      }
    });
    client.release(true);
    await pool.end();
    expect(uncaught).toEqual([]);
  });
});
