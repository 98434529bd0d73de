import { type Instant, type IsoDate } from '../records';
import { DAY, dayNumber, epochOf, isoDate, MINUTE, minutesOf } from './dates';
import { beyond, dayTable } from './day-table';
import { type WorkingCalendar } from './working-calendar';
import { zoneOffsets } from './zone-offsets';

export { type WorkingCalendar };

/**
 * The n-th working day after a date, which itself does not count; negative: before it. 0: that date if people work on
 * it, else the next on which they do.
 * @param n a whole number
 * @throws Failure `beyond-calendar` where the date or the answer is outside the calendar, `bad-date`, `bad-number`
 */
export function workingDate(calendar: WorkingCalendar, from: IsoDate, n: number): IsoDate {
  return isoDate(nthDay(calendar, dayNumber(from), n));
}

/** The date of a moment in the calendar's zone. @throws Failure `bad-instant`, `bad-zone` */
export function localDate(calendar: WorkingCalendar, instant: Instant): IsoDate {
  return isoDate(localDay(calendar, instant));
}

/**
 * The moment of a time of day on a date in the calendar's zone. A time that comes twice (clocks go back) is taken the
 * first time; for one that does not come (clocks go forward), the first moment after it.
 * @param time `HH:MM`
 * @throws Failure `bad-date`, `bad-time`, `bad-zone`
 */
export function localInstant(calendar: WorkingCalendar, date: IsoDate, time: string): Instant {
  return momentOn(calendar, dayNumber(date), time);
}

/**
 * When something is due that may take n working days from a moment: the close of the n-th working day after its local date.
 * @param n a whole number; see {@link workingDate} for 0 and below
 * @throws Failure `beyond-calendar`, `bad-instant`, `bad-number`
 */
export function workingDaysAfter(calendar: WorkingCalendar, start: Instant, n: number): Instant {
  const table = dayTable(calendar);
  const day = nthDay(calendar, localDay(calendar, start), n);
  return (table.closes[day - table.firstDay] ??= momentOn(calendar, day, calendar.closeOfDay));
}

/**
 * Whole working days from one moment's local date to another's, negative where `to` is on an earlier date: the n for
 * which {@link workingDate} of `from` reaches the date of `to`, or the last working day before it. 0 on one date.
 * @throws Failure `beyond-calendar`, `bad-instant`
 */
export function workingDaysBetween(calendar: WorkingCalendar, from: Instant, to: Instant): number {
  const [start, end] = [localDay(calendar, from), localDay(calendar, to)];
  const table = dayTable(calendar);
  for (const day of [start, end]) if (!table.covers(day)) throw beyond(calendar, day);
  if (start === end) return 0;
  // Forward the date of `from` does not count; backward neither.
  return end > start ? table.upTo(end) - table.upTo(start) : table.upTo(end) - 1 - table.upTo(start - 1);
}

function nthDay(calendar: WorkingCalendar, from: number, n: number): number {
  const table = dayTable(calendar);
  if (!table.covers(from)) throw beyond(calendar, from);
  const day = table.nth(from, n);
  if (day === undefined) throw beyond(calendar, from, n);
  return day;
}

function localDay({ zone }: WorkingCalendar, instant: Instant): number {
  const epoch = epochOf(instant);
  return Math.floor((epoch + zoneOffsets(zone).at(epoch)) / DAY);
}

function momentOn({ zone }: WorkingCalendar, day: number, time: string): Instant {
  return new Date(zoneOffsets(zone).momentOf(day * DAY + minutesOf(time) * MINUTE)).toISOString();
}
