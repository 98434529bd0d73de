import { DateTime } from 'luxon';
import { type Instant } from '../domain/records';

/** A day as people read it: `4 Dec 2026`. @param zone IANA name in which the instant is a day */
export function dayShown(instant: Instant | null, zone: string): string {
  return instant === null ? '' : DateTime.fromISO(instant, { zone }).setLocale('en-GB').toFormat('d LLL yyyy');
}

/** A moment as people read it: `4 Dec 2026 17:00`. */
export function momentShown(instant: Instant, zone: string): string {
  return DateTime.fromISO(instant, { zone }).setLocale('en-GB').toFormat('d LLL yyyy HH:mm');
}

function count(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** How far a due instant is away, in days of the calendar: `in 3 days`, `today`, `2 days late`. */
export function distanceShown(due: Instant, now: Instant, zone: string): string {
  const day = (instant: Instant): DateTime => DateTime.fromISO(instant, { zone }).startOf('day');
  const days = Math.round(day(due).diff(day(now), 'days').days);
  if (days === 0) return due < now ? 'late since today' : 'today';
  return days > 0 ? `in ${count(days)}` : `${count(-days)} late`;
}
