import { type AssessmentResult, type Outcome, type Role, type WorkStage } from '../vocabulary';
import { type Instant, type IsoDate } from '../records';
import { type EvidenceRef } from './events';
import { type Ask, type Decider, type ExtendedDate, type RequestKind, type Verdict } from './requests';
import { type CaseFacts, type DateFacts, type Plan } from './state';
import { type Rung } from '../ladder/ladder';

/** Who acts, with the roles that this person holds for this case, as the register had them. */
export interface Actor {
  /** Contact id, `ops:<user>` or `system`. */
  readonly id: string;
  readonly kind: 'contact' | 'ops' | 'system';
  readonly roles: readonly Role[];
  /** Who typed it for the actor; null = the actor. */
  readonly enteredBy: string | null;
  /** Roles of the person whose judgement counts when something is decided or verified. */
  readonly authority: readonly Role[];
}

/** What people and the system may ask of a case. */
export type CommandBody =
  | { readonly type: 'open'; readonly facts: CaseFacts; readonly plan: Plan | null }
  | { readonly type: 'tick'; readonly rungs: readonly Rung[] }
  | { readonly type: 'replan'; readonly plan: Plan; readonly reason: string }
  | {
      /** The upgrade moved or the site counts otherwise; where dates would move later it waits for a decision. */
      readonly type: 'revise';
      readonly facts: DateFacts;
      /** Null before the programme has started. */
      readonly plan: Plan | null;
      readonly reason: string;
    }
  | {
      readonly type: 'request';
      readonly ask: Exclude<Ask, { kind: 'later-dates' }>;
      readonly text: string;
      readonly needs: Decider;
      readonly evidence: EvidenceRef | null;
    }
  | {
      readonly type: 'decide';
      readonly requestId: string;
      readonly kind: RequestKind;
      readonly verdict: Verdict;
      readonly conditions: string;
      /** The dates that follow from a yes; null where none moves, and for a no. */
      readonly plan: Plan | null;
      readonly dates: readonly ExtendedDate[];
    }
  | {
      readonly type: 'record-assessment';
      readonly result: AssessmentResult;
      readonly note: string;
      readonly evidence: EvidenceRef | null;
    }
  | { readonly type: 'confirm-disconnection'; readonly note: string; readonly evidence: EvidenceRef | null }
  | { readonly type: 'schedule-replacement'; readonly on: IsoDate; readonly forecast: Instant }
  | { readonly type: 'confirm-removal'; readonly note: string; readonly evidence: EvidenceRef | null }
  | { readonly type: 'submit-evidence'; readonly evidence: EvidenceRef }
  | { readonly type: 'verify-removal'; readonly note: string; readonly evidence: EvidenceRef | null }
  | { readonly type: 'acknowledge'; readonly until: Instant }
  | { readonly type: 'reassign'; readonly to: string }
  | { readonly type: 'retract'; readonly stage: WorkStage; readonly reason: string }
  | {
      readonly type: 'withdraw';
      readonly reason: string;
      readonly outcome: Extract<Outcome, 'withdrawn' | 'duplicate' | 'out-of-scope'>;
      readonly keptCaseId?: string;
    }
  | { readonly type: 'transfer'; readonly siteId: string; readonly departmentId: string }
  | { readonly type: 'absorb'; readonly caseId: string; readonly assetId: string; readonly plan: Plan | null };

export type CommandType = CommandBody['type'];

/** A command in its envelope. */
export type Command = CommandBody & {
  /** Also the update id: a repeat of an accepted one returns the first answer. */
  readonly commandId: string;
  readonly actor: Actor;
  /** The revision that the sender saw; null = none of its business (system, ops bulk). */
  readonly expectedRevision: number | null;
};

export const SYSTEM: Actor = { id: 'system', kind: 'system', roles: [], enteredBy: null, authority: [] };
