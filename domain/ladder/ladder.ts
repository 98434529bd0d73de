import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';

/** Whom a rung tells: roles, or everybody whom this ladder has told so far. */
export type Audience = readonly Role[] | 'everyone-told';

/** One reminder or escalation of a stage, at an instant. */
export interface Rung {
  readonly stage: WorkStage;
  /** Working days after the due date, negative before it; identifies the rung within its ladder. */
  readonly days: number;
  readonly at: Instant;
  readonly due: Instant;
  /** {@link Anchor.at} that `at` was counted from; null = the due date. A rung of another count is stale. */
  readonly countedFrom: Instant | null;
  readonly to: Audience;
}

/** Where a ladder that started late goes on from: the rungs above this one follow after their usual gaps, counted from then. */
export interface Anchor {
  /** Days of the rung that fired late. */
  readonly days: number;
  readonly at: Instant;
}

/** As much of a ladder's state as says which rungs come next. */
export interface LadderPosition {
  readonly due: Instant;
  /** Days of the last rung that fired or was skipped; null = none. */
  readonly cursor: number | null;
  /** Null = on time: counted from the due date. */
  readonly anchor: Anchor | null;
}

/** The policy's ladder: given rungs, then one more every so many days for ever. */
export interface LadderRule {
  readonly rungs: readonly { readonly days: number; readonly to: readonly Role[] }[];
  readonly thenEvery: { readonly days: number; readonly to: 'everyone-told' };
}

/** The instant so many days after another, or (negative) before it. Which days count, and the hour, are the calendar's business. */
export type AddDays = (instant: Instant, days: number) => Instant;

/** Milliseconds of a plain day. */
export const DAY = 86_400_000;

export function rungId(rung: Pick<Rung, 'stage' | 'days'>): string {
  return `${rung.stage}${rung.days < 0 ? '' : '+'}${rung.days}`;
}

/**
 * The next rungs of a stage's ladder, from where it stands.
 * @param count how many, since the ladder has no top
 * @param rungAt the instant of the rung that is so many days from a date
 */
export function nextRungs(
  rule: LadderRule,
  stage: WorkStage,
  { due, cursor, anchor }: LadderPosition,
  count: number,
  rungAt: AddDays,
): Rung[] {
  const beyond = ({ days }: { days: number }): boolean => cursor === null || days > cursor;
  const at = (days: number): Instant => (anchor === null ? rungAt(due, days) : rungAt(anchor.at, days - anchor.days));
  const make = (days: number, to: Audience): Rung => ({
    stage,
    days,
    at: at(days),
    due,
    countedFrom: anchor?.at ?? null,
    to,
  });
  const given = [...rule.rungs].sort((a, b) => a.days - b.days);
  const rungs = given.filter(beyond).map(({ days, to }) => make(days, to));
  const top = Math.max(0, ...given.map(({ days }) => days));
  const step = rule.thenEvery.days;
  let days = top + step;
  if (cursor !== null && cursor >= days) days = top + step * (Math.floor((cursor - top) / step) + 1);
  for (; rungs.length < count; days += step) rungs.push(make(days, rule.thenEvery.to));
  return rungs.slice(0, count);
}
