import { DateTime } from 'luxon';
import { workingDaysBetween, type WorkingCalendar } from './calendar';
import { Failure } from './errors';
import { DAY } from './ladder/ladder';
import { type Instant } from './records';
import { count } from './counted';

interface LocalDay {
  /** `Friday 4 December` */
  readonly words: string;
  readonly weekday: string;
  readonly year: number;
  readonly hour: number;
  /** `5:05` */
  readonly twelve: string;
  /** `17:05` */
  readonly clock: string;
  /** Days since 1970 by the calendar of the zone. */
  readonly number: number;
}

// A run asks for the same few dates again and again, and a zone's calendar is dear to ask.
const days = new Map<string, LocalDay>();
const REMEMBERED = 5_000;

function localDay(instant: Instant, zone: string): LocalDay {
  const key = `${zone} ${instant}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  const date = DateTime.fromISO(instant, { zone, locale: 'en-GB' });
  const { year, month, day, hour } = date;
  const found = {
    words: date.toFormat('d LLLL'),
    weekday: date.toFormat('cccc'),
    year,
    hour,
    twelve: date.toFormat('h:mm'),
    clock: date.toFormat('HH:mm'),
    number: Date.UTC(year, month - 1, day) / DAY,
  };
  if (days.size >= REMEMBERED) days.clear();
  days.set(key, found);
  return found;
}

/**
 * A date in few words: `4 December`, with the year when it is not this year's.
 * @param zone IANA name
 */
export function shortDate(instant: Instant, now: Instant, zone: string): string {
  const { words, year } = localDay(instant, zone);
  return year === localDay(`${now.slice(0, 16)}:00.000Z`, zone).year ? words : `${words} ${year}`;
}

/** As {@link shortDate}, with the day of the week: `Friday 4 December`. */
export function readableDate(instant: Instant, now: Instant, zone: string): string {
  return `${localDay(instant, zone).weekday} ${shortDate(instant, now, zone)}`;
}

/** A date in full, always with its year: `Friday 4 December 2026`. @param zone IANA name */
export function fullDate(instant: Instant, zone: string): string {
  const { weekday, words, year } = localDay(instant, zone);
  return `${weekday} ${words} ${year}`;
}

/** A moment in full: `Thursday 26 November 2026 at 10:05am`. @param zone IANA name */
export function fullMoment(instant: Instant, zone: string): string {
  const { weekday, words, year } = localDay(instant, zone);
  return `${weekday} ${words} ${year} at ${timeOfDay(instant, zone)}`;
}

/** The time of day as people say it: `10:05am`. @param zone IANA name */
export function timeOfDay(instant: Instant, zone: string): string {
  const { twelve, hour } = localDay(instant, zone);
  return `${twelve}${hour < 12 ? 'am' : 'pm'}`;
}

/** The time of day on a clock of 24 hours: `17:00`. @param zone IANA name */
export function clockTime(instant: Instant, zone: string): string {
  return localDay(instant, zone).clock;
}

/** How far a due date is from now, as people count: by the dates in the zone, whatever the hour. */
export interface Distance {
  /** A task that is due today is not late. */
  readonly side: 'late' | 'today' | 'ahead';
  /** Of the calendar that was asked, 0 or more; null where the calendar does not reach that far. */
  readonly workingDays: number | null;
  readonly plainDays: number;
}

function workingDays(calendar: WorkingCalendar, from: Instant, to: Instant): number | null {
  try {
    return workingDaysBetween(calendar, from, to);
  } catch (error) {
    // Nobody guesses at bank holidays: the mail then says the date alone.
    if (error instanceof Failure && error.code === 'beyond-calendar') return null;
    throw error;
  }
}

/** How far it is from a due instant to now. */
export function distanceOf(due: Instant, now: Instant, calendar: WorkingCalendar): Distance {
  const { zone } = calendar;
  const days = localDay(now, zone).number - localDay(due, zone).number;
  return {
    side: days > 0 ? 'late' : days < 0 ? 'ahead' : 'today',
    workingDays: days > 0 ? workingDays(calendar, due, now) : workingDays(calendar, now, due),
    plainDays: Math.abs(days),
  };
}

/** "2 working days late", "today", "in 3 working days"; empty where the date says it all. */
export function distanceWords({ side, workingDays, plainDays }: Distance): string {
  if (side === 'today') return 'today';
  if (side === 'ahead' && plainDays === 1) return 'tomorrow';
  // Late since a day on which nobody works, or due on one: there is no working day to count yet.
  if (workingDays === null || workingDays === 0) return side === 'late' ? 'late' : '';
  return side === 'late' ? `${count(workingDays, 'working day')} late` : `in ${count(workingDays, 'working day')}`;
}
