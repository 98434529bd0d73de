/** Whether a notice may wait for the morning. */
export type Urgency = 'urgent' | 'ordinary';

/**
 * What a person would want to hear of during the working day: something is due or late, somebody asks for a decision or
 * has taken one, or mail does not arrive. Everything else joins the next morning's message.
 */
const URGENT: ReadonlySet<string> = new Set([
  'due-today',
  'late',
  'decision',
  'more-time-agreed',
  'more-time-refused',
  'stay-agreed',
  'stay-refused',
  'stay-ended',
  'still-open',
  'agreement',
  'dead-address',
  'mail-refused',
]);

/** @param kind of the outbox row; one that is not known is ordinary */
export function urgencyOf(kind: string): Urgency {
  return URGENT.has(kind) ? 'urgent' : 'ordinary';
}
