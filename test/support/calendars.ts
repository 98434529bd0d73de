import { bankHolidays } from '../../app/calendar/bank-holidays';
import { calendarOf, type NationCalendar } from '../../domain/calendar';
import { DEFAULT_CALENDAR } from '../../domain/policy/defaults';
import { type CalendarRules } from '../../domain/policy/policy';
import { type Nation } from '../../domain/vocabulary';

/** A nation's working days by the shipped bank holidays. */
export function calendarFor(
  nation: Nation,
  rules: Partial<CalendarRules> = {},
  zone = 'Europe/London',
): NationCalendar {
  const calendar = Object.keys(rules).length === 0 ? DEFAULT_CALENDAR : { ...DEFAULT_CALENDAR, ...rules };
  return calendarOf({ zone, calendar }, nation, bankHolidays());
}
