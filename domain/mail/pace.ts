import { localDate, localInstant, workingDate, type WorkingCalendar } from '../calendar';
import { type MailPacing } from '../policy/policy';
import { type Instant, type IsoDate } from '../records';
import { type Urgency } from './urgency';

const MINUTE = 60_000;

function later(instant: Instant, minutes: number): Instant {
  return new Date(Date.parse(instant) + minutes * MINUTE).toISOString();
}

/** ISO instants in UTC with milliseconds sort as text; others may have come from outside. */
function exact(instant: Instant): Instant {
  return later(instant, 0);
}

function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** The first moment at or after `from` that is this time of day on a working day. */
function firstMorning(calendar: WorkingCalendar, time: string, from: Instant): Instant {
  const date = workingDate(calendar, localDate(calendar, from), 0);
  const at = localInstant(calendar, date, time);
  return at >= from ? at : localInstant(calendar, workingDate(calendar, date, 1), time);
}

/** True during working hours, both ends included. @param now UTC */
export function isWorkingTime(calendar: WorkingCalendar, { workingHours }: MailPacing, now: Instant): boolean {
  const at = exact(now);
  const date = localDate(calendar, at);
  if (!calendar.isWorkingDay(date)) return false;
  return localInstant(calendar, date, workingHours.from) <= at && at <= localInstant(calendar, date, workingHours.to);
}

/** Gathering begins when it was written or, outside working hours, when they next begin; it never runs over their end. */
function gatheredBy(writtenAt: Instant, calendar: WorkingCalendar, pacing: MailPacing): Instant {
  const { gatherMinutes, workingHours } = pacing;
  const gathered = later(writtenAt, gatherMinutes);
  if (isWorkingTime(calendar, pacing, writtenAt) && isWorkingTime(calendar, pacing, gathered)) return gathered;
  return later(firstMorning(calendar, workingHours.from, writtenAt), gatherMinutes);
}

/**
 * The earliest moment at which a notice may leave, were it the only one: urgent ones are gathered for some minutes of
 * working time; the others wait for the working morning's message, which still takes what is written while it gathers
 * (reminders are written at the start of the day).
 * @param writtenAt UTC
 * @param calendar of the recipient's nation, in the policy's zone
 */
export function notBefore(
  urgency: Urgency,
  writtenAt: Instant,
  calendar: WorkingCalendar,
  pacing: MailPacing,
): Instant {
  const written = exact(writtenAt);
  if (urgency === 'urgent') return gatheredBy(written, calendar, pacing);
  const { digestAt, gatherMinutes } = pacing;
  return later(firstMorning(calendar, digestAt, later(written, -gatherMinutes)), gatherMinutes);
}

/** When the message of the working morning after a moment's local date leaves. */
export function nextMorning(calendar: WorkingCalendar, pacing: MailPacing, after: Instant): Instant {
  const date = workingDate(calendar, localDate(calendar, after), 1);
  return later(localInstant(calendar, date, pacing.digestAt), pacing.gatherMinutes);
}

/** How many messages an address has been given on a local date. */
export type SentOn = (date: IsoDate) => number;

/**
 * When the next message to somebody leaves. It carries everything that waits for them by then, so that nothing follows
 * the same morning. What is ready outside working hours waits for the next ones; after the day's last message, for the
 * next working morning.
 * @param ready each waiting notice's {@link notBefore}, at least one
 * @param now UTC
 */
export function leavesAt(
  ready: readonly Instant[],
  sentOn: SentOn,
  calendar: WorkingCalendar,
  pacing: MailPacing,
  now: Instant,
): Instant {
  const first = ready.map(exact).reduce((a, b) => (a < b ? a : b));
  const wanted = latest(first, exact(now));
  let at = isWorkingTime(calendar, pacing, wanted) ? wanted : gatheredBy(wanted, calendar, pacing);
  while (sentOn(localDate(calendar, at)) >= pacing.capPerDay) at = nextMorning(calendar, pacing, at);
  return at;
}
