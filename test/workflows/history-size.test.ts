import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../domain/ladder/ladder';
import { DO, OFFICER } from '../support/a-case';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { countEvents, historyOf, tally } from '../support/histories';
import { startStack, type TestStack } from '../support/stack';
import { fastForward } from '../support/virtual-time';

/** What the history of one removal may cost: the price of every programme's server. */
const HAPPY_PATH_EVENTS = 90;
const REMINDER_EVENTS = 12;

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

const book = () => ({ ...DO.book, on: new Date(Date.now() + 20 * DAY).toISOString().slice(0, 10) });

describe('how many events a removal takes', () => {
  test(`the happy path takes at most ${HAPPY_PATH_EVENTS}`, async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    await cases.send(caseId, DO.disconnect);
    await cases.send(caseId, book());
    await cases.send(caseId, DO.remove);
    await cases.send(caseId, DO.verify, { by: OFFICER });
    await cases.ended(caseId);
    const history = await historyOf(cases.client, caseId);
    expect(tally(history)).toMatchObject({ ACTIVITY_TASK_COMPLETED: 6, WORKFLOW_EXECUTION_UPDATE_COMPLETED: 5 });
    expect(countEvents(history)).toBeLessThanOrEqual(HAPPY_PATH_EVENTS);
  });

  test(`each reminder takes at most ${REMINDER_EVENTS} more, also where further rungs are handed over`, async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.submit);
    const before = countEvents(await historyOf(cases.client, caseId));
    // More rungs than are handed over at once.
    await fastForward(cases.client, caseId, 130.5 * DAY);
    const { state } = await cases.view(caseId);
    const reminders = state.sequence - 3;
    expect(reminders).toBeGreaterThan(18);
    const after = countEvents(await historyOf(cases.client, caseId));
    expect((after - before) / reminders).toBeLessThanOrEqual(REMINDER_EVENTS);
  });
});
