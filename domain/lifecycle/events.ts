import { type AssessmentResult, type EvidenceGrade, type Outcome, type Role, type WorkStage } from '../vocabulary';
import { type Instant, type IsoDate } from '../records';
import { type Anchor } from '../ladder/ladder';
import { type Ask, type Decider, type ExtendedDate, type Verdict } from './requests';
import { type CaseFacts, type DateFacts, type Finding, type Plan } from './state';

/** Something handed in to prove a stage; the file itself, if any, lies in the register under `evidenceId`. */
export interface EvidenceRef {
  readonly evidenceId: string;
  readonly kind: string;
  readonly grade: EvidenceGrade;
}

/** What happened, without the envelope. The names and members are the audit trail's: never rename one that has shipped. */
export type EventBody =
  | { readonly type: 'opened'; readonly facts: CaseFacts }
  | {
      readonly type: 'planned';
      readonly plan: Plan;
      readonly reason: string;
      /** Stages with another due date than before; `was` is null where no clock ran. */
      readonly moved: readonly { readonly stage: WorkStage; readonly was: Instant | null; readonly due: Instant }[];
    }
  | { readonly type: 'assessment-proposed'; readonly result: 'not-covered'; readonly note: string }
  | { readonly type: 'assessed'; readonly result: AssessmentResult; readonly note: string; readonly finding: Finding }
  | { readonly type: 'disconnected'; readonly note: string }
  | { readonly type: 'scheduled'; readonly on: IsoDate; readonly forecast: Instant }
  | { readonly type: 'removed'; readonly note: string }
  | { readonly type: 'evidence-submitted'; readonly evidence: EvidenceRef; readonly stage: WorkStage }
  | { readonly type: 'verified'; readonly note: string; readonly bestGrade: EvidenceGrade }
  | { readonly type: 'closed'; readonly outcome: Outcome; readonly reason: string; readonly keptCaseId?: string }
  | { readonly type: 'acknowledged'; readonly until: Instant; readonly stages: readonly WorkStage[] }
  | {
      /** Still open when the time was over for which somebody was on it. */
      readonly type: 'acknowledgement-expired';
      readonly saidOn: Instant;
      readonly until: Instant;
      readonly stages: readonly WorkStage[];
    }
  | { readonly type: 'reassigned'; readonly to: string }
  | { readonly type: 'retracted'; readonly stage: WorkStage; readonly reason: string }
  | {
      readonly type: 'transferred';
      readonly siteId: string;
      readonly departmentId: string;
      readonly fromDepartmentId: string;
    }
  | { readonly type: 'absorbed'; readonly caseId: string; readonly assetId: string }
  | {
      /** A reminder fell due. `late` counts whole days from the due instant, negative before it. */
      readonly type: 'rung-fired';
      readonly stage: WorkStage;
      readonly rung: string;
      readonly days: number;
      readonly late: number;
      readonly due: Instant;
      readonly plan: number;
      readonly to: readonly Role[];
      /** Rungs that were already past and for which nothing was sent. */
      readonly skipped: readonly string[];
      /** Where the rest of this ladder is counted from, since it started late; null = it is on time. */
      readonly anchor: Anchor | null;
    }
  | {
      /** Somebody asks for more time, to let a device stay, or for later dates; it waits for a decision. */
      readonly type: 'requested';
      readonly requestId: string;
      readonly ask: Ask;
      readonly text: string;
      readonly roles: readonly Role[];
      readonly needs: Decider;
    }
  | {
      readonly type: 'decided';
      readonly requestId: string;
      readonly ask: Ask;
      readonly verdict: Verdict;
      /** Conditions of a yes, reasons of a no. */
      readonly conditions: string;
      /** The asker's posts. */
      readonly roles: readonly Role[];
      /** The due date that an extension moves; null = none. */
      readonly was: Instant | null;
      /** What an agreed extension sets. */
      readonly dates: readonly ExtendedDate[];
    }
  | { readonly type: 'facts-revised'; readonly facts: DateFacts; readonly before: DateFacts; readonly reason: string }
  | { readonly type: 'exception-ended'; readonly requestId: string; readonly until: Instant };

export type EventType = EventBody['type'];

/** An event as the history accepted it. */
export type CaseEvent = EventBody & {
  /** 1, 2, 3 … within the case. */
  readonly sequence: number;
  readonly at: Instant;
  readonly commandId: string;
  /** Contact id, `ops:<user>` or `system`. */
  readonly actor: string;
  /** Who typed it, where that is somebody else; null = the actor. */
  readonly enteredBy: string | null;
};

/** Events that change stage, plan or decision; only these raise the revision, so a reminder kills nobody's link. */
const RAISING: ReadonlySet<EventType> = new Set<EventType>([
  'opened',
  'planned',
  'assessment-proposed',
  'assessed',
  'disconnected',
  'scheduled',
  'removed',
  'verified',
  'closed',
  'reassigned',
  'retracted',
  'transferred',
  'absorbed',
  'requested',
  'decided',
  'facts-revised',
  'exception-ended',
]);

export function raisesRevision(type: EventType): boolean {
  return RAISING.has(type);
}
