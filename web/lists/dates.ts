import { readableDate, shortDate } from '../../domain/dates-for-people';
import { type Instant } from '../../domain/records';

/** A date with its weekday, and whether it is over: "Friday 4 December". */
export interface ShownDate {
  readonly words: string;
  readonly over: 'yes' | 'no';
}

/** How a page says dates: in the policy's zone, with the year where it is not this one. */
export interface DateWords {
  /** Null where there is none. */
  full(instant: Instant | null): ShownDate | null;
  short(instant: Instant | null): string | null;
}

/** @param zone IANA name */
export function datesFor(now: Instant, zone: string): DateWords {
  return {
    full: (instant) =>
      instant === null ? null : { words: readableDate(instant, now, zone), over: instant < now ? 'yes' : 'no' },
    short: (instant) => (instant === null ? null : shortDate(instant, now, zone)),
  };
}
