import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY, type Rung } from '../../domain/ladder/ladder';
import { type CommandBody, SYSTEM } from '../../domain/lifecycle';
import { workflowIdOf } from '../../workflows/messages';
import { command, day, DO, OFFICER } from '../support/a-case';
import { acceptedBy, faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { startStack, type TestStack } from '../support/stack';
import { fastForward } from '../support/virtual-time';

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

/** Something to do as often as one likes: each time until another day. */
let days = 0;
const acknowledge = () => ({ type: 'acknowledge', until: day(4000 + (days += 1)) }) as const;

/** A command of about a megabyte that makes nothing happen: a tick with rungs of a due date that the case does not have. */
function nothing(): CommandBody {
  const rung: Rung = { stage: 'assess', days: 0, at: day(0), due: day(0), countedFrom: null, to: ['task-owner'] };
  return { type: 'tick', rungs: Array.from({ length: 9_000 }, () => rung) };
}

describe('a long life', () => {
  test('the history starts afresh when the server suggests it, under fire, and nothing is lost or done twice', async () => {
    const caseId = await cases.open(planFromNow());
    const first = (await cases.client.workflow.getHandle(workflowIdOf(caseId)).describe()).runId;
    const early = command(DO.covered, { commandId: randomUUID() });
    const answer = await cases.send(caseId, early);
    // Eight senders at once, as fast as they are answered, so that there is always something to record, until the second
    // run has taken commands too. Meanwhile the history is made so large that the server suggests a fresh one (it would
    // after 4,096 events as well, a day's work).
    const fillers = Array.from({ length: 5 }, (_, count) => `nothing-${count}`);
    let sent = 0;
    let over = 0;
    const sender = async (): Promise<void> => {
      while (over < 12) {
        await cases.insist(caseId, acknowledge());
        sent += 1;
        const { runId } = await cases.client.workflow.getHandle(workflowIdOf(caseId)).describe();
        if (runId !== first) over += 1;
      }
    };
    const filler = async (): Promise<void> => {
      for (const commandId of fillers) await cases.insist(caseId, nothing(), { by: SYSTEM, commandId });
    };
    await Promise.all([...Array.from({ length: 8 }, sender), filler()]);

    const { events, runs } = await acceptedBy(cases.client, caseId);
    expect(runs).toBe(2);
    // As long as there are senders there is something to record: the fresh run must not wait for a pause of theirs.
    expect(sent - over).toBeLessThan(900);
    expect(events.filter(({ type }) => type === 'acknowledged')).toHaveLength(sent);
    expect(await faultsOf(cases.client, cases.pool, caseId, fillers)).toEqual([]);
    const { state, nextWake, rungs } = await cases.view(caseId);
    expect(state.sequence).toBe(3 + sent);

    // A repeat of what the first run accepted is known to the second, as long as it is remembered.
    const late = command(acknowledge(), { commandId: randomUUID() });
    const once = await cases.send(caseId, late);
    expect(await cases.send(caseId, late)).toEqual(once);
    expect(answer.sequence).toBe(3);

    // The timer goes on: the next reminder comes when it was due.
    expect(nextWake).toBe(rungs.map(({ at }) => at).sort()[0]);
    await fastForward(cases.client, caseId, Date.parse(nextWake!) - Date.now() + 60_000);
    const reminded = (await cases.view(caseId)).state;
    expect(reminded.sequence).toBe(state.sequence + 2);
    expect(reminded.ladders.disconnect.cursor).toBe(-10);
    await fastForward(cases.client, caseId, 60 * DAY);
    await cases.send(
      caseId,
      { type: 'withdraw', outcome: 'withdrawn', reason: 'End of the test.' },
      { by: { ...OFFICER, roles: ['sro'] } },
    );
    await cases.ended(caseId);
    expect(await faultsOf(cases.client, cases.pool, caseId, fillers)).toEqual([]);
  });
});
