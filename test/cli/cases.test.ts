import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { openCases } from '../../app/open-cases';
import { openServices, type Services } from '../../app/services';
import { CASE_ACTIONS } from '../../domain/case-actions';
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

const cli = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runCli(command, args, { ...stack.environment, ...environment });
/** The one document on stdout. */
const json = (ran: Ran): Record<string, unknown> => JSON.parse(ran.stdout) as Record<string, unknown>;
const owner = { CLEARSITE_ACTOR: PEOPLE.owner.email };
const officer = { CLEARSITE_ACTOR: PEOPLE.officer.email };

beforeAll(async () => {
  command = await builtCommand();
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  const policy = await seedProgramme(pool, { startedAt: new Date(Date.now() - 86_400_000).toISOString() });
  for (const assetId of ['CAM-1', 'CAM-2', 'CAM-3']) await seedDevice(pool, policy, { assetId });
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

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a removal on the command line', () => {
  test('goes from the first task to verified, each command exits 0 and says what comes next', async () => {
    const photo = join(mkdtempSync(join(tmpdir(), 'clearsite-cli-')), 'order.txt');
    writeFileSync(photo, 'Work order 4711: taken down.\n');
    const act = (...args: string[]): Promise<Ran> => cli(['cases', 'act', 'CAM-1', ...args], owner);
    expect((await act('record-assessment', '--result', 'covered', '--note', 'label read')).stdout).toBe(
      'Recorded for CAM-1. Next: Take it off the core network · Book the replacement.\n',
    );
    expect(json(await act('confirm-disconnection', '--json'))).toMatchObject({
      accepted: true,
      recorded: true,
      nextAction: 'Book the replacement',
    });
    expect((await act('schedule-replacement', '--on', day(30))).code).toBe(0);
    expect((await act('confirm-removal', '--evidence-file', photo, '--kind', 'work-order')).code).toBe(0);

    const refused = await act('verify-removal');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('[not-allowed]');
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    expect((await cli(['cases', 'act', 'CAM-1', 'verify-removal', '--note', 'looked'], officer)).stdout).toBe(
      'Recorded for CAM-1. The case is closed: removed.\n',
    );
    expect((await cli(['cases', 'list', '--stage', 'closed'])).stdout).toMatch(/CAM-1 .*Closed: removed/);
  });

  test('what is entered for another person counts as theirs, and judges by the typist’s roles', async () => {
    const entered = await cli([
      'cases',
      'act',
      'CAM-2',
      'record-assessment',
      '--result',
      'already-removed',
      '--as',
      PEOPLE.owner.email,
      '--json',
    ]);
    expect(json(entered)).toMatchObject({ stage: 'verify' });
    const asOfficer = ['cases', 'act', 'CAM-2', 'verify-removal', '--as', PEOPLE.officer.email];
    expect(await cli(asOfficer, owner)).toMatchObject({ code: 1 });
    const { audit } = json(await cli(['cases', 'show', 'CAM-2', '--json'])) as {
      audit: { actor: string; enteredBy: string | null; type: string }[];
    };
    expect(audit.at(-1)).toMatchObject({
      type: 'assessed',
      actor: PEOPLE.owner.id,
      enteredBy: expect.stringMatching(/^ops:/),
    });
  });
});

describe('cases list and show', () => {
  test('as a document has the members of the contract and nothing else on stdout', async () => {
    const ran = await cli(['cases', 'list', '--status', 'open', '--json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { cases, total, next } = json(ran) as { cases: Record<string, unknown>[]; total: number; next: null };
    expect([cases.length, next]).toEqual([total, null]);
    expect(cases.map(({ assetId }) => assetId)).toContain('CAM-3');
    for (const one of cases) {
      expect(one).toEqual(
        expect.objectContaining({
          caseId: expect.any(String),
          assetId: expect.any(String),
          siteId: 'S-1',
          departmentId: 'D-AG',
          stage: expect.any(String),
          outcome: null,
          rag: expect.stringMatching(/^(green|amber|red)$/),
          nextAction: expect.any(String),
          revision: expect.any(Number),
        }),
      );
      for (const milestone of one['milestones'] as object[]) {
        expect(Object.keys(milestone)).toEqual(
          expect.arrayContaining(['stage', 'baseline', 'forecast', 'actual', 'rule']),
        );
      }
    }
  });

  test('as a document without any case is whole', async () => {
    const ran = await cli(['cases', 'list', '--stage', 'remove', '--json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(json(ran)).toEqual({ cases: [], zone: 'Europe/London', total: 0, next: null });
  });

  test('as a document, where the cases are not to be had, is the error alone', async () => {
    const ran = await cli(['cases', 'list', '--department', 'D-NO', '--json']);
    expect(ran.code).toBe(2);
    expect(json(ran)).toMatchObject({ error: { code: 'unknown-department' } });
  });

  test('for people name what is to be done, when and by whom, in the words that people read', async () => {
    const list = await cli(['cases', 'list']);
    expect(list.stdout).toMatch(
      /CAM-3 +S-1 +D-AG +Must be removed +Confirm what it is +\d+ \w{3} \d{4}, in (2[6-9]|3[0-5]) days/,
    );
    const shown = await cli(['cases', 'show', 'CAM-3']);
    expect(shown.stdout).toMatch(/Confirm what it is: task owner, Name of c_owner/);
    expect(shown.stdout).toMatch(/Remove it: .*stage-budget/);
    expect(shown.stdout).toMatch(/1 +\d+ \w{3} \d{4} [\d:]+ +opened +system/);
  });
});

describe('audit on the command line', () => {
  test('verify says that it proves itself, and export writes a line for each event', async () => {
    const verified = await cli(['audit', 'verify', '--deep', '--json']);
    expect(verified).toMatchObject({ code: 0 });
    const report = json(verified);
    expect(report).toMatchObject({ ok: true, cases: 3, histories: 3, breaks: [] });
    const file = join(mkdtempSync(join(tmpdir(), 'clearsite-cli-')), 'audit.jsonl');
    expect((await cli(['audit', 'export', file])).code).toBe(0);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(Number(report['events']));
    const streamed = await cli(['audit', 'export', '-', '--case', 'CAM-3']);
    expect(
      streamed.stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(expect.arrayContaining(['opened', 'planned']));
  });

  test('verify exits 1 and names the break where somebody changed an event', async () => {
    const change = (reason: string): Promise<unknown> =>
      pool.query(
        `UPDATE audit_events SET payload = jsonb_set(payload, '{reason}', to_jsonb($1::text)) WHERE case_id = 'k_cam-3' AND type = 'planned'`,
        [reason],
      );
    await change('something else');
    try {
      const ran = await cli(['audit', 'verify']);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/k_cam-3 +2 +event-changed/);
    } finally {
      await change('opened');
    }
    expect((await cli(['audit', 'verify'])).code).toBe(0);
  });
});

describe('evidence on the command line', () => {
  test('is handed in and listed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'clearsite-cli-')), 'scan.txt');
    writeFileSync(file, 'Nmap done: 256 IP addresses (12 hosts up)\n');
    expect(
      (await cli(['evidence', 'add', 'CAM-3', '--file', file, '--kind', 'scan', '--note', 'switch side'], owner)).code,
    ).toBe(0);
    expect((await cli(['evidence', 'list', 'CAM-3'])).stdout).toMatch(
      /scan +scan +scan\.txt, 42 bytes.*switch side +Name of c_owner/,
    );
  });
});

describe('wrong usage', () => {
  test.each<[string, string[], number, RegExp]>([
    ['an unknown case', ['cases', 'show', 'NO-SUCH'], 2, /There is no case "NO-SUCH"/],
    ['an unknown action', ['cases', 'act', 'CAM-3', 'dance'], 2, /no action "dance"[\s\S]*record-assessment/],
    [
      'an action without what it needs',
      ['cases', 'act', 'CAM-3', 'request-extension'],
      2,
      /needs --stage: one of assess/,
    ],
    ['a missing option', ['cases', 'act', 'CAM-3', 'record-assessment'], 2, /needs --result: one of covered/],
    [
      'an option of another action',
      ['cases', 'act', 'CAM-3', 'confirm-removal', '--on', '2027-01-01'],
      2,
      /takes no --on/,
    ],
    [
      'a date that is none',
      ['cases', 'act', 'CAM-3', 'schedule-replacement', '--on', '1/2/27'],
      2,
      /--on has to be a date/,
    ],
    ['too many days', ['cases', 'act', 'CAM-3', 'acknowledge', '--days', '90'], 2, /at most 5 working days/],
    ['an unknown stage', ['cases', 'list', '--stage', 'lunch'], 2, /Allowed choices are assess/],
    ['a limit of nothing', ['cases', 'list', '--limit', '0'], 2, /whole number from 1/],
    ['an unknown person', ['cases', 'act', 'CAM-3', 'confirm-removal', '--as', 'nobody@x.example'], 2, /not a contact/],
  ])('%s', async (_what, args, code, sentence) => {
    const ran = await cli(args);
    expect(ran.stderr).toMatch(sentence);
    expect(ran).toMatchObject({ code, stdout: '' });
  });

  test('with --json says why in one document', async () => {
    expect(json(await cli(['cases', 'act', 'CAM-3', 'dance', '--json']))).toMatchObject({
      error: { code: 'unknown-action' },
    });
  });

  test('every action is in the help', async () => {
    const { stdout } = await cli(['cases', 'act', '--help']);
    for (const name of CASE_ACTIONS) expect(stdout).toContain(`  ${name}`);
  });

  test('without a register ends with 3 and says what to do', async () => {
    const ran = await cli(['cases', 'list'], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('What to do:');
  });
});
