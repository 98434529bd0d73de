import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type Pool } from 'pg';
import { rebuild } from '../domain/lifecycle';
import { DEFAULT_NATION } from '../domain/vocabulary';
import { policyOf, theProgramme } from '../register/current-policy';
import { type Drift, figuresDrift, foldFigures, recountFigures } from '../register/figures/fold';
import { caseToPlan } from '../register/planning';
import { addMissingCases, eventsOf, openCaseIds, statusOf } from '../register/reconcile';
import { DEVICE_REMOVAL, workflowIdOf } from '../workflows/messages';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
import { finishMerges } from './devices/merge';
import { finishTransfers } from './devices/transfer';
import { finishLeavings } from './inventory/hand-on-tasks';
import { openCases, startCase } from './open-cases';
import { rungsAhead } from './plan';
import { planUnplanned } from './programme';
import { replanMarked } from './replan';
import { finishRescreeningLocked, type OnRescreened, type Rescreening } from './rescreen';
import { type Services } from './services';

/** Something that was out of step, and what was done about it. */
export interface Finding {
  readonly kind:
    | 'policy-not-finished'
    | 'case-missing'
    | 'workflow-missing'
    | 'workflow-without-case'
    | 'merge-interrupted'
    | 'transfer-interrupted'
    | 'leaving-interrupted'
    | 'figures-differ';
  /** Programme, asset or case id; of figures, which. */
  readonly subject: string;
  readonly repaired: boolean;
  readonly what: string;
}

export interface Reconciliation {
  readonly opened: number;
  readonly planned: number;
  /** Cases that waited for new dates and have them now. */
  readonly replanned: number;
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** What an interrupted `policy apply` had left to be screened; null = nothing. */
  readonly rescreened: Rescreening | null;
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
  const nation = (await caseToPlan(pool, caseId))?.nation ?? DEFAULT_NATION;
  await startCase(client, { facts, plan: null, rungs: rungsAhead(state, policy, nation), carried: state }, 'revived');
  return { ...subject, repaired: true, what: 'Its workflow was gone; it was started again from the audit trail.' };
}

/** What the register alone can tell and put right: devices that an earlier policy screened, missing cases. */
async function reconcileRegister(
  pool: Pool,
  onProgress: OnRescreened,
): Promise<{ readonly findings: Finding[]; readonly rescreened: Rescreening | null }> {
  const { programmeId } = await theProgramme(pool);
  const rescreened = await finishRescreeningLocked(pool, onProgress);
  const missing = (await addMissingCases(pool, programmeId)).map((subject): Finding => ({
    kind: 'case-missing',
    subject,
    repaired: true,
    what: 'The device is flagged and had no case; one is being opened.',
  }));
  if (rescreened === null) return { findings: missing, rescreened };
  const { devices } = rescreened;
  const unfinished: Finding = {
    kind: 'policy-not-finished',
    subject: programmeId,
    repaired: true,
    what: `${devices} ${devices === 1 ? 'device' : 'devices'} still had the result of an earlier policy version; screened again.`,
  };
  return { findings: [unfinished, ...missing], rescreened };
}

const FIGURES_OF: Readonly<Record<Drift['of'], string>> = {
  places: 'by stage and site',
  dates: 'by due date',
  devices: 'of devices by screening',
  flows: 'of what came and went',
  days: 'of past days',
};

/** Figures that are not what cases, devices and audit trail say; they are counted anew. */
async function mendFigures(pool: Pool): Promise<Finding[]> {
  await foldFigures(pool);
  const drift = await figuresDrift(pool);
  if (drift.length > 0) await recountFigures(pool);
  return drift.map(({ of, cells }) => ({
    kind: 'figures-differ',
    subject: `figures ${FIGURES_OF[of]}`,
    repaired: true,
    what: `${cells} ${cells === 1 ? 'was' : 'were'} not what the register says; counted anew.`,
  }));
}

/** Merges, transfers and leavings that were noted and then interrupted. */
async function finishMoves(services: Services): Promise<Finding[]> {
  const what = (kind: `${'merge' | 'transfer' | 'leaving'}-interrupted`, sentence: string) => (subject: string) =>
    ({ kind, subject, repaired: true, what: sentence }) as const;
  return [
    ...(await finishMerges(services)).map(
      what('merge-interrupted', 'Its merge had been interrupted; it was finished.'),
    ),
    ...(await finishTransfers(services)).map(
      what('transfer-interrupted', 'Its transfer had been interrupted; it was finished.'),
    ),
    ...(await finishLeavings(services)).map(
      what('leaving-interrupted', 'Its tasks were still with somebody who has left; they went to the successor.'),
    ),
  ];
}

/**
 * Proves that every flagged device has exactly one case, open and running or properly closed, and repairs what it can:
 * screens devices that an interrupted `policy apply` left, asks for missing cases, opens those that wait, sets clocks
 * going, revives lost workflows, finishes interrupted merges, transfers and leavings, counts figures anew that differ.
 */
export async function reconcile(
  services: Services,
  onProgress: OnRescreened = () => undefined,
): Promise<Reconciliation> {
  const pool = await services.register();
  const client = await services.temporal();
  const { findings, rescreened } = await reconcileRegister(pool, onProgress);
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
  findings.push(...(await finishMoves(services)));
  const planned = await planUnplanned(services);
  const { replanned } = await replanMarked(services);
  findings.push(...(await mendFigures(pool)));
  return { opened, planned, replanned, checked, findings, rescreened };
}
