import { ANSWER_KINDS } from '../mail/news';
import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';
import { type CaseEvent } from '../lifecycle/events';
import { type CaseProjection } from '../lifecycle/projection';
import { type CaseState, currentStages } from '../lifecycle/state';
import { DOER, type Notice, type NoticeKind } from './notice';
import { noticesOfRequest } from './request-notices';

export * from './notice';

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
  // They stay true whatever the case does next; all others are about a stage whose turn it is.
  const answers: readonly NoticeKind[] = ANSWER_KINDS;
  return notices.filter(({ kind, stage, due, sequence, details }) => {
    if (answers.includes(kind)) return true;
    if (kind === 'decision') return pending.some(({ requestId }) => requestId === details['requestId']);
    const stands = sequence >= handedOn && current.includes(stage) && due === dueOf(stage);
    return stands && (kind !== 'agreement' || proposed);
  });
}
