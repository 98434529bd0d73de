import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { openCases } from '../../app/open-cases';
import { openServices, type Services } from '../../app/services';
import { PEOPLE, seedDevice, seedProgramme } from '../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../support/case-worker';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand, startStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;
let pool: Pool;
let services: Services;
let worker: CaseWorker;
let command: string;

const cli = (...args: readonly string[]): Promise<Ran> => runCli(command, args, stack.environment);

beforeAll(async () => {
  command = await builtCommand();
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  const policy = await seedProgramme(pool, { startedAt: new Date(Date.now() - 86_400_000).toISOString() });
  for (const assetId of ['CAM-1', 'CAM-2', 'CAM-3', 'CAM-4']) await seedDevice(pool, policy, { assetId });
  worker = await startCaseWorker(stack, pool);
  await openCases(services);
  await until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);
}, 600_000);

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await pool?.end();
  await stack?.stop();
});

describe('devices merge', () => {
  test('says which case goes on and which is closed', async () => {
    const ran = await cli(
      'devices',
      'merge',
      'CAM-1',
      'CAM-2',
      '--reason',
      'one serial plate',
      '--as',
      PEOPLE.manager.email,
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('Case k_cam-1 speaks for both. Case k_cam-2 is closed as a duplicate.');
    expect((await cli('devices', 'show', 'CAM-2')).stdout).toMatch(/Merged into +CAM-1/);
  });

  test('without a reason is not understood; by a task owner it is refused', async () => {
    expect((await cli('devices', 'merge', 'CAM-1', 'CAM-3')).code).toBe(2);
    const refused = await cli(
      'devices',
      'merge',
      'CAM-1',
      'CAM-3',
      '--reason',
      'x',
      '--as',
      PEOPLE.owner.email,
      '--json',
    );
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'not-allowed' } });
  });
});

describe('devices transfer', () => {
  test('says where the device is now and that its case moved with it', async () => {
    const ran = await cli('devices', 'transfer', 'CAM-4', '--site', 'S-3', '--reason', 'moved with the team');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toBe('CAM-4 is at site S-3, department D-HS. Case k_cam-4 moved with it.\n');
    const again = await cli('devices', 'transfer', 'CAM-4', '--site', 'S-3', '--reason', 'again', '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'unchanged' } });
  });
});
