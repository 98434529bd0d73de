import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { rebuild } from '../domain/lifecycle';
import { policyOf, theProgramme } from '../register/current-policy';
import { addMissingCases, eventsOf, openCaseIds, statusOf } from '../register/reconcile';
import { DEVICE_REMOVAL, workflowIdOf } from '../workflows/messages';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
import { openCases, startCase } from './open-cases';
import { rungsAhead } from './plan';
import { planUnplanned } from './programme';
import { type Services } from './services';

/** Something that was out of step, and what was done about it. */
export interface Finding {
  readonly kind: 'case-missing' | 'workflow-missing' | 'workflow-without-case';
  /** Asset id or case id. */
  readonly subject: string;
  readonly repaired: boolean;
  readonly what: string;
}

export interface Reconciliation {
  readonly opened: number;
  readonly planned: number;
  readonly checked: number;
  readonly findings: readonly Finding[];
}

/** Ids of the cases whose workflow runs, as Temporal lists them (a little behind the truth). */
async function runningCases(client: Client): Promise<Set<string>> {
  const ids = new Set<string>();
  const query = `WorkflowType = "${DEVICE_REMOVAL}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1000 }))
    ids.add(workflowId.slice(workflowIdOf('').length));
  return ids;
}

async function runs(client: Client, caseId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowIdOf(caseId)).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Starts a lost workflow again from its audit trail, at the state after the last recorded event. */
async function revive(services: Services, client: Client, caseId: string): Promise<Finding> {
  const pool = await services.register();
  const state = rebuild(await eventsOf(pool, caseId));
  const { facts } = state;
  const subject = { kind: 'workflow-missing', subject: caseId } as const;
  if (facts === null)
    return { ...subject, repaired: false, what: 'The case is open but has no recorded event: restore a backup.' };
  const policy = await policyOf(pool, facts.programmeId);
  await startCase(client, { facts, plan: null, rungs: rungsAhead(state, policy), carried: state }, 'revived');
  return { ...subject, repaired: true, what: 'Its workflow was gone; it was started again from the audit trail.' };
}

/**
 * Proves that every flagged device has exactly one case, open and running or properly closed, and repairs what it can:
 * asks for missing cases, opens those that wait, sets clocks going, revives lost workflows.
 */
export async function reconcile(services: Services): Promise<Reconciliation> {
  const pool = await services.register();
  const { programmeId } = await theProgramme(pool);
  const client = await services.temporal();
  const findings: Finding[] = (await addMissingCases(pool, programmeId)).map((subject) => ({
    kind: 'case-missing',
    subject,
    repaired: true,
    what: 'The device is flagged and had no case; one is being opened.',
  }));
  const running = await runningCases(client);
  let checked = 0;
  const ids = pages(
    (after, limit) => openCaseIds(pool, after, limit),
    (id) => id,
  );
  await concurrently(ids, IN_FLIGHT, async (caseId) => {
    checked += 1;
    if (running.has(caseId) || (await runs(client, caseId))) return;
    // Closed between our two looks: the register says so by now.
    if ((await statusOf(pool, [caseId])).get(caseId) !== 'open') return;
    findings.push(await revive(services, client, caseId));
  });
  const known = await statusOf(pool, [...running]);
  for (const caseId of running) {
    if (known.has(caseId)) continue;
    findings.push({
      kind: 'workflow-without-case',
      subject: caseId,
      repaired: false,
      what: 'A workflow runs for a case that the register does not have: was an older register restored?',
    });
  }
  const opened = await openCases(services);
  const planned = await planUnplanned(services);
  return { opened, planned, checked, findings };
}
