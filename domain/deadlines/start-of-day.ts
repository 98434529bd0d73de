import { DateTime } from 'luxon';
import { Failure } from '../errors';
import { type Instant, type IsoDate } from '../records';

/**
 * The instant at which a date begins in a zone.
 * @param zone IANA name, e.g. `Europe/London`
 * @throws Failure `bad-date` for what is no date of the calendar
 */
export function startOfDay(date: IsoDate, zone: string): Instant {
  const start = DateTime.fromISO(date, { zone });
  if (!start.isValid || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new Failure('bad-date', `"${date}" is not a date.`, { hint: 'Write it as YYYY-MM-DD, e.g. 2027-03-31.' });
  }
  return new Date(start.toMillis()).toISOString();
}
