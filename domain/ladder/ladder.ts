import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';

/** Whom a rung tells: roles, or everybody whom this ladder has told so far. */
export type Audience = readonly Role[] | 'everyone-told';

/** One reminder or escalation of a stage, at an instant. */
export interface Rung {
  readonly stage: WorkStage;
  /** Days after the due instant, negative before it; identifies the rung within its ladder. */
  readonly days: number;
  readonly at: Instant;
  readonly due: Instant;
  readonly to: Audience;
}

/** The policy's ladder: given rungs, then one more every so many days for ever. */
export interface LadderRule {
  readonly rungs: readonly { readonly days: number; readonly to: readonly Role[] }[];
  readonly thenEvery: { readonly days: number; readonly to: 'everyone-told' };
}

/** Moves an instant by days, forwards or (negative) backwards. Plain or working days: the calendar's business. */
export type AddDays = (instant: Instant, days: number) => Instant;

/** Plain days of 24 hours. */
export const addPlainDays: AddDays = (instant, days) => new Date(Date.parse(instant) + days * DAY).toISOString();

/** Milliseconds of a plain day. */
export const DAY = 86_400_000;

export function rungId(rung: Pick<Rung, 'stage' | 'days'>): string {
  return `${rung.stage}${rung.days < 0 ? '' : '+'}${rung.days}`;
}

/**
 * The next rungs of a stage's ladder.
 * @param after days of the last rung that fired or was skipped; null = from the bottom
 * @param count how many, since the ladder has no top
 */
export function nextRungs(
  rule: LadderRule,
  stage: WorkStage,
  due: Instant,
  after: number | null,
  count: number,
  addDays: AddDays,
): Rung[] {
  const beyond = ({ days }: { days: number }): boolean => after === null || days > after;
  const make = (days: number, to: Audience): Rung => ({ stage, days, at: addDays(due, days), due, to });
  const given = [...rule.rungs].sort((a, b) => a.days - b.days);
  const rungs = given.filter(beyond).map(({ days, to }) => make(days, to));
  const top = Math.max(0, ...given.map(({ days }) => days));
  const step = rule.thenEvery.days;
  let days = top + step;
  if (after !== null && after >= days) days = top + step * (Math.floor((after - top) / step) + 1);
  for (; rungs.length < count; days += step) rungs.push(make(days, rule.thenEvery.to));
  return rungs.slice(0, count);
}
