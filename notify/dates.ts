import { DateTime } from 'luxon';
import { DAY } from '../domain/ladder/ladder';
import { type Instant } from '../domain/records';

/**
 * A date as people read it: `Friday 4 December`, with the year when it is not this year's.
 * @param zone IANA name
 */
export function readableDate(instant: Instant, now: Instant, zone: string): string {
  const date = DateTime.fromISO(instant, { zone, locale: 'en-GB' });
  const sameYear = date.year === DateTime.fromISO(now, { zone }).year;
  return date.toFormat(sameYear ? 'cccc d LLLL' : 'cccc d LLLL yyyy');
}

/**
 * Days from a due instant to now as people count them: by the dates in the zone, negative before the due date. A task
 * that is due today is not late, whatever the hour; one that is a full day past is at least one day late, even where
 * the clocks went back.
 */
export function daysLate(due: Instant, now: Instant, zone: string): number {
  const dayOf = (instant: Instant): DateTime => DateTime.fromISO(instant, { zone }).startOf('day');
  const byDate = Math.round(dayOf(now).diff(dayOf(due), 'days').days);
  return Math.max(byDate, Math.floor((Date.parse(now) - Date.parse(due)) / DAY));
}
