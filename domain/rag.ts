import { DAY } from './ladder/ladder';
import { type Instant } from './records';
import { type Rag } from './vocabulary';

/** What the colour of a milestone is derived from. Instants in UTC; null = no clock runs, or not done. */
export interface RagMilestone {
  readonly due: Instant | null;
  readonly forecast: Instant | null;
  readonly actual: Instant | null;
  readonly skipped: boolean;
}

/**
 * RAG of an open case, derived whenever it is read from forecast against deadline and never stored. Every milestone that
 * is still to be reached counts, so that a booked replacement after the removal date shows at once.
 * Red: overdue, or forecast after its due instant. Amber: due within the policy's margin. Green: the rest.
 * @param amberWithinDays the policy's `rag.amberWithinDays`, plain days
 * @returns null where no clock runs
 */
export function ragOf(milestones: readonly RagMilestone[], now: Instant, amberWithinDays: number): Rag | null {
  const ahead = milestones.flatMap(({ due, forecast, actual, skipped }) =>
    due === null || actual !== null || skipped ? [] : [{ due, forecast: forecast ?? due }],
  );
  if (ahead.length === 0) return null;
  if (ahead.some(({ due, forecast }) => due < now || forecast > due)) return 'red';
  const margin = new Date(Date.parse(now) + amberWithinDays * DAY).toISOString();
  return ahead.some(({ due }) => due <= margin) ? 'amber' : 'green';
}
