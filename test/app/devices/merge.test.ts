import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { replanMarked } from '../../../app/replan';
import { verifyAudit } from '../../../app/audit/verify';
import { showCase, type ShownCase } from '../../../app/cases/show';
import { finishMerges, mergeDevices, type MergeAnswer } from '../../../app/devices/merge';
import { openCases } from '../../../app/open-cases';
import { actOnCase } from '../../../app/cases/act-on-case';
import { parseAction } from '../../../app/cases/action-input';
import { openServices, type Services } from '../../../app/services';
import { type Policy } from '../../../domain/policy/policy';
import { noteMerge } from '../../../register/merges';
import { examplePolicy, PEOPLE, seedDevice, type SeedDevice, seedProgramme } from '../../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';

let stack: TestStack;
let pool: Pool;
let services: Services;
let worker: CaseWorker;
let policy: Policy;
let devices = 0;

const REASON = 'One serial plate, photographed from both sides.';

/** A removal date that binds sensitive sites (S-1) long before the stage budgets do, which bind the others. */
const REMOVAL = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);

async function device(options: Partial<SeedDevice> = {}): Promise<string> {
  const assetId = `DEV-${++devices}`;
  await seedDevice(pool, policy, { assetId, ...options });
  await openCases(services);
  await until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);
  return assetId;
}

function act(email: string, id: string, name: string, options: object = {}): Promise<unknown> {
  const input = parseAction(name, { ...options });
  return actOnCase(services, id, input, { as: null, typist: email }, { commandId: null, expectedRevision: null });
}

const show = (id: string): Promise<ShownCase> => showCase(services, id, new Date().toISOString());
const merge = (keep: string, duplicate: string, typist: string | null = PEOPLE.manager.email): Promise<MergeAnswer> =>
  mergeDevices(services, { keep, duplicate, reason: REASON }, { as: null, typist });
const dues = (shown: ShownCase): (string | null)[] => shown.milestones.map(({ due }) => due);

beforeAll(async () => {
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  const startedAt = new Date(Date.now() - 86_400_000).toISOString();
  policy = await seedProgramme(pool, { policy: examplePolicy({ sensitive: REMOVAL, unassessed: null }), startedAt });
  worker = await startCaseWorker(stack, pool);
});

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await pool?.end();
  await stack?.stop();
});

describe('two records of one device become one', () => {
  test('with both histories, one live case, and the earlier date of each stage', async () => {
    const keep = await device({ siteId: 'S-2' });
    const duplicate = await device({ siteId: 'S-1' });
    const [before, other] = [await show(keep), await show(duplicate)];
    await act(PEOPLE.owner.email, keep, 'record-assessment', { result: 'covered' });

    const answer = await merge(keep, duplicate);
    expect(answer).toEqual({
      keep,
      duplicate,
      caseId: before.caseId,
      closedCaseId: other.caseId,
      earlier: expect.arrayContaining(['remove', 'verify']),
    });
    const [kept, gone] = [await show(keep), await show(duplicate)];
    expect(kept).toMatchObject({ caseId: before.caseId, status: 'open', stage: 'disconnect' });
    const earliest = before.milestones.map(({ due }, index) => [due, other.milestones[index]?.due].sort()[0]);
    expect(dues(kept)).toEqual(earliest);
    expect(kept.milestones.map(({ baseline }) => baseline)).toEqual(dues(before));
    const remove = kept.milestones.find(({ stage }) => stage === 'remove');
    expect(remove?.rule).toBe('merged-duplicate');
    expect(remove?.why?.map(({ rule }) => rule)).toEqual(['stage-budget', 'merged-duplicate']);
    expect(gone).toMatchObject({ caseId: other.caseId, status: 'closed', outcome: 'duplicate', allowedActions: [] });
    expect(gone.audit.at(-1)?.payload).toMatchObject({
      keptCaseId: before.caseId,
      reason: expect.stringContaining(REASON),
    });
    expect(kept.audit.map(({ type }) => type)).toContain('absorbed');
    expect((await verifyAudit(services, { id: null, depth: 'deep' })).breaks).toEqual([]);
  });

  test('and the earlier dates still bind when the dates are computed anew', async () => {
    const keep = await device({ siteId: 'S-2' });
    await merge(keep, await device({ siteId: 'S-1' }));
    const merged = await show(keep);
    await pool.query(
      `UPDATE cases SET replan_mark = nextval('replan_marks'), replan_cause = 'policy', replan_by = 'ops:test' WHERE case_id = $1`,
      [merged.caseId],
    );
    expect(await replanMarked(services)).toMatchObject({ looked: 1, waiting: 0 });
    const again = await show(keep);
    expect(again.milestones.find(({ stage }) => stage === 'remove')?.rule).toBe('merged-duplicate');
    expect(dues(again)).toEqual(dues(merged));
  });

  test('without touching dates where the duplicate has none that is earlier', async () => {
    const keep = await device({ siteId: 'S-1' });
    const duplicate = await device({ siteId: 'S-2' });
    const before = await show(keep);
    const answer = await merge(keep, duplicate);
    expect(answer.earlier.filter((stage) => stage === 'remove' || stage === 'verify')).toEqual([]);
    expect(dues(await show(keep))).toEqual(dues(before));
  });

  test('on a second attempt nothing more happens', async () => {
    const [keep, duplicate] = [await device(), await device()];
    await merge(keep, duplicate);
    const before = await show(keep);
    expect(await merge(keep, duplicate)).toMatchObject({ caseId: before.caseId, closedCaseId: null, earlier: [] });
    expect((await show(keep)).audit).toEqual(before.audit);
  });

  test('where only the duplicate had a case, the kept device takes it over from the start', async () => {
    const keep = await device({ screening: 'clear' });
    const duplicate = await device();
    const answer = await merge(keep, duplicate);
    expect(answer.caseId).not.toBeNull();
    expect(await show(keep)).toMatchObject({
      caseId: answer.caseId,
      status: 'open',
      stage: 'assess',
      finding: 'covered',
    });
    expect(await show(duplicate)).toMatchObject({ outcome: 'duplicate' });
  });

  test('where the kept device is proved to be gone, the duplicate’s case ends and none is opened', async () => {
    const [keep, duplicate] = [await device(), await device()];
    await act(PEOPLE.owner.email, keep, 'record-assessment', { result: 'already-removed' });
    await act(PEOPLE.officer.email, keep, 'verify-removal');
    const answer = await merge(keep, duplicate);
    const { caseId } = await show(keep);
    expect(answer).toMatchObject({ caseId, earlier: [] });
    expect(await show(duplicate)).toMatchObject({ status: 'closed', outcome: 'duplicate' });
    const live = await pool.query(`SELECT 1 FROM cases WHERE asset_id = ANY($1) AND status <> 'closed'`, [
      [keep, duplicate],
    ]);
    expect(live.rowCount).toBe(0);
  });

  test('what was merged into the duplicate before is merged into the kept one', async () => {
    const [keep, middle, first] = [await device(), await device(), await device()];
    await merge(middle, first);
    await merge(keep, middle);
    const { rows } = await pool.query(`SELECT merged_into FROM devices WHERE asset_id = ANY($1)`, [[middle, first]]);
    expect(rows).toEqual([{ merged_into: keep }, { merged_into: keep }]);
  });

  test('interrupted after it was noted, it is finished by whoever comes next', async () => {
    const [keep, duplicate] = [await device({ siteId: 'S-2' }), await device({ siteId: 'S-1' })];
    await noteMerge(pool, { keep, duplicate, actor: 'ops:test', reason: REASON });
    expect(await show(duplicate)).toMatchObject({ status: 'open' });
    expect(await finishMerges(services)).toEqual([duplicate]);
    expect(await show(duplicate)).toMatchObject({ status: 'closed', outcome: 'duplicate' });
    expect((await show(keep)).milestones.find(({ stage }) => stage === 'remove')?.rule).toBe('merged-duplicate');
    expect(await finishMerges(services)).toEqual([]);
  });
});

test('several who finish one merge at once finish it once', async () => {
  const [keep, duplicate] = [await device({ siteId: 'S-2' }), await device({ siteId: 'S-1' })];
  await noteMerge(pool, { keep, duplicate, actor: 'ops:test', reason: REASON });
  await Promise.all([finishMerges(services), finishMerges(services), merge(keep, duplicate)]);
  const count = ({ audit }: ShownCase, type: string): number => audit.filter((event) => event.type === type).length;
  expect([count(await show(keep), 'absorbed'), count(await show(duplicate), 'closed')]).toEqual([1, 1]);
});

describe('a merge is refused, and notes nothing, where', () => {
  test('work was done on the duplicate only', async () => {
    const keep = await device({ screening: 'clear' });
    const duplicate = await device();
    await act(PEOPLE.owner.email, duplicate, 'record-assessment', { result: 'covered' });
    await expect(merge(keep, duplicate)).rejects.toMatchObject({ code: 'progress-on-duplicate', exit: 1 });
    const { rows } = await pool.query(`SELECT merged_into FROM devices WHERE asset_id = $1`, [duplicate]);
    expect(rows).toEqual([{ merged_into: null }]);
  });

  test.each<[string, () => Promise<[string, string, string | null]>, string]>([
    ['there is no such device', async () => [await device(), 'NONE', null], 'unknown-device'],
    ['both are the same', async () => ['DEV-1', 'DEV-1', null], 'same-device'],
    ['a task owner asks', async () => [await device(), await device(), PEOPLE.owner.email], 'not-allowed'],
  ])('%s', async (_why, make, code) => {
    const [keep, duplicate, typist] = await make();
    await expect(merge(keep, duplicate, typist)).rejects.toMatchObject({ code });
  });

  test('the kept one was merged away itself', async () => {
    const [a, b, c] = [await device(), await device(), await device()];
    await merge(a, b);
    await expect(merge(b, c)).rejects.toMatchObject({ code: 'merged-before', exit: 1 });
  });
});
