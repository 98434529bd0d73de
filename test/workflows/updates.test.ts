import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SYSTEM } from '../../domain/lifecycle';
import { command, DO, OFFICER, STRANGER } from '../support/a-case';
import { faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { countEvents, historyOf, tally } from '../support/histories';
import { startStack, type TestStack } from '../support/stack';

let stack: TestStack;
let cases: Cases;
let worker: CaseWorker;

beforeAll(async () => {
  stack = await startStack();
  cases = await Cases.in(stack);
  worker = await startCaseWorker(stack, cases.pool);
}, 600_000);
afterAll(async () => {
  await worker?.stop();
  await cases?.close();
  await stack?.stop();
});

describe('a command', () => {
  test('that is refused leaves no event in the history and none in the register, and says why', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    const before = tally(await historyOf(cases.client, caseId));
    await expect(cases.send(caseId, DO.remove)).rejects.toMatchObject({
      code: 'not-yet',
      exit: 1,
      message: '"Remove it" comes after "Take it off the core network" and "Book the replacement".',
    });
    await expect(cases.send(caseId, DO.disconnect, { by: STRANGER })).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(cases.send(caseId, DO.disconnect, { revision: 1 })).rejects.toMatchObject({ code: 'stale-revision' });
    expect(tally(await historyOf(cases.client, caseId))).toEqual(before);
    expect((await cases.view(caseId)).state.sequence).toBe(3);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });

  test('sent again under the same id gets the first answer and is carried out once', async () => {
    const caseId = await cases.open(planFromNow());
    const asked = command(DO.covered, { commandId: randomUUID(), revision: 2 });
    const first = await cases.send(caseId, asked);
    await cases.send(caseId, DO.disconnect);
    const events = countEvents(await historyOf(cases.client, caseId));
    expect(await cases.send(caseId, asked)).toEqual(first);
    expect(await cases.send(caseId, asked)).toEqual(first);
    expect(countEvents(await historyOf(cases.client, caseId))).toBe(events);
    expect((await cases.view(caseId)).state.sequence).toBe(4);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });

  test('is answered when the register holds what followed from it', async () => {
    const caseId = await cases.open(planFromNow());
    const { sequence } = await cases.send(caseId, DO.covered);
    const { rows } = await cases.pool.query('SELECT stage, sequence FROM cases WHERE case_id = $1', [caseId]);
    expect(rows).toEqual([{ stage: 'disconnect', sequence }]);
  });

  test('to a case that has ended is refused as such', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.notFound);
    await cases.ended(caseId);
    await expect(cases.send(caseId, DO.covered)).rejects.toMatchObject({ code: 'not-running', exit: 1 });
  });
});

describe('commands at the same time', () => {
  test('of two that contradict each other exactly one is accepted, and the other is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const caseId = await cases.open(planFromNow());
      await cases.send(caseId, DO.submit);
      const outcomes = await Promise.allSettled([
        cases.send(caseId, DO.covered, { revision: 2 }),
        cases.send(caseId, DO.notCovered, { by: OFFICER, revision: 2 }),
      ]);
      const [refused, ...others] = outcomes.filter(({ status }) => status === 'rejected');
      expect(others).toEqual([]);
      expect(refused).toMatchObject({
        reason: { code: expect.stringMatching(/stale-revision|case-closed|not-running/) },
      });
      expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
    }
  });

  test('ten that agree are all accepted, each with its own number, and recorded in order', async () => {
    const caseId = await cases.open(planFromNow());
    const answers = await Promise.all(Array.from({ length: 10 }, () => cases.send(caseId, DO.submit)));
    expect(answers.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });

  test('the same one sent twice at once is carried out once', async () => {
    const caseId = await cases.open(planFromNow());
    const asked = command(DO.covered, { commandId: randomUUID() });
    const [one, two] = await Promise.all([cases.send(caseId, asked), cases.send(caseId, asked)]);
    expect(one).toEqual(two);
    expect((await cases.view(caseId)).state.sequence).toBe(3);
  });
});

describe('opening', () => {
  test('twice at once runs one workflow, and again after it has ended runs none', async () => {
    const facts = await cases.facts();
    await Promise.all([1, 2].map(() => cases.start(facts, planFromNow())));
    await cases.send(facts.caseId, DO.notFound);
    await cases.ended(facts.caseId);
    await cases.start(facts, planFromNow());
    expect((await cases.client.workflow.getHandle(`removal/${facts.caseId}`).describe()).status.name).toBe('COMPLETED');
    expect(await faultsOf(cases.client, cases.pool, facts.caseId)).toEqual([]);
  });

  test('before the programme has started sets no timer and no dates', async () => {
    const caseId = await cases.open(null);
    await cases.send(caseId, DO.submit);
    expect(await cases.view(caseId)).toMatchObject({ nextWake: null, rungs: [], projection: { dueAt: null } });
    expect(tally(await historyOf(cases.client, caseId))['TIMER_STARTED']).toBeUndefined();
    await cases.send(caseId, { type: 'replan', plan: planFromNow(), reason: 'programme started' }, { by: SYSTEM });
    const { nextWake, rungs } = await cases.view(caseId);
    expect(nextWake).toBe(rungs[0]!.at);
    expect(rungs.length).toBeGreaterThanOrEqual(8);
  });
});

test('closing waits for what is still to be recorded', async () => {
  const caseId = await cases.open(planFromNow());
  // Whichever comes first: after the closing nothing else is accepted, before it everything is recorded.
  await Promise.allSettled([DO.submit, DO.submit, DO.notFound, DO.submit].map((body) => cases.send(caseId, body)));
  await cases.ended(caseId);
  expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  const { rows } = await cases.pool.query(
    'SELECT status, outcome, closed_at IS NOT NULL AS dated FROM cases WHERE case_id = $1',
    [caseId],
  );
  expect(rows).toEqual([{ status: 'closed', outcome: 'not-found', dated: true }]);
});

test('the check of trail against histories, on which these tests lean, sees what is lost, doubled, changed or made up', async () => {
  const caseId = await cases.open(planFromNow());
  await cases.send(caseId, DO.submit);
  const sees = async (sql: string): Promise<number> => {
    const saved = await cases.pool.query('SELECT * FROM audit_events WHERE case_id = $1', [caseId]);
    await cases.pool.query(sql, [caseId]);
    const faults = await faultsOf(cases.client, cases.pool, caseId);
    await cases.pool.query('DELETE FROM audit_events WHERE case_id = $1', [caseId]);
    for (const row of saved.rows)
      await cases.pool.query('INSERT INTO audit_events SELECT * FROM jsonb_populate_record(null::audit_events, $1)', [
        row,
      ]);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
    return faults.length;
  };
  const again = `INSERT INTO audit_events SELECT case_id, sequence + 1, type, at, actor, entered_by, command_id, payload, told, digest, hash
    FROM audit_events WHERE case_id = $1 AND sequence = 3`;
  expect(await sees('DELETE FROM audit_events WHERE case_id = $1 AND sequence = 3')).toBeGreaterThan(0);
  expect(await sees('DELETE FROM audit_events WHERE case_id = $1 AND sequence = 1')).toBeGreaterThan(0);
  expect(await sees(again)).toBeGreaterThan(0);
  expect(
    await sees(`UPDATE audit_events SET command_id = 'other' WHERE case_id = $1 AND sequence = 3`),
  ).toBeGreaterThan(0);
  expect(await sees(`UPDATE audit_events SET told = '["c_x"]' WHERE case_id = $1 AND sequence = 2`)).toBeGreaterThan(0);
});
