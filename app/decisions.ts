import { scopeOf } from '../domain/access/permissions';
import { type Viewer } from '../domain/access/roles';
import { Failure } from '../domain/errors';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { policyOf, theProgramme } from '../register/current-policy';
import {
  type DecisionScope,
  type MadeDecision,
  madeDecisions,
  type Paged,
  type Rows,
  type WaitingDecision,
  waitingDecisions,
} from '../register/decisions';
import { caseToPlan } from '../register/planning';
import { findRequest, type StoredRequest } from '../register/requests';
import { caseInSight, keptFromDeciding, type NoDecision, viewCase, type ViewedCase } from './cases/for-viewer';
import { consequences } from './command-body';
import { remembered } from './lists/remembered';
import { type Services } from './services';

export type { MadeDecision, Paged, WaitingDecision } from '../register/decisions';

/** Whose decisions somebody looks at: those of where they decide, and agreements of where they are security officer. */
function scopeFor(viewer: Viewer): DecisionScope {
  const [decide, agreements] = [scopeOf(viewer, 'decide'), scopeOf(viewer, 'verify')];
  return { requests: agreements.everything ? agreements : decide, agreements };
}

/** What waits for somebody's decision: late first, then the longest waiting. It may be two seconds old. */
export async function decisionsFor(
  services: Services,
  viewer: Viewer,
  now: Instant,
  rows: Rows,
): Promise<Paged<WaitingDecision>> {
  const pool = await services.register();
  const scope = scopeFor(viewer);
  const key = `decisions waiting ${JSON.stringify([scope, rows.limit, rows.offset])}`;
  return remembered(pool, key, () => waitingDecisions(pool, scope, now, rows));
}

/** Requests that were decided, the newest answer first; for those who decide. They may be two seconds old. */
export async function answeredDecisions(services: Services, viewer: Viewer, rows: Rows): Promise<Paged<MadeDecision>> {
  const pool = await services.register();
  const scope = scopeFor(viewer);
  const key = `decisions made ${JSON.stringify([scope, rows.limit, rows.offset])}`;
  return remembered(pool, key, () => madeDecisions(pool, scope, rows));
}

/** A due date that a yes would move. */
export interface Move {
  readonly stage: WorkStage;
  /** Null = no clock runs. */
  readonly was: Instant | null;
  readonly due: Instant;
  readonly baseline: Instant | null;
}

/** A request, with its case beside it. */
export interface DecisionView {
  readonly request: StoredRequest;
  readonly viewed: ViewedCase;
  /** Why the reader may not decide it; null = they may. */
  readonly kept: NoDecision | null;
  /** The dates that a yes would move; empty where none does, or it has been decided. */
  readonly moves: readonly Move[];
  /** The policy's limits for its kind: beyond them only the SRO agrees. */
  readonly limits: { readonly longestDays: number; readonly most: number } | null;
  /** When it was looked at. */
  readonly now: Instant;
}

async function movesOf(services: Services, request: StoredRequest, { shown }: ViewedCase): Promise<readonly Move[]> {
  if (request.state !== 'pending' || shown.status !== 'open') return [];
  const pool = await services.register();
  const item = await caseToPlan(pool, request.caseId);
  if (item === null) return [];
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  const now = new Date().toISOString();
  const { plan } = await consequences(pool, request, { item, policy, programme, now });
  return (plan?.milestones ?? []).flatMap(({ stage, due }) => {
    const known = shown.milestones.find((one) => one.stage === stage);
    if (known === undefined || known.skipped || known.actual !== null || known.due === due) return [];
    return [{ stage, was: known.due, due, baseline: known.baseline }];
  });
}

function unknown(requestId: string): Failure {
  return new Failure('unknown-request', `Nothing was asked for under ${requestId}.`);
}

/**
 * A request as somebody who may see its case sees it.
 * @throws Failure `unknown-request`, the same whether there is none or its case is not theirs to see
 */
export async function viewDecision(
  services: Services,
  viewer: Viewer,
  requestId: string,
  now: Instant,
): Promise<DecisionView> {
  const pool = await services.register();
  const request = await findRequest(pool, requestId);
  if (request === null) throw unknown(requestId);
  const inSight = await caseInSight(services, viewer, request.caseId).catch((error: unknown) => {
    throw error instanceof Failure && error.code === 'unknown-case' ? unknown(requestId) : error;
  });
  const viewed = await viewCase(services, viewer, inSight.caseId, now);
  const policy = await policyOf(pool, (await theProgramme(pool)).programmeId);
  const { kind } = request.ask;
  return {
    request,
    viewed,
    kept: keptFromDeciding(viewer, viewed.shown, requestId),
    moves: await movesOf(services, request, viewed),
    limits: kind === 'later-dates' ? null : kind === 'extension' ? policy.extensions : policy.exceptions,
    now,
  };
}
