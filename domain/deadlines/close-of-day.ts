import { DateTime } from 'luxon';
import { Failure } from '../errors';
import { type Instant, type IsoDate } from '../records';

/** The local hour at which a working day closes and what is due that day is late. */
export const CLOSE_OF_DAY = 17;

/**
 * The instant at which a date closes in a zone.
 * @param zone IANA name, e.g. `Europe/London`
 * @throws Failure `bad-date` for what is no date of the calendar
 */
export function closeOfDay(date: IsoDate, zone: string): Instant {
  const close = DateTime.fromISO(date, { zone }).set({ hour: CLOSE_OF_DAY, minute: 0, second: 0, millisecond: 0 });
  if (!close.isValid || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new Failure('bad-date', `"${date}" is not a date.`, { hint: 'Write it as YYYY-MM-DD, e.g. 2027-03-31.' });
  }
  return new Date(close.toMillis()).toISOString();
}
