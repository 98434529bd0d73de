import { DateTime } from 'luxon';
import { type Instant } from '../records';

/** The hour at which a working day's sessions end, local. */
const EVENING = 20;
const SHORTEST = { hours: 1 };
const LONGEST = { hours: 12 };

/**
 * When a session ends: at 20:00 of the local day on which it began, but no sooner than 1 hour and no later than 12 hours
 * after that.
 * @param zone IANA name
 */
export function sessionEnd(startedAt: Instant, zone: string): Instant {
  const start = DateTime.fromISO(startedAt, { zone });
  const evening = start.startOf('day').set({ hour: EVENING });
  const end = DateTime.max(start.plus(SHORTEST), DateTime.min(evening, start.plus(LONGEST)));
  return new Date(end.toMillis()).toISOString();
}
