import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { verifyAudit } from '../../app/audit/verify';
import { reconcile } from '../../app/reconcile';
import { DAY } from '../../domain/ladder/ladder';
import { workflowIdOf } from '../../workflows/messages';
import { command, DO, OFFICER } from '../support/a-case';
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

/** The findings about one case or device. */
async function findingsOn(...subjects: readonly string[]): Promise<string[]> {
  const { findings } = await reconcile(cases.services);
  return findings
    .filter(({ subject }) => subjects.includes(subject))
    .map(({ kind, repaired }) => `${kind} ${repaired}`);
}

async function statusOf(caseId: string): Promise<unknown> {
  return (await cases.pool.query<{ status: string }>('SELECT status FROM cases WHERE case_id = $1', [caseId])).rows[0]
    ?.status;
}

describe('reconciling', () => {
  test('finds nothing where everything is in step, open cases and closed ones', async () => {
    const open = await cases.open(planFromNow());
    await cases.send(open, DO.covered);
    const closed = await cases.open(planFromNow());
    await cases.send(closed, DO.notFound);
    await cases.ended(closed);
    expect(await findingsOn(open, closed)).toEqual([]);
  });

  test('opens a case that waits, whose start was never sent', async () => {
    const { caseId } = await cases.facts();
    expect(await statusOf(caseId)).toBe('opening');
    expect((await reconcile(cases.services)).opened).toBe(1);
    await cases.send(caseId, DO.covered);
    expect(await statusOf(caseId)).toBe('open');
  });

  test('gives a flagged device that has no case one, once', async () => {
    const { caseId, assetId } = await cases.facts();
    await cases.pool.query('DELETE FROM cases WHERE case_id = $1', [caseId]);
    expect(await findingsOn(assetId)).toEqual(['case-missing true']);
    expect(await findingsOn(assetId)).toEqual([]);
    const { rows } = await cases.pool.query('SELECT spell FROM cases WHERE asset_id = $1', [assetId]);
    expect(rows).toEqual([{ spell: 1 }]);
  });

  test('starts a lost workflow again where its trail ends: state, ladder, and what it has answered', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.submit);
    const asked = command(DO.covered, { commandId: randomUUID() });
    await fastForward(cases.client, caseId, 5 * DAY);
    const first = await cases.send(caseId, asked);
    const before = await cases.view(caseId);
    await cases.client.workflow.getHandle(workflowIdOf(caseId)).terminate('lost');

    expect(await findingsOn(caseId)).toEqual(['workflow-missing true']);
    const after = await cases.view(caseId);
    expect(after.state).toEqual(before.state);
    expect(after.nextWake).toBe(before.nextWake);
    expect(await cases.send(caseId, asked)).toEqual(first);
    expect(await cases.send(caseId, DO.disconnect)).toMatchObject({ sequence: first.sequence + 1 });
    expect(await findingsOn(caseId)).toEqual([]);
    const { breaks } = await verifyAudit(cases.services, { id: caseId, depth: 'register' });
    expect(breaks).toEqual([]);
  });

  test('several at once, and a revival meets a workflow that runs: one goes on', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    await cases.client.workflow.getHandle(workflowIdOf(caseId)).terminate('lost');
    await Promise.all([reconcile(cases.services), reconcile(cases.services), reconcile(cases.services)]);
    expect(await cases.send(caseId, DO.disconnect)).toMatchObject({ sequence: 4 });
  });

  test('names a workflow whose case the register does not have, and leaves it alone', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.submit);
    await cases.pool.query('DELETE FROM outbox WHERE case_id = $1', [caseId]);
    for (const table of ['audit_events', 'case_milestones', 'case_revisions', 'case_flows', 'cases'])
      await cases.pool.query(`DELETE FROM ${table} WHERE case_id = $1`, [caseId]);
    // Temporal's list is a little behind the truth.
    let findings = await findingsOn(caseId);
    while (findings.length === 0) findings = await findingsOn(caseId);
    expect(findings).toEqual(['workflow-without-case false']);
    expect((await cases.client.workflow.getHandle(workflowIdOf(caseId)).describe()).status.name).toBe('RUNNING');
  });

  test('does not touch a closed case, though its workflow is gone from Temporal', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.alreadyRemoved);
    await cases.send(caseId, DO.verify, { by: OFFICER });
    await cases.ended(caseId);
    await cases.client.workflowService.deleteWorkflowExecution({
      namespace: stack.temporal.namespace,
      workflowExecution: { workflowId: workflowIdOf(caseId) },
    });
    expect(await findingsOn(caseId)).toEqual([]);
    expect(await statusOf(caseId)).toBe('closed');
  });
});
