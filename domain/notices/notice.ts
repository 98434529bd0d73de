import { type Instant } from '../records';
import { type Role, type WorkStage } from '../vocabulary';

/** Why somebody is written to. Composition chooses the words; see notify/. */
export const NOTICE_KINDS = [
  /** A stage's turn has come. */
  'task',
  /** A rung before, on or after the due date. */
  'reminder',
  'due-today',
  'late',
  /** A security officer is asked to agree that a device is not covered. */
  'agreement',
  /** The device has come to another department. */
  'handover',
  /** Somebody said that they were on it, and it is still open. */
  'still-open',
  /** A due date moved. */
  'date-moved',
  /** Something waits for the programme manager's or the SRO's decision. */
  'decision',
  /** Answers to what was asked for. */
  'more-time-agreed',
  'more-time-refused',
  'stay-agreed',
  'stay-refused',
  /** An exception is over: the device may stay no longer. */
  'stay-ended',
  /** An import was undone after mail about it had gone out. */
  'correction',
  /** A colleague's address was refused for good. */
  'dead-address',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Kinds that the rungs of a ladder say. */
export const LADDER_KINDS: readonly NoticeKind[] = ['reminder', 'due-today', 'late'];

/** What a kind says besides stage and due date, for its words; people's own texts included. Plain JSON. */
export type NoticeDetails = Readonly<Record<string, string | number | null>>;

/** A wish to tell somebody something; `record` turns roles into people and writes one outbox row each. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Unique with the recipient: the same notice is never written twice. */
  readonly key: string;
  readonly stage: WorkStage;
  readonly due: Instant | null;
  /** Days of the rung; null = no rung. */
  readonly days: number | null;
  readonly to: readonly Role[];
  readonly details: NoticeDetails;
  /** The sequence number of the event that asks for it. */
  readonly sequence: number;
}

/** Who does the work of a stage; the security officer checks what the owner did. */
export const DOER: Readonly<Record<WorkStage, Role>> = {
  assess: 'task-owner',
  disconnect: 'task-owner',
  schedule: 'task-owner',
  remove: 'task-owner',
  verify: 'security-officer',
};
