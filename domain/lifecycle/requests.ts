import { type Instant } from '../records';
import { type Role, type WorkStage } from '../vocabulary';
import { type DateFacts } from './state';

/** Why more time is asked for. */
export const EXTENSION_REASONS = ['funding', 'supply', 'labour', 'access', 'landlord', 'review', 'other'] as const;
export type ExtensionReason = (typeof EXTENSION_REASONS)[number];

/** Who has to agree: the programme manager (the SRO may too), or beyond the policy's limits the SRO alone. */
export const DECIDERS = ['programme-manager', 'sro'] as const;
export type Decider = (typeof DECIDERS)[number];

export const VERDICTS = ['agreed', 'refused'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What is common to everything that somebody asks for. */
export interface Asked {
  /** Unique in the programme: the case's id and a number. */
  readonly requestId: string;
  /** In the asker's words. */
  readonly text: string;
  /** Contact id, `ops:<user>` or `system`. */
  readonly by: string;
  /** Who typed it; null = who asked. */
  readonly typedBy: string | null;
  /** The asker's posts, who are told of the answer. */
  readonly roles: readonly Role[];
  readonly needs: Decider;
  readonly at: Instant;
}

/** More time for one stage: a new date, the duty stands. */
export interface ExtensionAsked {
  readonly kind: 'extension';
  readonly stage: WorkStage;
  /** The due instant that is wanted. */
  readonly due: Instant;
  readonly reason: ExtensionReason;
}

/** The device may stay for a time: in breach, with approval, a compensating control and an expiry. */
export interface ExceptionAsked {
  readonly kind: 'exception';
  readonly until: Instant;
  /** What is done meanwhile so that the device does less harm. */
  readonly control: string;
}

/** A later upgrade, or a site that counts for less: dates would move later, which nobody but a decider may do. */
export interface LaterDatesAsked {
  readonly kind: 'later-dates';
  readonly facts: DateFacts;
}

export type Ask = ExtensionAsked | ExceptionAsked | LaterDatesAsked;
export type RequestKind = Ask['kind'];

/** Asked for and not decided yet. */
export type PendingRequest = Asked & Ask;

/** As much of a request as says that it waits. */
export type PendingRef = Pick<PendingRequest, 'requestId' | 'kind'>;

/** One date that an extension sets, with the rules it takes the place of as they stood then. */
export interface ExtendedDate {
  readonly stage: WorkStage;
  readonly due: Instant;
  readonly replaces: readonly { readonly rule: string; readonly due: Instant }[];
}

/** An exception in force. */
export interface Exception {
  readonly requestId: string;
  readonly until: Instant;
  readonly control: string;
}
