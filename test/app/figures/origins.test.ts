import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mergeDevices } from '../../../app/devices/merge';
import { transferDevice } from '../../../app/devices/transfer';
import { dashboard } from '../../../app/figures/dashboard';
import { report } from '../../../app/figures/report';
import { assessSite } from '../../../app/inventory/assess-site';
import { reconcile } from '../../../app/reconcile';
import { figuresDrift } from '../../../register/figures/fold';
import { runCli } from '../../support/run-cli';
import { builtCommand } from '../../support/stack';
import { until } from '../../support/until';
import { MANAGER, OWNER, POLICY, RunningProgramme } from '../a-running-programme';

const WHO = { as: null, typist: MANAGER };
const QUERY = { asOf: null, since: null, departments: null };
const now = (): string => new Date().toISOString();

let programme: RunningProgramme;

beforeAll(async () => {
  programme = await RunningProgramme.start(POLICY);
  await programme.bring(
    'sites',
    'site_id,name,department_id,nation,sensitivity\nS-7,Store,D-AG,England,no\nS-8,Barn,D-AG,England,no\nS-9,Depot,D-HS,England,sensitive\n',
  );
});
afterAll(() => programme?.stop());

async function foundAs(id: string): Promise<string | null> {
  const { rows } = await programme.pool.query<{ found_as: string | null }>(
    'SELECT found_as FROM cases WHERE asset_id = $1 ORDER BY spell DESC LIMIT 1',
    [id],
  );
  return rows[0]?.found_as ?? null;
}

/** Devices where nothing opens. */
async function outOfScope(site: string, count: number): Promise<string[]> {
  const ids = programme.names(count);
  await programme.upgrades(Object.fromEntries(ids.map((id) => [id, ''])), null, site);
  return ids;
}

async function closed(id: string): Promise<void> {
  await until(async () => {
    const open = await programme.pool.query(`SELECT FROM cases WHERE asset_id = $1 AND status <> 'closed'`, [id]);
    return open.rowCount === 0;
  });
}

describe('how a case came to be is kept with it', () => {
  let known: string[];

  test('the first inventory is where the programme began, a later one has found more', async () => {
    known = await programme.devices(4);
    const later = await programme.device();
    expect(await Promise.all([...known, later].map(foundAs))).toEqual([
      ...known.map(() => 'found-at-start'),
      'found-later',
    ]);
  });

  test('a site that turns sensitive brings its devices into scope, and so does a move to one that is', async () => {
    const [moved = '', ...assessed] = await outOfScope('S-7', 3);
    await transferDevice(programme.services, { assetId: moved, siteId: 'S-1', reason: 'moved' }, WHO);
    await programme.opened([moved]);
    const verdict = { siteId: 'S-7', sensitivity: 'sensitive', answers: {}, reason: 'seen' } as const;
    await assessSite(programme.services, verdict, WHO, 'done');
    await programme.opened(assessed);
    expect(await Promise.all([moved, ...assessed].map(foundAs))).toEqual(['into-scope', 'into-scope', 'into-scope']);
  });

  test('a case that was closed and is reopened', async () => {
    const id = known[0]!;
    await programme.act(OWNER, id, 'record-assessment', { result: 'not-found', note: 'Looked everywhere.' });
    await closed(id);
    await programme.act(MANAGER, id, 'reopen', { reason: 'Seen again.' });
    await programme.opened([id]);
    expect(await foundAs(id)).toBe('reopened');
  });

  test('the case that takes over from a merged record is among the other reasons, as the one it takes over from', async () => {
    const [keep = ''] = await outOfScope('S-8', 1);
    await mergeDevices(programme.services, { keep, duplicate: known[1]!, reason: 'One plate.' }, WHO);
    await programme.opened([keep]);
    await closed(known[1]!);
    expect(await foundAs(keep)).toBe('other');
  });
});

describe('the figures of a running programme', () => {
  test('add up, and say so in a sentence', async () => {
    const { balance, sentence, corrections } = await report(programme.services, QUERY, now());
    expect(balance.opening.devices).toBe(0);
    expect(Object.fromEntries(balance.lines.map(({ kind, devices }) => [kind, devices]))).toEqual({
      'found-at-start': 4,
      'found-later': 1,
      'into-scope': 3,
      reopened: 1,
      other: -1,
    });
    expect(balance.closing).toEqual({ devices: 8, mustGo: 8, toLookAt: 0 });
    expect(sentence).toContain(
      '8 devices remained: 0 the day before, plus 4 found at the start, 1 found later, 3 that came into scope and 1 reopened, less 1 closed for other reasons.',
    );
    expect(corrections).toEqual([]);
  });

  test('a department sees what moves in and out of it', async () => {
    const id = await programme.device();
    await transferDevice(programme.services, { assetId: id, siteId: 'S-9', reason: 'moved' }, WHO);
    const of = async (department: string): Promise<Record<string, number>> => {
      const { balance } = await report(programme.services, { ...QUERY, departments: [department] }, now());
      return Object.fromEntries(balance.lines.map(({ kind, devices }) => [kind, devices]));
    };
    await until(async () => (await of('D-HS'))['moved-in'] === 1);
    expect(await of('D-HS')).toEqual({ 'moved-in': 1 });
    expect(await of('D-AG')).toMatchObject({ 'moved-out': -1, 'found-later': 2 });
  });

  test('the dashboard counts devices by what lists say, and what waits for a decision', async () => {
    const id = await programme.device();
    const wish = { stage: 'remove', on: '2098-12-31', reason: 'supply', text: 'Back order.' };
    await programme.act(OWNER, id, 'request-extension', wish);
    const { screened, opening, decisions, figures, burnDown } = await dashboard(programme.services, QUERY, now());
    expect(screened.reduce((total, { devices }) => total + devices, 0)).toBe(
      (await programme.pool.query('SELECT FROM devices WHERE merged_into IS NULL')).rowCount,
    );
    expect(opening).toBe(0);
    const waiting = await programme.pool.query('SELECT FROM decisions_waiting');
    expect(decisions.reduce((total, one) => total + one.waiting, 0)).toBe(waiting.rowCount);
    const open = figures.departments.reduce((total, row) => total + row.open, 0);
    expect(burnDown.points.find(({ on }) => on === burnDown.today)?.actual).toBe(open);
    expect(figures.sites.reduce((total, { sites }) => total + sites, 0)).toBeGreaterThan(2);
  });

  test('nothing has drifted; what is made to drift, reconcile finds and mends', async () => {
    expect(await figuresDrift(programme.pool)).toEqual([]);
    await programme.pool.query('UPDATE figure_places SET n = n + 1');
    const { findings } = await reconcile(programme.services);
    expect(findings.map(({ kind, repaired }) => `${kind} ${repaired}`)).toContain('figures-differ true');
    expect(await figuresDrift(programme.pool)).toEqual([]);
    expect((await reconcile(programme.services)).findings).toEqual([]);
  });
});

describe('clearsite report', () => {
  const run = async (...args: string[]) =>
    runCli(await builtCommand(), ['report', ...args], { ...programme.stack.environment });

  test('says the sentence, the balance, the stages and the departments', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /At \d\d:\d\d on \d+ \w+, \d+ devices remained: 0 the day before, plus 4 found at the start/,
    );
    expect(stdout).toMatch(/Found later +\d+ +\d+ +0\n/);
    expect(stdout).toMatch(/Confirm what it is +\d+/);
    expect(stdout).toContain('D-HS');
  });

  test('gives one document, of one department where it is asked', async () => {
    const { code, stdout } = await run('--department', 'D-HS', '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { departments: ['D-HS'], balance: { closing: { devices: 1 } } },
    ]);
  });

  test.each([
    [['--as-of', '2999-01-01'], 'date-in-future'],
    [['--as-of', '2001-01-01'], 'before-programme'],
    [['--since', '2001-01-01'], 'before-programme'],
    [
      ['--since', now().slice(0, 10), '--as-of', new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)],
      'since-not-before',
    ],
    [['--as-of', '2026-02-30'], 'bad-date'],
    [['--as-of', 'yesterday'], 'bad-date'],
    [['--department', 'D-NONE'], 'unknown-department'],
  ])('refuses %j as %s, with what to do', async (args, code) => {
    const { code: exit, stdout, stderr } = await run(...args, '--json');
    expect([exit, JSON.parse(stdout)]).toMatchObject([2, { error: { code } }]);
    expect(stderr).toContain('What to do');
  });

  test('helps with examples', async () => {
    expect((await run('--help')).stdout).toContain('clearsite report --since');
  });
});
