import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFile } from '../../app/import/import-file';
import { openAfterImport } from '../../app/import/open-after-import';
import { type ImportReport } from '../../app/import/report';
import { type ImportRequest, importRequest } from '../../app/import/request';
import { assessSite } from '../../app/inventory/assess-site';
import { openCases } from '../../app/open-cases';
import { Dates } from '../../app/plan';
import { applyPolicyFile, rulingPolicy, tryPolicyFile } from '../../app/policies';
import { openServices, type Services } from '../../app/services';
import { type DateMove, type DatesPreview, previewOf } from '../../app/replan-preview';
import { type Policy } from '../../domain/policy/policy';
import { type CaseToPreview } from '../../register/replan-preview';
import { type Pool } from 'pg';
import { examplePolicy, PEOPLE, seedDevice, seedProgramme, type SiteId } from '../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../support/case-worker';
import { edited, UK_TEXT } from '../support/policies';
import { startStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;
let services: Services;
let pool: Pool;
let worker: CaseWorker;
let policy: Policy;

const DAY = 86_400_000;
const NOBODY = { as: null, typist: null };
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

async function open(assetId: string, siteId: SiteId): Promise<string> {
  const caseId = await seedDevice(pool, policy, { assetId, siteId });
  await openCases(services);
  await opened();
  return caseId;
}

const opened = (): Promise<void> =>
  until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);

/** Due dates of every open case, as `case stage` to instant. */
async function dues(): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ id: string; due: Date }>(
    `SELECT case_id || ' ' || m.stage AS id, due FROM case_milestones m JOIN cases c USING (case_id) WHERE status = 'open' AND due IS NOT NULL`,
  );
  return Object.fromEntries(rows.map(({ id, due }) => [id, due.toISOString()]));
}

/** What became of dates, in the words of a preview. */
function happened(before: Record<string, string>, after: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(after).filter(([id, due]) => before[id] !== undefined && before[id] !== due),
  );
}

const foretold = (moves: readonly DateMove[]): Record<string, string> =>
  Object.fromEntries(moves.filter(({ waits }) => !waits).map(({ caseId, stage, due }) => [`${caseId} ${stage}`, due]));

function bring(kind: ImportRequest['kind'], text: string, dryRun: boolean): Promise<ImportReport> {
  const path = join(stack.home, `${kind}.csv`);
  writeFileSync(path, text);
  return importFile(services, importRequest(path, kind, { dryRun }));
}

beforeAll(async () => {
  stack = await startStack();
  services = openServices(stack.config);
  pool = await services.register();
  policy = await seedProgramme(pool, {
    policy: examplePolicy({ sensitive: inDays(60), unassessed: null }),
    startedAt: new Date(Date.now() - 30 * DAY).toISOString(),
  });
  worker = await startCaseWorker(stack, pool);
}, 600_000);

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await stack?.stop();
});

describe('a dry run', () => {
  test('of sites lists the dates that then move, and only those; nothing has moved meanwhile', async () => {
    await open('P-1', 'S-2');
    await open('P-2', 'S-1');
    const before = await dues();
    const file = 'site_id,name,department_id,nation,sensitivity\nS-2,Building S-2,D-AG,England,sensitive\n';
    const tried = await bring('sites', file, true);
    expect(await dues()).toEqual(before);
    expect(tried.dates).toMatchObject({ looked: 1, cases: 1, waiting: 0, movesOmitted: 0 });
    expect(tried.dates?.moves.find(({ stage }) => stage === 'remove')).toMatchObject({
      assetId: 'P-1',
      was: before['k_p-1 remove'],
      waits: false,
    });
    const done = await bring('sites', file, false);
    expect(done).not.toHaveProperty('dates');
    await openAfterImport(services, () => undefined);
    expect(happened(before, await dues())).toEqual(foretold(tried.dates!.moves));
  });

  test('of devices says how far, and which dates wait for a programme manager', async () => {
    await open('Q-1', 'S-2');
    const file = (on: string): string => `asset_id,make,site_id,scheduled_upgrade_on\nQ-1,Hikvision,S-2,${on}\n`;
    const before = await dues();
    const sooner = await bring('devices', file(inDays(40)), true);
    expect(sooner.dates).toMatchObject({ cases: 1, waiting: 0 });
    const removal = sooner.dates!.moves.find(({ stage }) => stage === 'remove')!;
    expect(removal.days).toBe((Date.parse(removal.due.slice(0, 10)) - Date.parse(removal.was.slice(0, 10))) / DAY);
    expect(removal.days).toBeLessThan(0);
    await bring('devices', file(inDays(40)), false);
    await openAfterImport(services, () => undefined);
    const between = await dues();
    expect(happened(before, between)).toEqual(foretold(sooner.dates!.moves));

    const later = await bring('devices', file(inDays(50)), true);
    expect(later.dates).toMatchObject({ cases: 1, waiting: 1 });
    expect(later.dates?.moves.every(({ waits, days }) => waits && days > 0)).toBe(true);
    await bring('devices', file(inDays(50)), false);
    expect(await openAfterImport(services, () => undefined)).toMatchObject({ dates: { waiting: 1 } });
    expect(await dues()).toEqual(between);

    // It has been asked for: the same file again asks nobody twice.
    await pool.query(`UPDATE devices SET scheduled_upgrade_on = $1 WHERE asset_id = 'Q-1'`, [inDays(40)]);
    expect((await bring('devices', file(inDays(50)), true)).dates).toMatchObject({ cases: 0, moves: [] });
  });

  test('of a policy lists the dates that then move', async () => {
    await open('R-1', 'S-1');
    await pool.query(`DELETE FROM case_requests`);
    await pool.query(`UPDATE devices SET scheduled_upgrade_on = NULL WHERE asset_id = 'Q-1'`);
    await pool.query(`UPDATE cases SET upgrade_on = NULL WHERE asset_id = 'Q-1'`);
    const path = join(stack.home, 'policy.yaml');
    const budgets = 'days: { assess: 20, disconnect: 10, schedule: 30, remove: 90, verify: 10 }';
    const other = budgets.replace('assess: 20', 'assess: 25').replace('schedule: 30', 'schedule: 20');
    writeFileSync(path, edited(edited(UK_TEXT, budgets, other), `version: '${policy.version}'`, "version: 'next'"));
    const before = await dues();
    const tried = await tryPolicyFile(services, NOBODY, path);
    expect(tried).toMatchObject({ dryRun: true, outcome: 'updated', version: 'next', dates: { waiting: 0 } });
    expect(await dues()).toEqual(before);
    expect((await pool.query(`SELECT FROM policies`)).rowCount).toBe(1);
    const { casesReplanning } = await applyPolicyFile(services, NOBODY, path);
    await openAfterImport(services, () => undefined);
    expect(tried.dates).toMatchObject({ looked: casesReplanning, cases: casesReplanning });
    expect(happened(before, await dues())).toEqual(foretold(tried.dates!.moves));
    expect((await tryPolicyFile(services, NOBODY, path)).dates).toBeNull();
  });
});

describe('a site that is assessed', () => {
  test('as sensitive opens the missing cases, whose time runs from that day', async () => {
    await seedDevice(pool, policy, { assetId: 'U-1', siteId: 'S-4' });
    const answers = { secret: 'no', vetted: 'no', ministers: 'yes', socpa: 'no' } as const;
    const request = { siteId: 'S-4', sensitivity: null, answers, reason: 'weekly visits' };
    const done = await assessSite(services, request, { as: PEOPLE.otherOfficer.email, typist: null }, 'done');
    expect(done).toMatchObject({
      sensitivity: 'sensitive',
      opening: { listed: [{ assetId: 'U-1' }] },
      opened: { outcome: 'opened', started: 1 },
    });
    await opened();
    const { rows } = await pool.query<{ opened_at: Date; due_at: Date }>(
      `SELECT opened_at, due_at FROM cases WHERE asset_id = 'U-1' AND status = 'open'`,
    );
    const [{ opened_at: from, due_at: due }] = rows as [(typeof rows)[0]];
    expect(from.getTime()).toBeGreaterThan(Date.now() - 10 * 60_000);
    const ruling = await rulingPolicy(services);
    expect(due.toISOString()).toBe(
      new Dates(ruling, 'england-and-wales').due(from.toISOString(), ruling.stageBudgets.days.assess),
    );
  });

  test('as not sensitive keeps its cases and their dates until a programme manager decides', async () => {
    const before = await dues();
    const request = { siteId: 'S-4', sensitivity: 'not-sensitive', answers: {}, reason: 'visits ended' } as const;
    const done = await assessSite(services, request, { as: null, typist: PEOPLE.otherOfficer.email }, 'done');
    expect(done).toMatchObject({ outOfScope: { listed: [{ assetId: 'U-1', stage: 'assess' }] }, casesReplanning: 1 });
    expect(await dues()).toEqual(before);
    const { rows } = await pool.query(
      `SELECT kind, state FROM case_requests JOIN cases USING (case_id) WHERE asset_id = 'U-1'`,
    );
    expect(rows).toEqual([{ kind: 'later-dates', state: 'pending' }]);
  });
});

test('a preview lists at most 1,000 moves and counts the rest', async () => {
  const one = (number: number): CaseToPreview => ({
    item: {
      facts: {
        caseId: `k_${number}`,
        programmeId: policy.id,
        assetId: `A-${number}`,
        spell: 1,
        siteId: 'S-1',
        departmentId: 'D-AG',
        finding: 'covered',
        offCore: false,
        upgradeOn: null,
        sensitivity: 'unassessed',
      },
      asksLater: false,
      status: 'open',
      newest: { upgradeOn: null, sensitivity: 'unassessed' },
      nation: 'england-and-wales',
      accessLeadDays: null,
      extended: [],
      merged: [],
      since: '2026-11-23T09:00:00.000Z',
      planNumber: 1,
      revision: 1,
    },
    cause: 'policy',
    authority: null,
    stages: [
      { stage: 'assess', due: '2026-11-24T17:00:00.000Z', settled: false },
      { stage: 'verify', due: '2026-11-24T17:00:00.000Z', settled: true },
    ],
    answer: null,
  });
  async function* many(): AsyncGenerator<CaseToPreview> {
    for (let number = 0; number < 1_500; number += 1) yield await Promise.resolve(one(number));
  }
  const found: DatesPreview = await previewOf(many(), { policy, programme: { startedAt: '2026-11-23T09:00:00.000Z' } });
  expect(found).toMatchObject({ looked: 1_500, cases: 1_500, waiting: 0, movesOmitted: 500 });
  expect(found.moves).toHaveLength(1_000);
  expect(found.moves[0]).toMatchObject({ assetId: 'A-0', stage: 'assess' });
});
