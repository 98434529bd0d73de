import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../domain/ladder/ladder';
import { type CaseEvent } from '../../domain/lifecycle';
import { DO } from '../support/a-case';
import { faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { startStack, type TestStack } from '../support/stack';
import { fastForward } from '../support/virtual-time';

type Fired = Extract<CaseEvent, { type: 'rung-fired' }>;

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

async function fired(caseId: string): Promise<Fired[]> {
  const { rows } = await cases.pool.query<{ payload: Fired }>(
    `SELECT payload FROM audit_events WHERE case_id = $1 AND type = 'rung-fired' ORDER BY sequence`,
    [caseId],
  );
  return rows.map(({ payload }) => payload);
}

describe('a case on which nobody acts, in virtual time on the real server', () => {
  test('reminds at every instant of its ladder for a year, never before and never twice', async () => {
    const plan = planFromNow();
    const caseId = await cases.open(plan);
    await cases.send(caseId, DO.submit);
    await fastForward(cases.client, caseId, 379.5 * DAY);
    // What was due on the way has been recorded when the case answers the next command.
    await cases.send(caseId, DO.submit);
    const rungs = await fired(caseId);
    const due = Date.parse(plan.milestones[0]!.due);
    const days = rungs.map((rung) => rung.days);
    expect(days.slice(0, 9)).toEqual([-10, -3, 0, 1, 3, 5, 10, 15, 20]);
    expect(days.at(-1)).toBe(365);
    expect(new Set(days).size).toBe(78);
    const off = rungs.map((rung) => Date.parse(rung.at) - (due + rung.days * DAY));
    expect(Math.min(...off)).toBeGreaterThanOrEqual(0);
    // Virtual time stops at each timer; what is left is the server's own slack.
    expect(Math.max(...off)).toBeLessThan(2_000);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);

    const { rows } = await cases.pool.query<{ contact_id: string; n: number }>(
      `SELECT contact_id, count(*)::int AS n FROM outbox WHERE case_id = $1 AND kind <> 'task' GROUP BY contact_id ORDER BY contact_id`,
      [caseId],
    );
    // The owner hears of all but the rungs of head, programme manager and SRO; everyone of the 71 repeats.
    expect(rows).toEqual([
      { contact_id: 'c_head', n: 72 },
      { contact_id: 'c_manager', n: 72 },
      { contact_id: 'c_officer', n: 72 },
      { contact_id: 'c_owner', n: 75 },
      { contact_id: 'c_sro', n: 72 },
    ]);
  });

  test('an acknowledgement quietens the reminders before the due date, expires, and never silences the due date', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, { type: 'acknowledge', until: new Date(Date.now() + 5 * DAY).toISOString() });
    await fastForward(cases.client, caseId, 14.5 * DAY);
    await cases.send(caseId, DO.submit);
    expect((await fired(caseId)).map(({ days, to }) => [days, to])).toEqual([
      [-10, []],
      [-3, ['task-owner']],
      [0, ['task-owner']],
    ]);
  });

  test('two stages side by side climb their own ladders, and doing one ends its own alone', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    await fastForward(cases.client, caseId, 30 * DAY);
    await cases.send(caseId, DO.disconnect);
    await fastForward(cases.client, caseId, 10 * DAY);
    await cases.send(caseId, DO.submit);
    // Due on day 28 (disconnect) and day 42 (schedule).
    expect((await fired(caseId)).map(({ rung }) => rung)).toEqual([
      'disconnect-10',
      'disconnect-3',
      'disconnect+0',
      'disconnect+1',
      'schedule-10',
      'schedule-3',
    ]);
    const { rows } = await cases.pool.query(
      `SELECT count(*)::int AS n FROM outbox WHERE case_id = $1 AND stage = 'disconnect' AND state = 'pending'`,
      [caseId],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('a case whose dates are all past when it opens', () => {
  test('writes to the owner once, saying how late, and goes up at the usual pace', async () => {
    const start = new Date(Date.now() - 60 * DAY).toISOString();
    const caseId = await cases.open(planFromNow(start));
    await cases.send(caseId, DO.submit);
    await fastForward(cases.client, caseId, 3.5 * DAY);
    await cases.send(caseId, DO.submit);
    const rungs = await fired(caseId);
    expect(rungs.map(({ days, late, to }) => [days, late, to])).toEqual([
      [0, 46, ['task-owner']],
      [1, 47, ['task-owner', 'security-officer']],
      [3, 49, ['head']],
    ]);
    expect(rungs[0]!.skipped).toEqual(['assess-10', 'assess-3']);
  });
});
