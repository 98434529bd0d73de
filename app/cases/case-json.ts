import { type CaseStatus } from '../../domain/case-actions';
import { DAY } from '../../domain/ladder/ladder';
import { type Finding, type Milestone, type Plan, type PendingRef } from '../../domain/lifecycle';
import { ragOf } from '../../domain/rag';
import { type Instant } from '../../domain/records';
import { type Outcome, type Rag, STAGES, type Stage, type WorkStage } from '../../domain/vocabulary';
import { type RagBasis } from '../../register/case-list';
import { type CaseRecord } from '../../register/cases';

/** A rule that had a say in a due date; the earliest won. */
export interface Why {
  readonly rule: string;
  readonly due: Instant;
}

/** A milestone of the Case JSON. Instants in UTC; null = no clock runs, or not done. */
export interface MilestoneJson {
  readonly stage: WorkStage;
  /** The due date of the first plan; no later plan overwrites it. */
  readonly baseline: Instant | null;
  readonly forecast: Instant | null;
  readonly actual: Instant | null;
  /** That set `due`. */
  readonly rule: string | null;
  readonly due: Instant | null;
  /** Not needed for this device. */
  readonly skipped: boolean;
  /** Plain days by which it is done, or expected, later than the original date (negative: earlier); null = no clock runs. */
  readonly slippageDays: number | null;
  /** Every rule that had a say in `due`; only where one case is shown. */
  readonly why?: readonly Why[];
}

/** The Case JSON of the contract, and what else is known of the case. */
export interface CaseJson {
  readonly caseId: string;
  readonly assetId: string;
  readonly siteId: string;
  readonly departmentId: string;
  readonly stage: Stage;
  /** Null while the case is open. */
  readonly outcome: Outcome | null;
  /** Null while no clock runs, and once closed. */
  readonly rag: Rag | null;
  readonly milestones: readonly MilestoneJson[];
  readonly nextAction: string;
  readonly revision: number;
  readonly status: CaseStatus;
  readonly finding: Finding;
  readonly confirmedCovered: boolean;
  readonly spell: number;
  readonly previousCaseId: string | null;
  /** Of the stage whose turn it is. */
  readonly due: Instant | null;
  readonly rule: string | null;
  /** Contact id that the tasks were reassigned to. */
  readonly owner: string | null;
  readonly acknowledgedUntil: Instant | null;
  /** The device may stay until then, with approval; `renewals`: how often it was agreed again. */
  readonly exception: { readonly until: Instant; readonly renewals: number } | null;
  /** What waits for a decision. */
  readonly pending: readonly PendingRef[];
  readonly openedAt: Instant | null;
  readonly closedAt: Instant | null;
}

const NOT_YET = { baseline: null, forecast: null, actual: null, rule: null, due: null, skipped: false } as const;

function slippage(baseline: Instant | null, forecast: Instant | null): number | null {
  return baseline === null || forecast === null
    ? null
    : Math.round((Date.parse(forecast) - Date.parse(baseline)) / DAY);
}

function milestone(record: CaseRecord, stage: WorkStage, plan: Plan | null): MilestoneJson {
  const known: Milestone = record.milestones.find((one) => one.stage === stage) ?? { stage, ...NOT_YET };
  const { baseline, forecast, actual, rule, due, skipped } = known;
  const why = plan?.milestones.find((one) => one.stage === stage)?.candidates;
  const slippageDays = slippage(baseline, actual ?? forecast);
  return { stage, baseline, forecast, actual, rule, due, skipped, slippageDays, ...(why === undefined ? {} : { why }) };
}

/**
 * A case as programs read it.
 * @param plan the plan that it follows, to say why each date is what it is; null leaves that out
 */
export function caseJson(record: CaseRecord, { now, amberWithinDays }: RagBasis, plan: Plan | null = null): CaseJson {
  const { caseId, assetId, siteId, departmentId, stage, outcome, nextAction, revision, status, finding } = record;
  const { confirmedCovered, spell, previousCaseId, due, rule, acknowledgedUntil, openedAt, closedAt } = record;
  return {
    caseId,
    assetId,
    siteId,
    departmentId,
    stage,
    outcome,
    rag: status === 'open' ? ragOf(record.milestones, now, amberWithinDays) : null,
    milestones: STAGES.map((one) => milestone(record, one, plan)),
    nextAction: status === 'opening' ? 'The case is being opened' : nextAction,
    revision,
    status,
    finding,
    confirmedCovered,
    spell,
    previousCaseId,
    due,
    rule,
    owner: record.ownerContactId,
    acknowledgedUntil,
    exception:
      record.exceptionUntil === null
        ? null
        : { until: record.exceptionUntil, renewals: Math.max(0, record.exceptionsAgreed - 1) },
    pending: record.pending,
    openedAt,
    closedAt,
  };
}
