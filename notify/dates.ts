import { DateTime } from 'luxon';
import { DAY } from '../domain/ladder/ladder';
import { type Instant } from '../domain/records';

interface LocalDay {
  /** `Friday 4 December` */
  readonly words: string;
  readonly year: number;
  /** Days since 1970 by the calendar of the zone. */
  readonly number: number;
}

// A run asks for the same few dates again and again, and a zone's calendar is dear to ask.
const days = new Map<string, LocalDay>();
const REMEMBERED = 2_000;

function localDay(instant: Instant, zone: string): LocalDay {
  const key = `${zone} ${instant}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  const date = DateTime.fromISO(instant, { zone, locale: 'en-GB' });
  const { year, month, day } = date;
  const found = { words: date.toFormat('cccc d LLLL'), year, number: Date.UTC(year, month - 1, day) / DAY };
  if (days.size >= REMEMBERED) days.clear();
  days.set(key, found);
  return found;
}

/**
 * A date as people read it: `Friday 4 December`, with the year when it is not this year's.
 * @param zone IANA name
 */
export function readableDate(instant: Instant, now: Instant, zone: string): string {
  const { words, year } = localDay(instant, zone);
  return year === localDay(now, zone).year ? words : `${words} ${year}`;
}

/**
 * Days from a due instant to now as people count them: by the dates in the zone, negative before the due date. A task
 * that is due today is not late, whatever the hour; one that is a full day past is at least one day late, even where
 * the clocks went back.
 */
export function daysLate(due: Instant, now: Instant, zone: string): number {
  const byDate = localDay(now, zone).number - localDay(due, zone).number;
  return Math.max(byDate, Math.floor((Date.parse(now) - Date.parse(due)) / DAY));
}
