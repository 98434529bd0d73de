import { daysBetween, daysFrom, dateOf, takenAt } from '../../domain/figures/days';
import { Failure } from '../../domain/errors';
import { type Instant, type IsoDate } from '../../domain/records';

/** A moment that figures are of. */
export interface Moment {
  /** As was known at 17:00 of that day; null = as is known now. */
  readonly day: IsoDate | null;
  /** The date, whether asked for or today's. */
  readonly date: IsoDate;
  /** The instant itself, never after now. */
  readonly at: Instant;
}

/** What dates are judged by. */
export interface MomentBasis {
  readonly now: Instant;
  /** IANA name. */
  readonly zone: string;
  /** The date on which the programme was made. */
  readonly madeOn: IsoDate;
}

/** Nothing was known before: at 17:00 of the day before, everything is nought. */
function eve({ madeOn }: MomentBasis): IsoDate {
  return daysFrom(madeOn, -1);
}

function momentOf(date: IsoDate, option: string, basis: MomentBasis): Moment {
  const { now, zone } = basis;
  const at = takenAt(date, zone);
  if (date > dateOf(now, zone)) {
    throw new Failure('date-in-future', `${date} has not come yet.`, {
      hint: `${option} takes a date up to today; figures are taken at 17:00.`,
      details: { date },
    });
  }
  if (date < eve(basis)) {
    throw new Failure('before-programme', `Nothing is known of ${date}: the programme began on ${basis.madeOn}.`, {
      hint: `${option} takes a date from ${eve(basis)} on.`,
      details: { date, madeOn: basis.madeOn },
    });
  }
  return { day: date, date, at: at < now ? at : now };
}

/**
 * The moment that `--as-of` means; null = now. @throws Failure `bad-date`, `date-in-future`, `before-programme`
 */
export function asOfMoment(date: IsoDate | null, basis: MomentBasis): Moment {
  if (date !== null) return momentOf(date, '--as-of', basis);
  return { day: null, date: dateOf(basis.now, basis.zone), at: basis.now };
}

const USUAL_DAYS = 7;

/** A week before; the programme's beginning where that is later; for that day itself the day before, of which all is nought. */
function usualSince(asOf: Moment, basis: MomentBasis): Moment & { readonly day: IsoDate } {
  const week = daysFrom(asOf.date, -USUAL_DAYS);
  const begin = week < eve(basis) ? eve(basis) : week;
  const day = begin < asOf.date ? begin : daysFrom(asOf.date, -1);
  return { day, date: day, at: takenAt(day, basis.zone) };
}

/**
 * The earlier moment that figures are compared with; null = a week before, or the programme's beginning where that is later.
 * @throws Failure as {@link asOfMoment}, and `since-not-before`
 */
export function sinceMoment(
  date: IsoDate | null,
  asOf: Moment,
  basis: MomentBasis,
): Moment & { readonly day: IsoDate } {
  if (date === null) return usualSince(asOf, basis);
  const since = momentOf(date, '--since', basis);
  // Before 17:00 today's figures are not taken yet.
  if (since.at < asOf.at && takenAt(date, basis.zone) <= basis.now) return { ...since, day: date };
  throw new Failure('since-not-before', `${date} at 17:00 is not before ${asOf.date}, which it is compared with.`, {
    hint: 'Give --since an earlier date than --as-of.',
    details: { since: date, asOf: asOf.date },
  });
}

/** Whole days between two moments. */
export function daysApart(since: Moment, asOf: Moment): number {
  return daysBetween(since.date, asOf.date);
}
