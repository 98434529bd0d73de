import { type Outcome, type Sensitivity, STAGES, type Stage, type WorkStage } from '../vocabulary';
import { type Instant, type IsoDate } from '../records';
import { STAGE_WORDS } from '../wording';
import { type PendingRef } from './requests';
import { type CaseState, currentStages } from './state';

/** A milestone as reports show it. Instants in UTC; null = no clock runs, or not done. */
export interface Milestone {
  readonly stage: WorkStage;
  readonly baseline: Instant | null;
  readonly due: Instant | null;
  readonly forecast: Instant | null;
  readonly actual: Instant | null;
  readonly rule: string | null;
  readonly skipped: boolean;
}

/** A case as lists and reports show it: what the register keeps of the state. */
export interface CaseProjection {
  readonly status: 'open' | 'closed';
  readonly stage: Stage;
  /** The stages whose turn it is. */
  readonly current: readonly WorkStage[];
  readonly outcome: Outcome | null;
  readonly milestones: readonly Milestone[];
  /** The earliest due date among the stages whose turn it is. */
  readonly dueAt: Instant | null;
  readonly rule: string | null;
  readonly nextAction: string;
  readonly siteId: string;
  readonly departmentId: string;
  readonly owner: string | null;
  readonly confirmedCovered: boolean;
  /** `not-covered` was proposed and waits for the security officer to agree. */
  readonly proposed: boolean;
  readonly acknowledgedUntil: Instant | null;
  /** The device may stay until then, with approval. */
  readonly exceptionUntil: Instant | null;
  /** Exceptions agreed so far, renewals included. */
  readonly exceptionsAgreed: number;
  /** What waits for a decision. */
  readonly pending: readonly PendingRef[];
  /** What the dates follow from. */
  readonly upgradeOn: IsoDate | null;
  readonly sensitivity: Sensitivity;
  readonly revision: number;
  readonly sequence: number;
  readonly planNumber: number;
}

function milestones(state: CaseState): Milestone[] {
  return STAGES.map((stage) => {
    const { baseline, due, forecast, done, rule, skipped } = state.stages[stage];
    return { stage, baseline, due, forecast: done ?? forecast ?? due, actual: done, rule, skipped };
  });
}

function nextAction(state: CaseState, current: readonly WorkStage[]): string {
  if (state.outcome !== null) return '';
  if (state.proposedBy !== null) return 'Security officer: agree that it is not covered, or say what it is';
  return current.map((stage) => STAGE_WORDS[stage]).join(' · ');
}

/** What the register keeps of a state; null before the case is open. */
export function project(state: CaseState): CaseProjection | null {
  if (state.facts === null) return null;
  const current = currentStages(state);
  const [first] = current
    .map((stage) => state.stages[stage])
    .sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'));
  return {
    status: state.outcome === null ? 'open' : 'closed',
    stage: current[0] ?? 'closed',
    current,
    outcome: state.outcome,
    milestones: milestones(state),
    dueAt: first?.due ?? null,
    rule: first?.rule ?? null,
    nextAction: nextAction(state, current),
    siteId: state.facts.siteId,
    departmentId: state.facts.departmentId,
    owner: state.owner,
    confirmedCovered: state.confirmedCovered,
    proposed: state.proposedBy !== null && state.outcome === null,
    acknowledgedUntil: current.some((stage) => state.acknowledgedStages.includes(stage))
      ? state.acknowledgedUntil
      : null,
    exceptionUntil: state.exception?.until ?? null,
    exceptionsAgreed: state.exceptionsAgreed,
    pending: state.pending.map(({ requestId, kind }) => ({ requestId, kind })),
    upgradeOn: state.facts.upgradeOn,
    sensitivity: state.facts.sensitivity,
    revision: state.revision,
    sequence: state.sequence,
    planNumber: state.planNumber,
  };
}
