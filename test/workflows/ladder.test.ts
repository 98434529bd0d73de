import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../domain/ladder/ladder';
import { type CaseEvent } from '../../domain/lifecycle';
import { decision, DO, MANAGER, planDue } from '../support/a-case';
import { faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { countEvents, historyOf } from '../support/histories';
import { londonDate, londonHour, stepped } from '../support/plain-calendar';
import { startStack, type TestStack } from '../support/stack';
import { until } from '../support/until';
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
    const before = countEvents(await historyOf(cases.client, caseId));
    await fastForward(cases.client, caseId, 379.5 * DAY);
    // What was due on the way has been recorded when the case answers the next command.
    await cases.send(caseId, DO.submit);
    const rungs = await fired(caseId);
    const { due } = plan.milestones[0]!;
    const days = rungs.map((rung) => rung.days);
    // Working days: a year and two weeks hold some 250 of them.
    expect(days.slice(0, 9)).toEqual([-10, -3, 0, 1, 3, 5, 10, 15, 20]);
    expect(days).toEqual([
      -10,
      -3,
      0,
      1,
      3,
      5,
      ...Array.from({ length: days.length - 6 }, (_, index) => 10 + 5 * index),
    ]);
    expect(days.at(-1)).toBeGreaterThanOrEqual(245);
    const late = rungs.map((rung) => {
      const planned = londonHour(stepped(londonDate(due), rung.days), 8);
      return Date.parse(rung.at) - Date.parse(planned);
    });
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    // Virtual time stops at each timer; what is left is the server's own slack.
    expect(Math.max(...late)).toBeLessThan(2_000);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
    const after = countEvents(await historyOf(cases.client, caseId));
    expect((after - before) / rungs.length).toBeLessThanOrEqual(12);

    const { rows } = await cases.pool.query<{ contact_id: string; n: number }>(
      `SELECT contact_id, count(*)::int AS n FROM outbox WHERE case_id = $1 AND kind <> 'task' GROUP BY contact_id ORDER BY contact_id`,
      [caseId],
    );
    // Everyone hears of the repeats; below them the owner of four rungs, the officer of one, each of the others of one.
    const repeats = days.filter((one) => one > 10).length;
    expect(rows).toEqual([
      { contact_id: 'c_head', n: repeats + 1 },
      { contact_id: 'c_manager', n: repeats + 1 },
      { contact_id: 'c_officer', n: repeats + 1 },
      { contact_id: 'c_owner', n: repeats + 4 },
      { contact_id: 'c_sro', n: repeats + 1 },
    ]);
  });

  test('an acknowledgement quietens the reminders before the due date, expires, and never silences the due date', async () => {
    const start = Date.now();
    const plan = planDue(1, londonHour(stepped(londonDate(new Date(start + 30 * DAY).toISOString()), 0), 17));
    const [assess] = plan.milestones;
    const rungDay = (days: number): string => londonHour(stepped(londonDate(assess!.due), days), 8);
    const caseId = await cases.open(plan);
    // Until a moment after the first reminder.
    const until = new Date(Date.parse(rungDay(-10)) + DAY).toISOString();
    await cases.send(caseId, { type: 'acknowledge', until });
    await fastForward(cases.client, caseId, Date.parse(assess!.due) - start + DAY / 24);
    await cases.send(caseId, DO.submit);
    expect((await fired(caseId)).map(({ days, to }) => [days, to])).toEqual([
      [-10, []],
      [-3, ['task-owner']],
      [0, ['task-owner']],
    ]);
    const { rows } = await cases.pool.query<{ kind: string; contact_id: string }>(
      `SELECT kind, contact_id FROM outbox WHERE case_id = $1 AND kind = 'still-open'`,
      [caseId],
    );
    expect(rows).toEqual([{ kind: 'still-open', contact_id: 'c_owner' }]);
  });

  test('two stages side by side climb their own ladders, and doing one ends its own alone', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    const { state } = await cases.view(caseId);
    const after = (stage: 'disconnect' | 'schedule', days: number): number =>
      Date.parse(londonHour(stepped(londonDate(state.stages[stage].due!), days), 9));
    const now = Date.now();
    await fastForward(cases.client, caseId, after('disconnect', 1) - now);
    await cases.send(caseId, DO.disconnect);
    await fastForward(cases.client, caseId, after('schedule', -3) - after('disconnect', 1));
    await cases.send(caseId, DO.submit);
    const rungs = (await fired(caseId)).map(({ rung }) => rung);
    expect(rungs.filter((rung) => rung.startsWith('disconnect'))).toEqual([
      'disconnect-10',
      'disconnect-3',
      'disconnect+0',
      'disconnect+1',
    ]);
    expect(rungs.filter((rung) => rung.startsWith('schedule'))).toEqual(['schedule-10', 'schedule-3']);
    const { rows } = await cases.pool.query(
      `SELECT count(*)::int AS n FROM outbox WHERE case_id = $1 AND stage = 'disconnect' AND state = 'pending'`,
      [caseId],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('a case whose dates are all past when it opens', () => {
  test('writes to the owner once, saying how late, and goes up at the usual pace in working days from then', async () => {
    const start = new Date(Date.now() - 60 * DAY).toISOString();
    const caseId = await cases.open(planFromNow(start));
    await until(async () => (await fired(caseId)).length > 0);
    const [first] = await fired(caseId);
    const opened = londonDate(first!.at);
    const follows = [1, 3].map((days) => londonHour(stepped(opened, days), 8));
    await fastForward(cases.client, caseId, Date.parse(follows[1]!) - Date.now() + DAY / 24);
    await cases.send(caseId, DO.submit);
    const rungs = await fired(caseId);
    expect(rungs.map(({ days, to }) => [days, to])).toEqual([
      [0, ['task-owner']],
      [1, ['task-owner', 'security-officer']],
      [3, ['head']],
    ]);
    expect(rungs[0]).toMatchObject({ late: 46, skipped: ['assess-10', 'assess-3'] });
    const off = rungs.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(follows[index]!));
    for (const late of off) {
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(2_000);
    }
  });
});

describe('a device that may stay', () => {
  test('reminds nobody until the exception ends, then by itself tells that it is over and how late the task is', async () => {
    const start = Date.now();
    const caseId = await cases.open(planFromNow());
    const until = londonHour(londonDate(new Date(start + 60 * DAY).toISOString()), 17);
    await cases.send(caseId, { ...DO.toStay, ask: { ...DO.toStay.ask, until } });
    const { state } = await cases.view(caseId);
    await cases.send(caseId, decision(state), { by: MANAGER });
    await fastForward(cases.client, caseId, 59 * DAY);
    await cases.send(caseId, DO.submit);
    expect(await fired(caseId)).toEqual([]);
    expect((await cases.view(caseId)).nextWake).toBe(until);
    await fastForward(cases.client, caseId, 2 * DAY);
    await cases.send(caseId, DO.submit);
    const { rows } = await cases.pool.query<{ type: string; at: Date }>(
      `SELECT type, at FROM audit_events WHERE case_id = $1 AND type IN ('exception-ended', 'rung-fired') ORDER BY sequence LIMIT 2`,
      [caseId],
    );
    expect(rows.map(({ type }) => type)).toEqual(['exception-ended', 'rung-fired']);
    expect(rows[0]!.at.getTime() - Date.parse(until)).toBeGreaterThanOrEqual(0);
    expect(rows[0]!.at.getTime() - Date.parse(until)).toBeLessThan(2_000);
    const told = await cases.pool.query<{ kind: string; contact_id: string }>(
      `SELECT kind, contact_id FROM outbox WHERE case_id = $1 AND kind LIKE 'stay-%' ORDER BY kind, contact_id`,
      [caseId],
    );
    expect(told.rows).toEqual([
      { kind: 'stay-agreed', contact_id: 'c_owner' },
      { kind: 'stay-ended', contact_id: 'c_manager' },
      { kind: 'stay-ended', contact_id: 'c_officer' },
      { kind: 'stay-ended', contact_id: 'c_owner' },
    ]);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });
});
