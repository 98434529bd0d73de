import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';
import { type CaseEvent } from '../lifecycle/events';
import { type CaseProjection } from '../lifecycle/projection';
import { type CaseState, currentStages } from '../lifecycle/state';
import { noticesOfRequest } from './request-notices';

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

/**
 * Kinds that answer or announce something that happened: they stay true whatever the case does next, and are never
 * superseded. All others are about a stage whose turn it is.
 */
export const ANSWER_KINDS: readonly NoticeKind[] = [
  'more-time-agreed',
  'more-time-refused',
  'stay-agreed',
  'stay-refused',
  'stay-ended',
];

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

function ofRung(event: Extract<CaseEvent, { type: 'rung-fired' }>, caseId: string): Notice {
  const { stage, due, days, plan, rung, to, sequence, at } = event;
  const kind = at > due || days > 0 ? 'late' : days === 0 ? 'due-today' : 'reminder';
  // The doer of `verify` is the security officer: what the ladder would tell the owner goes there too.
  const people = stage === 'verify' ? to.map((role) => (role === 'task-owner' ? DOER.verify : role)) : to;
  const key = `${caseId}/${stage}/${plan}/${rung}`;
  return { kind, key, stage, due, days, to: [...new Set(people)], details: {}, sequence };
}

/**
 * Everybody who is to be told because of events, as roles. Before the programme has started (no plan) nobody is.
 * @param before the state before the first event
 * @param after the state after the last
 */
export function noticesOf(before: CaseState, events: readonly CaseEvent[], after: CaseState): Notice[] {
  const caseId = after.facts?.caseId;
  const last = events.at(-1);
  if (caseId === undefined || last === undefined || after.planNumber === 0) return [];
  const rungs = events.flatMap((event) =>
    event.type === 'rung-fired' && event.to.length > 0 ? [ofRung(event, caseId)] : [],
  );
  const tell = (kind: NoticeKind, stage: WorkStage, to: Role): Notice => {
    const { due } = after.stages[stage];
    return {
      kind,
      key: `${caseId}/${stage}/${kind}/${last.sequence}`,
      stage,
      due,
      days: null,
      to: [to],
      details: {},
      sequence: last.sequence,
    };
  };
  const current = currentStages(after);
  const earlier = before.planNumber === 0 ? [] : currentStages(before);
  const moved = events.some(({ type }) => type === 'transferred');
  const handedOn = events.some(({ type }) => type === 'reassigned');
  const begun = current.filter((stage) => handedOn || !earlier.includes(stage));
  const tasks = moved
    ? current.map((stage) => tell('handover', stage, DOER[stage]))
    : begun.map((stage) => tell('task', stage, DOER[stage]));
  const proposals = events.some(({ type }) => type === 'assessment-proposed')
    ? [tell('agreement', 'assess', 'security-officer')]
    : [];
  const said = events.flatMap((event) => noticesOfRequest(event, events, before, after, caseId));
  return [...rungs, ...tasks, ...proposals, ...said];
}

/** Events after which nothing that was to be told before them goes to the right person. */
const HANDS_ON: readonly CaseEvent['type'][] = ['transferred', 'reassigned'];

/** True where tasks go to other people because of these events. */
export function isHandedOn(events: readonly CaseEvent[]): boolean {
  return events.some(({ type }) => HANDS_ON.includes(type));
}

/**
 * The notices that still stand once all events of a batch have happened: of stages whose turn it still is, with the due
 * date that still holds, to those whose task it still is. The others are nobody's business any more.
 */
export function standing(
  notices: readonly Notice[],
  events: readonly CaseEvent[],
  { current, milestones, proposed, pending }: CaseProjection,
): Notice[] {
  const handedOn = Math.max(0, ...events.filter((event) => isHandedOn([event])).map(({ sequence }) => sequence));
  const dueOf = (stage: WorkStage): Instant | null => milestones.find((one) => one.stage === stage)?.due ?? null;
  return notices.filter(({ kind, stage, due, sequence, details }) => {
    if (ANSWER_KINDS.includes(kind)) return true;
    if (kind === 'decision') return pending.some(({ requestId }) => requestId === details['requestId']);
    const stands = sequence >= handedOn && current.includes(stage) && due === dueOf(stage);
    return stands && (kind !== 'agreement' || proposed);
  });
}
