import {
  type AssessmentResult,
  type EvidenceGrade,
  type Outcome,
  type Role,
  type Sensitivity,
  STAGES,
  type ScreeningResult,
  type WorkStage,
} from '../vocabulary';
import { type Instant, type IsoDate } from '../records';
import { type Anchor } from '../ladder/ladder';
import { type EvidenceRef } from './events';
import { type Exception, type PendingRequest } from './requests';

/** Why the case was opened; `clear` devices open none. */
export type Finding = Exclude<ScreeningResult, 'clear'>;

/** What the register knows of the device when its case opens. */
export interface CaseFacts {
  readonly caseId: string;
  readonly programmeId: string;
  readonly assetId: string;
  readonly spell: number;
  readonly siteId: string;
  readonly departmentId: string;
  readonly finding: Finding;
  /** The device's network is segregated or isolated: there is nothing to disconnect. */
  readonly offCore: boolean;
  /** The replacement must be booked before this date; null = no upgrade is planned. */
  readonly upgradeOn: IsoDate | null;
  /** The class of the site that the dates were set by. */
  readonly sensitivity: Sensitivity;
}

/** The facts of a case that its dates follow from and that may change while it is open. */
export type DateFacts = Pick<CaseFacts, 'upgradeOn' | 'sensitivity'>;

/** One due date and every rule that had a say in it. */
export interface PlannedMilestone {
  readonly stage: WorkStage;
  readonly due: Instant;
  /** The rule that won: the earliest. */
  readonly rule: string;
  readonly candidates: readonly { readonly rule: string; readonly due: Instant }[];
}

/** All due dates of a case, computed outside the workflow. */
export interface Plan {
  /** 1 for the first, one more for each replan. */
  readonly number: number;
  readonly milestones: readonly PlannedMilestone[];
}

/** Where a stage stands. `skipped` stages ask nothing of anybody. */
export interface StageState {
  readonly done: Instant | null;
  readonly by: string | null;
  /** Who typed it, where that is somebody else; null = who did it. */
  readonly typedBy: string | null;
  readonly skipped: boolean;
  /** The due date of the first plan; no later plan overwrites it. */
  readonly baseline: Instant | null;
  readonly due: Instant | null;
  readonly rule: string | null;
  /** A booked date that replaces the due date as forecast; null = on the due date. */
  readonly forecast: Instant | null;
}

/** How far the escalation ladder of a stage has climbed, for one due instant. */
export interface LadderState {
  readonly due: Instant | null;
  /** Days of the last rung that fired or was skipped; null = none yet. */
  readonly cursor: number | null;
  /** Where a ladder that started late goes on from; null = on time. */
  readonly anchor: Anchor | null;
  readonly told: readonly Role[];
  /** Where the ladders of other due instants were left: one that comes back goes on from there and repeats no rung. */
  readonly left: readonly { readonly due: Instant; readonly cursor: number; readonly anchor: Anchor | null }[];
}

/** The whole of a case: plain JSON, the fold of its events. */
export interface CaseState {
  /** Null until `opened`. */
  readonly facts: CaseFacts | null;
  readonly sequence: number;
  readonly revision: number;
  readonly lastAt: Instant;
  readonly planNumber: number;
  readonly stages: Readonly<Record<WorkStage, StageState>>;
  readonly ladders: Readonly<Record<WorkStage, LadderState>>;
  /** A person inspected the device and said that it is covered. */
  readonly confirmedCovered: boolean;
  readonly result: AssessmentResult | null;
  /** Who proposed `not-covered`, waiting for a security officer; null = nobody. */
  readonly proposedBy: string | null;
  readonly evidence: readonly EvidenceRef[];
  readonly bookedOn: IsoDate | null;
  /** The contact the tasks were reassigned to; null = the site's or department's task owner. */
  readonly owner: string | null;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedUntil: Instant | null;
  /** The stages whose turn it was then; a later one's reminders are heard. */
  readonly acknowledgedStages: readonly WorkStage[];
  /** What waits for a decision, oldest first. */
  readonly pending: readonly PendingRequest[];
  /** The device may stay until then, with approval; null = no exception is in force. */
  readonly exception: Exception | null;
  /** Exceptions that were agreed so far, renewals included. */
  readonly exceptionsAgreed: number;
  /** Extensions that were agreed so far, by stage. */
  readonly extensionsAgreed: Readonly<Record<WorkStage, number>>;
  readonly outcome: Outcome | null;
  readonly recent: readonly Answered[];
}

/** A command that was accepted, so that a repeat gets the first answer. */
export interface Answered {
  readonly commandId: string;
  readonly revision: number;
  readonly sequence: number;
}

/** How many accepted commands a case remembers. */
export const REMEMBERED = 100;

const STAGE: StageState = {
  done: null,
  by: null,
  typedBy: null,
  skipped: false,
  baseline: null,
  due: null,
  rule: null,
  forecast: null,
};
const LADDER: LadderState = { due: null, cursor: null, anchor: null, told: [], left: [] };

function forEachStage<T>(value: T): Record<WorkStage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, value])) as Record<WorkStage, T>;
}

/** A case of which nothing has happened yet. */
export const NEW_CASE: CaseState = {
  facts: null,
  sequence: 0,
  revision: 0,
  lastAt: '1970-01-01T00:00:00.000Z',
  planNumber: 0,
  stages: forEachStage(STAGE),
  ladders: forEachStage(LADDER),
  confirmedCovered: false,
  result: null,
  proposedBy: null,
  evidence: [],
  bookedOn: null,
  owner: null,
  acknowledgedAt: null,
  acknowledgedUntil: null,
  acknowledgedStages: [],
  pending: [],
  exception: null,
  exceptionsAgreed: 0,
  extensionsAgreed: forEachStage(0),
  outcome: null,
  recent: [],
};

/** A stage that asks nothing any more: done, or skipped. */
export function isSettled(stage: StageState): boolean {
  return stage.skipped || stage.done !== null;
}

/** The stages whose turn it is: `disconnect` and `schedule` together, every other alone. Empty before opening and once closed. */
export function currentStages(state: CaseState): readonly WorkStage[] {
  if (state.facts === null || state.outcome !== null) return [];
  const open = (stage: WorkStage): boolean => !isSettled(state.stages[stage]);
  if (open('assess')) return ['assess'];
  const sideBySide = (['disconnect', 'schedule'] as const).filter(open);
  if (sideBySide.length > 0) return sideBySide;
  return open('remove') ? ['remove'] : open('verify') ? ['verify'] : [];
}

/** The weakest grade, which a person's bare word has. */
export const BARE_WORD: EvidenceGrade = 'assertion';
