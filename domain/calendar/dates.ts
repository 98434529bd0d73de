import { Failure } from '../errors';
import { type Instant, type IsoDate } from '../records';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(Z|[+-](?:0\d|1[0-5]):[0-5]\d)?$/;

/** Days from 1 January 1970 to a date. @throws Failure `bad-date` for what is no date of the calendar */
export function dayNumber(date: IsoDate): number {
  const milliseconds = startOf(date);
  if (Number.isNaN(milliseconds)) {
    throw new Failure('bad-date', `${quoted(date)} is not a date.`, {
      hint: 'Write it as YYYY-MM-DD, e.g. 2027-03-31.',
    });
  }
  return milliseconds / DAY;
}

/** Milliseconds from 1970 to a date's start in UTC; NaN for what is none. */
function startOf(date: string): number {
  const milliseconds = DATE.test(date) ? Date.parse(date) : NaN;
  // Date.parse takes 30 February for 2 March.
  return new Date(milliseconds).getUTCDate() === Number(date.slice(8)) ? milliseconds : NaN;
}

/** The date of a year, month and day by their numbers; null where there is no such day. */
export function civilDate(year: number | string, month: number | string, day: number | string): IsoDate | null {
  const date = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
  return Number.isNaN(startOf(date)) ? null : date;
}

/** The date so many days after 1 January 1970. */
export function isoDate(day: number): IsoDate {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** 0 = Sunday … 6 = Saturday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export function isWeekend(day: number): boolean {
  return weekday(day) % 6 === 0;
}

/** Minutes after midnight of `HH:MM`, 00:00 to 23:59. @throws Failure `bad-time` */
export function minutesOf(time: string): number {
  const [, hours, minutes] = TIME.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) {
    throw new Failure('bad-time', `${quoted(time)} is not a time of day.`, { hint: 'Write it as HH:MM, e.g. 17:00.' });
  }
  return Number(hours) * 60 + Number(minutes);
}

/**
 * Milliseconds since 1970 of an instant, ISO 8601 with `Z` or an offset: a time without one names a different moment
 * in every zone, so it is refused, not guessed. @throws Failure `bad-instant`
 */
export function epochOf(instant: Instant): number {
  const hint = 'Write it as 2026-11-23T08:00:00Z or 2026-07-01T08:00:00+01:00.';
  const [, date, offset] = INSTANT.exec(instant) ?? [];
  if (date === undefined || Number.isNaN(startOf(date))) {
    throw new Failure('bad-instant', `${quoted(instant)} is not a moment of the calendar.`, { hint });
  }
  if (offset === undefined)
    throw new Failure('bad-instant', `${quoted(instant)} does not say how far it is from UTC.`, { hint });
  return Date.parse(instant);
}

const LONGEST_QUOTED = 60;

/** What somebody wrote, for a message: not the whole of a novel. */
function quoted(text: string): string {
  return `"${text.length > LONGEST_QUOTED ? `${text.slice(0, LONGEST_QUOTED)}…` : text}"`;
}
