import { DateTime } from 'luxon';
import { readableDate } from './dates-for-people';
import { type Instant } from './records';

/** A time of day as people write it: `9am`, `6:30pm`, `midday`. @param zone IANA name */
export function timeOfDay(instant: Instant, zone: string): string {
  const { hour, minute } = DateTime.fromISO(instant, { zone });
  if (minute === 0 && hour % 12 === 0) return hour === 0 ? 'midnight' : 'midday';
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}${minutes}${hour < 12 ? 'am' : 'pm'}`;
}

/** `Friday 4 December at 6:30pm`, with the year when it is not this year's. */
export function readableMoment(instant: Instant, now: Instant, zone: string): string {
  return `${readableDate(instant, now, zone)} at ${timeOfDay(instant, zone)}`;
}
