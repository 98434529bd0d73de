import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { edited, UK_TEXT } from '../support/policies';
import { runCli } from '../support/run-cli';
import { withoutServices } from '../support/running-up';
import { builtCommand } from '../support/stack';
import { until } from '../support/until';
import { Inventory } from './import/inventory';

/** Several pages. */
const DEVICES = 40_000;
/** Every tenth device becomes flagged; every tenth was cleared and stays so. */
const NEXT = edited(
  edited(UK_TEXT, "version: '2026.1'", "version: '2026.2'"),
  '# Reported to sell',
  '  - { id: acme, name: Acme, source: programme, date: 2026-12-01, confidence: high }\n\n# Reported to sell',
);

let inventory: Inventory;
let command: string;
beforeAll(async () => {
  [command, inventory] = await Promise.all([builtCommand(), Inventory.start()]);
  await inventory.reset();
}, 600_000);
afterAll(() => inventory.stop());

const screenedAnew = async (): Promise<number> => {
  const [row] = await inventory.rows<{ done: number }>(
    `SELECT count(*)::int AS done FROM devices WHERE policy_version = '2026.2'`,
  );
  return row!.done;
};

test('kill -9 half-way: the same file again finishes it; every flagged device has one case, no clearance is lost', async () => {
  const makes = ['Acme', 'Honeywell', ...Array<string>(8).fill('Axis')];
  const lines = Array.from({ length: DEVICES }, (_, index) => `P-${index},${makes[index % 10]},S-1,camera`);
  await inventory.import(`asset_id,make,site_id,device_type\n${lines.join('\n')}\n`);
  await inventory.pool.query(`UPDATE cases SET status = 'closed', stage = 'closed', outcome = 'not-covered'`);
  await inventory.pool.query(`
    UPDATE devices SET cleared_fingerprint = device_fingerprint(make, model, mac, policy_version) WHERE make = 'Honeywell'`);
  const path = inventory.write(NEXT, 'next.yaml');
  const environment = { CLEARSITE_HOME: inventory.home, DATABASE_URL: inventory.register.databaseUrl };

  const child = spawn(process.execPath, [command, 'policy', 'apply', path], {
    env: { ...withoutServices(), ...environment },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await until(async () => (await screenedAnew()) > 0, 60_000);
  child.kill('SIGKILL');
  await exited;
  // The server may still finish the statement that it was at.
  await until(async () => {
    const [row] = await inventory.rows<{ holders: number }>(
      `SELECT count(*)::int AS holders FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return row!.holders === 0;
  });
  const done = await screenedAnew();
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(DEVICES);

  const again = await runCli(command, ['policy', 'apply', path, '--json'], environment);
  expect(again.code).toBe(0);
  const { outcome, rescreened } = JSON.parse(again.stdout) as {
    outcome: string;
    rescreened: { devices: number; casesAskedFor: number };
  };
  expect(outcome).toBe('unchanged');
  expect(rescreened.devices).toBe(DEVICES - done);
  expect(await screenedAnew()).toBe(DEVICES);
  const cases = await inventory.rows(`
    SELECT d.make, c.status, c.spell, count(*)::int AS count FROM cases c JOIN devices d USING (asset_id)
    GROUP BY d.make, c.status, c.spell ORDER BY d.make`);
  expect(cases).toEqual([
    { make: 'Acme', status: 'opening', spell: 1, count: DEVICES / 10 },
    { make: 'Honeywell', status: 'closed', spell: 1, count: DEVICES / 10 },
  ]);
  const [cleared] = await inventory.rows(`
    SELECT count(*)::int AS count FROM devices
    WHERE make = 'Honeywell' AND cleared_fingerprint = device_fingerprint(make, model, mac, '2026.2')`);
  expect(cleared).toEqual({ count: DEVICES / 10 });
});
