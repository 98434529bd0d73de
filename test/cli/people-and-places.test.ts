import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { openCases } from '../../app/open-cases';
import { openServices, type Services } from '../../app/services';
import { examplePolicy, PEOPLE, seedDevice, seedProgramme } from '../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../support/case-worker';
import { edited, UK_TEXT } from '../support/policies';
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
  const policy = await seedProgramme(pool, {
    policy: examplePolicy({ sensitive: '2030-01-02', unassessed: null }),
    startedAt: new Date(Date.now() - 86_400_000).toISOString(),
  });
  await seedDevice(pool, policy, { assetId: 'CAM-1', siteId: 'S-1' });
  await seedDevice(pool, policy, { assetId: 'CAM-4', siteId: 'S-4' });
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

describe('sites assess', () => {
  const questions = ['--secret', 'no', '--vetted', 'no', '--ministers', 'yes', '--socpa', 'no'];

  test('--dry-run says which cases would open; done, it says so, and sites show keeps it', async () => {
    const tried = await cli('sites', 'assess', 'S-4', ...questions, '--reason', 'weekly visits', '--dry-run');
    expect(tried).toMatchObject({ code: 0, stderr: '' });
    expect(tried.stdout).toBe(
      'Dry run: nothing has been changed.\nSite S-4 would be sensitive; it is not-sensitive.\n1 case would open: CAM-4.\n',
    );
    const done = await cli(
      'sites',
      'assess',
      'S-4',
      ...questions,
      '--reason',
      'weekly visits',
      '--as',
      PEOPLE.otherOfficer.email,
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toBe('Site S-4 is sensitive; it was not-sensitive.\n1 case asked for, 1 started.\n');
    const shown = await cli('sites', 'show', 'S-4');
    expect(shown.stdout).toMatch(/Class +sensitive\n/);
    expect(shown.stdout).toMatch(
      /Last assessed +sensitive, .*, Name of c_officer2: weekly visits \(secret no, vetted no, ministers yes, socpa no\)/,
    );
  });

  test('lists live cases of a site that ceases to be sensitive, and what would wait', async () => {
    await until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);
    const { code, stdout } = await cli(
      'sites',
      'assess',
      'S-1',
      '--sensitivity',
      'not-sensitive',
      '--reason',
      'moved out',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('1 case on the site stays open although nothing is asked for there now.');
    expect(stdout).toMatch(/CAM-1 +k_cam-1 +Confirm what it is/);
  });

  test('is refused to a task owner (1), and not understood where the answers contradict (2)', async () => {
    const refused = await cli(
      'sites',
      'assess',
      'S-2',
      '--sensitivity',
      'sensitive',
      '--reason',
      'x',
      '--as',
      PEOPLE.owner.email,
      '--json',
    );
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'not-allowed' } });
    const wrong = await cli(
      'sites',
      'assess',
      'S-2',
      '--sensitivity',
      'not-sensitive',
      '--secret',
      'yes',
      '--reason',
      'x',
      '--json',
    );
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'answers-contradict' } });
  });
});

describe('policy apply --dry-run', () => {
  test('lists the due dates that would move, by how much, and changes nothing', async () => {
    const path = join(stack.home, 'next.yaml');
    const before = 'days: { assess: 20,';
    writeFileSync(
      path,
      edited(edited(UK_TEXT, before, before.replace('20', '10')), "version: '2026.1'", "version: 'next'"),
    );
    const { code, stdout } = await cli('policy', 'apply', path, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Dry run: nothing has been changed. Policy uk-2022-visual-surveillance would be version next.',
    );
    expect(stdout).toMatch(/Dates of 2 cases would move\./);
    expect(stdout).toMatch(/CAM-1 +Confirm what it is +\d+ \w+ \d{4} +\d+ \w+ \d{4} +\d+ days earlier/);
    const { rows } = await pool.query(`SELECT policy_version FROM programmes`);
    expect(rows).toEqual([{ policy_version: '2026.1' }]);
    const json = JSON.parse((await cli('policy', 'apply', path, '--dry-run', '--json')).stdout) as object;
    expect(json).toMatchObject({ dryRun: true, dates: { cases: 2, waiting: 0, movesOmitted: 0 } });
  });
});

describe('import --dry-run', () => {
  test('lists the due dates that would move', async () => {
    const path = join(stack.home, 'devices.csv');
    const on = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    writeFileSync(path, `asset_id,make,site_id,scheduled_upgrade_on\nCAM-4,Hikvision,S-4,${on}\n`);
    const { code, stdout } = await cli('import', path, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('Dates of 1 case would move.');
    expect(stdout).toMatch(/CAM-4 +Remove it +.* days earlier/);
  });
});

describe('contacts leave', () => {
  test('says who has which post now; contacts list shows it', async () => {
    const ran = await cli(
      'contacts',
      'leave',
      PEOPLE.owner.email,
      '--successor',
      PEOPLE.officer.email,
      '--reason',
      'moved on',
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('owner@ag.example has left; officer@ag.example takes over.');
    expect(ran.stdout).toMatch(/D-AG +- +task owner +has it now/);
    const listed = (await cli('contacts', 'list', '--department', 'D-AG')).stdout;
    expect(listed).not.toContain(PEOPLE.owner.email);
    expect(listed).toMatch(/task owner +Name of c_officer/);
  });

  test('without a successor is refused, with what is missing', async () => {
    const ran = await cli('contacts', 'leave', PEOPLE.manager.email, '--reason', 'x', '--json');
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'successor-needed' } });
    expect(ran.stderr).toContain('last programme manager');
  });
});
