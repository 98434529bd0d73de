import { DateTime } from 'luxon';
import { startOfDay } from '../deadlines/start-of-day';
import { type Instant, type IsoDate } from '../records';

/** The local hour at which a day's figures are taken. */
const TAKEN_AT = 17;

/**
 * The instant at which a day's figures are taken: 17:00 in the zone. What is recorded later belongs to the next day.
 * @param zone IANA name @throws Failure `bad-date`
 */
export function takenAt(date: IsoDate, zone: string): Instant {
  const day = DateTime.fromISO(startOfDay(date, zone), { zone });
  return new Date(day.set({ hour: TAKEN_AT }).toMillis()).toISOString();
}

/** The calendar date of an instant in a zone. */
export function dateOf(instant: Instant, zone: string): IsoDate {
  return DateTime.fromISO(instant, { zone }).toFormat('yyyy-MM-dd');
}

/** So many days later, or (negative) earlier. */
export function daysFrom(date: IsoDate, days: number): IsoDate {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
}

/** Whole days from one date to another; negative where that is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round(DateTime.fromISO(to, { zone: 'utc' }).diff(DateTime.fromISO(from, { zone: 'utc' }), 'days').days);
}

/** The beginning of the week in which an instant lies: Monday, 00:00 in the zone. */
export function startOfWeek(instant: Instant, zone: string): Instant {
  return new Date(DateTime.fromISO(instant, { zone }).startOf('week').toMillis()).toISOString();
}
