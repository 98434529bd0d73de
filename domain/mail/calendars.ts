import { calendarOf, type BankHolidays, type WorkingCalendar } from '../calendar';
import { dayNumber, isWeekend } from '../calendar/dates';
import { type Policy } from '../policy/policy';
import { type Nation } from '../vocabulary';

/** Within these dates mail is paced, whatever the bank holidays' data covers. */
const FIRST = '2000-01-01';
const LAST = '2099-12-31';

/** What mail to people of one nation is timed and worded by. */
export interface MailCalendar {
  /** Says nothing about dates that the bank holidays' data does not cover: for words. */
  readonly days: WorkingCalendar;
  /** Beyond the data every Monday to Friday is a working day: mail is never kept from leaving for want of a calendar. */
  readonly pace: WorkingCalendar;
}

const made = new WeakMap<WorkingCalendar, MailCalendar>();

function tolerant(calendar: WorkingCalendar): WorkingCalendar {
  const { zone, closeOfDay, first, last } = calendar;
  return {
    zone,
    closeOfDay,
    first: FIRST,
    last: LAST,
    isWorkingDay: (date) => (date < first || date > last ? !isWeekend(dayNumber(date)) : calendar.isWorkingDay(date)),
  };
}

/** The mail calendar of a nation; the same one each time, since counting its days costs milliseconds. */
export function mailCalendarOf(
  policy: Pick<Policy, 'zone' | 'calendar'>,
  nation: Nation,
  holidays: BankHolidays,
): MailCalendar {
  const days = calendarOf(policy, nation, holidays);
  const known = made.get(days);
  if (known !== undefined) return known;
  const calendar = { days, pace: tolerant(days) };
  made.set(days, calendar);
  return calendar;
}
