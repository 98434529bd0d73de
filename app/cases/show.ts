import { type Client } from '@temporalio/client';
import { type CaseAction, actionsFor, turnOf } from '../../domain/case-actions';
import { type Impossible, impossible, type LatestSafe, latestSafe } from '../../domain/deadlines/latest-safe';
import { Failure } from '../../domain/errors';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { type Role, type WorkStage } from '../../domain/vocabulary';
import {
  type CaseDevice,
  type CaseMail,
  colleaguesOf,
  deviceOf,
  mailOf,
  namesOf,
  planOf,
  trailOf,
  type TrailEvent,
} from '../../register/case-detail';
import { type CaseRecord } from '../../register/cases';
import { type AcceptedEvidence, evidenceOf } from '../../register/evidence';
import { caseToPlan, type CaseToPlan } from '../../register/planning';
import { requestsOf, type StoredRequest } from '../../register/requests';
import { reopeningReason } from '../../register/spells';
import { caseQuery, workflowIdOf } from '../../workflows/messages';
import { Dates } from '../plan';
import { type Services } from '../services';
import { caseJson, type CaseJson } from './case-json';
import { theCase } from './find';
import { ragBasis } from './list';

/** Whose turn it is in a stage. */
export interface Turn {
  readonly stage: WorkStage;
  readonly role: Role;
  readonly contacts: readonly { readonly contactId: string; readonly name: string }[];
}

/** What the case's workflow adds to what the register holds. */
export type WorkflowView =
  | {
      readonly asked: true;
      /** When the case next does something by itself; null = not before somebody acts. */
      readonly nextWake: Instant | null;
      /** Events that it accepted and the register has not recorded yet. */
      readonly unrecorded: number;
    }
  | { readonly asked: false; readonly why: string };

/** The last instants at which each step can be taken for removal to be in time, and which have passed already. */
export interface BackCalculation extends LatestSafe {
  readonly impossible: readonly Impossible[];
}

/** Everything that the register knows of a case. */
export interface CaseInFull extends CaseJson {
  readonly device: CaseDevice | null;
  readonly turn: readonly Turn[];
  readonly allowedActions: readonly CaseAction[];
  readonly evidence: readonly AcceptedEvidence[];
  readonly audit: readonly TrailEvent[];
  readonly mail: readonly CaseMail[];
  /** Names by contact id of everybody above. */
  readonly people: Readonly<Record<string, { readonly name: string; readonly role: Role }>>;
  /** Everything that was asked for, oldest first. */
  readonly requests: readonly StoredRequest[];
  /** Counted back from removal's due date; null while no clock runs, and once the replacement is booked or removed. */
  readonly latestSafe: BackCalculation | null;
  /** In which the policy's dates are days. */
  readonly zone: string;
  /** Why it was reopened; null for a first spell. */
  readonly reopenedBecause: string | null;
}

/** Everything that is known of a case. */
export interface ShownCase extends CaseInFull {
  readonly workflow: WorkflowView;
}

/** How long the workflow may take to answer before the register's word has to do. */
const PATIENCE = 3_000;

async function asked(client: Client, record: CaseRecord): Promise<WorkflowView> {
  const { nextWake, state } = await client.workflow.getHandle(workflowIdOf(record.caseId)).query(caseQuery);
  return { asked: true, nextWake, unrecorded: Math.max(0, state.sequence - record.sequence) };
}

/** Asks the workflow. Whatever keeps it from answering, the register still knows the rest. */
async function viewOf(services: Services, record: CaseRecord): Promise<WorkflowView> {
  if (record.status === 'closed') return { asked: false, why: 'the case is closed' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<WorkflowView>((resolve) => {
    timer = setTimeout(() => resolve({ asked: false, why: 'the workflow did not answer in time' }), PATIENCE);
  });
  const answer = services
    .temporal()
    .then((client) => asked(client, record))
    .catch((error: unknown): WorkflowView => {
      return { asked: false, why: error instanceof Failure ? error.message : 'the workflow cannot be asked' };
    });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function roleOf(stage: WorkStage, proposed: 'proposed' | 'open'): Role {
  return stage === 'verify' || proposed === 'proposed' ? 'security-officer' : 'task-owner';
}

/** Somebody proposed `not-covered`, and nobody has agreed to it, said otherwise or taken it back since. */
export function isProposed(trail: readonly TrailEvent[]): 'proposed' | 'open' {
  const last = trail.findLast(({ type }) => ['assessment-proposed', 'assessed', 'retracted'].includes(type));
  return last?.type === 'assessment-proposed' ? 'proposed' : 'open';
}

/** Nothing is counted back once a day has been booked: then the booked day speaks for itself. */
function backCalculation(
  { milestones, status }: CaseRecord,
  { nation, accessLeadDays }: CaseToPlan,
  policy: Policy,
  now: Instant,
): BackCalculation | null {
  const of = (stage: WorkStage) => milestones.find((one) => one.stage === stage);
  const [schedule, remove] = [of('schedule'), of('remove')];
  if (status !== 'open' || remove === undefined || remove.due === null || remove.skipped || remove.actual !== null)
    return null;
  if (schedule !== undefined && schedule.actual !== null) return null;
  const leads = { orderDays: policy.deadlines.orderLeadDays, accessDays: accessLeadDays };
  const safe = latestSafe(remove.due, leads, new Dates(policy, nation).back);
  return { ...safe, impossible: impossible(remove.due, safe, now) };
}

/** A case in full, and what its days are counted by. */
export interface ReadCase {
  readonly shown: CaseInFull;
  readonly policy: Policy;
}

/**
 * Everything that the register knows of a case.
 * @param now the instant that RAG is derived for
 * @throws Failure `no-policy`
 */
export async function readCase(services: Services, record: CaseRecord, now: Instant): Promise<ReadCase> {
  const pool = await services.register();
  const { basis, policy } = await ragBasis(pool, now);
  const { caseId, departmentId } = record;
  const [plan, device, evidence, audit, mail, colleagues, reopenedBecause, requests, item] = await Promise.all([
    planOf(pool, caseId),
    deviceOf(pool, caseId),
    evidenceOf(pool, caseId),
    trailOf(pool, caseId),
    mailOf(pool, caseId),
    colleaguesOf(pool, departmentId),
    reopeningReason(pool, caseId),
    requestsOf(pool, caseId),
    caseToPlan(pool, caseId),
  ]);
  const names = new Map(colleagues.map(({ contactId, name }) => [contactId, name]));
  const where = { siteId: record.siteId, owner: record.ownerContactId };
  const turn = turnOf(record).map((stage): Turn => {
    const role = roleOf(stage, isProposed(audit));
    const ids = recipientsOf([role], colleagues, where);
    return { stage, role, contacts: ids.map((contactId) => ({ contactId, name: names.get(contactId) ?? '' })) };
  });
  const mentioned = [
    ...audit.flatMap(({ actor, enteredBy, told }) => [actor, enteredBy ?? '', ...told]),
    ...audit.flatMap(({ type, payload }) => (type === 'reassigned' ? [String(payload.to)] : [])),
    ...mail.map(({ contactId }) => contactId),
    ...evidence.map(({ submittedBy }) => submittedBy),
    ...requests.flatMap(({ requestedBy, decidedBy }) => [requestedBy, decidedBy ?? '']),
  ];
  const people = Object.fromEntries(await namesOf(pool, [...new Set(mentioned)]));
  const shown = {
    ...caseJson(record, basis, plan),
    device,
    turn,
    allowedActions: actionsFor(record),
    evidence,
    audit,
    mail,
    people,
    requests,
    latestSafe: item === null ? null : backCalculation(record, item, policy, now),
    zone: policy.zone,
    reopenedBecause,
  };
  return { shown, policy };
}

/**
 * Everything about one case, named by its id or its device's asset id; its workflow is asked too.
 * @param now the instant that RAG is derived for
 * @throws Failure `unknown-case`, `no-policy`
 */
export async function showCase(services: Services, id: string, now: Instant): Promise<ShownCase> {
  const record = await theCase(await services.register(), id);
  const [{ shown }, workflow] = await Promise.all([readCase(services, record, now), viewOf(services, record)]);
  return { ...shown, workflow };
}
