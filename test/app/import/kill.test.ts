import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutServices } from '../../support/running-up';
import { builtCommand } from '../../support/stack';
import { Inventory } from './inventory';

/** Give the printed seed in CLEARSITE_TEST_SEED to have the same moments again. */
const SEED = Number(process.env['CLEARSITE_TEST_SEED'] ?? Math.floor(Math.random() * 1e6));
const KILLS = 12;
const ROWS = 6_000;

let inventory: Inventory;
let command: string;
beforeAll(async () => {
  [inventory, command] = await Promise.all([Inventory.start(), builtCommand()]);
}, 600_000);
afterAll(() => inventory.stop());

function inventoryFile(model: string): string {
  const makes = ['Hikvision', 'Axis', 'Dahua', 'Bosch', ''];
  const rows = Array.from(
    { length: ROWS },
    (_, i) =>
      `CAM-${i},${makes[i % 5]!},${model}-${i % 50},SN${i},${['S-1', 'S-2', 'S-3'][i % 3]!},${i % 97 === 0 ? 'bad' : ''}`,
  );
  return inventory.write(`asset_id,make,model,serial,site_id,mac\n${rows.join('\n')}\n`);
}

/** A pseudo-random fraction for the n-th kill (mulberry32). */
function fraction(n: number): number {
  let t = (SEED + n * 0x6d2b79f5) >>> 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function run(path: string): ReturnType<typeof spawn> {
  return spawn(process.execPath, [command, 'import', path, '--json'], {
    env: { ...withoutServices(), CLEARSITE_HOME: inventory.home, DATABASE_URL: inventory.register.databaseUrl },
    stdio: 'ignore',
  });
}

async function snapshot(): Promise<unknown> {
  return {
    devices: await inventory.devices(),
    cases: (await inventory.cases()).map(({ import_id: _, ...rest }) => rest),
  };
}

async function finish(path: string): Promise<void> {
  const [code] = (await once(run(path), 'exit')) as [number | null];
  expect(code).toBe(1);
}

test(`kill -9 of the importing process at any moment leaves the import whole or not at all, and running it again ends the same (seed ${SEED})`, async () => {
  const files = [inventoryFile('A'), inventoryFile('B')] as const;
  // As it should end, and how long it takes undisturbed.
  await inventory.reset();
  const states: unknown[] = [await snapshot()];
  const began = Date.now();
  for (const path of files) {
    await finish(path);
    states.push(await snapshot());
  }
  const took = (Date.now() - began) / 2;

  await inventory.reset();
  for (const [step, path] of files.entries()) {
    let kills = 0;
    for (let n = 0; n < KILLS / 2; n += 1) {
      const child = run(path);
      const gone = once(child, 'exit') as Promise<[number | null, string | null]>;
      await Promise.race([gone, delay(fraction(step * KILLS + n) * took * 1.1, undefined, { ref: false })]);
      child.kill('SIGKILL');
      const [, signal] = await gone;
      if (signal === 'SIGKILL') kills += 1;
      // The server ends what a dead client left, and only then lets the lock go.
      await inventory.pool.query('SELECT pg_advisory_lock(7311493), pg_advisory_unlock(7311493)');
      expect([states[step], states[step + 1]]).toContainEqual(await snapshot());
    }
    expect(kills).toBeGreaterThan(0);
    await finish(path);
    expect(await snapshot()).toEqual(states[step + 1]);
  }
  expect(await inventory.rows('SELECT asset_id FROM flagged_without_case')).toEqual([]);
  expect(await inventory.rows('SELECT FROM device_staging')).toEqual([]);
  // Every import that was cut short is on record as such.
  const [{ cut }] = (await inventory.rows<{ cut: number }>(
    'SELECT count(*)::int AS cut FROM imports WHERE finished_at IS NULL',
  )) as [{ cut: number }];
  expect(cut).toBeGreaterThan(0);
}, 600_000);
