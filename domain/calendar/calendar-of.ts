import { type CalendarDay, type Policy } from '../policy/policy';
import { type IsoDate } from '../records';
import { type Nation } from '../vocabulary';
import { type BankHolidays } from './bank-holidays';
import { dayNumber, isWeekend } from './dates';
import { beyond } from './day-table';
import { type WorkingCalendar } from './working-calendar';

/** A working calendar that can also say why people do not work on a date. */
export interface NationCalendar extends WorkingCalendar {
  /** `Saturday`, `Sunday` or the bank holiday's name; null on a working day. @throws Failure `beyond-calendar`, `bad-date` */
  whyNot(date: IsoDate): string | null;
}

type CalendarPolicy = Pick<Policy, 'zone' | 'calendar'>;

// Counting a calendar's days takes milliseconds and there is one for each case: made once a policy, data set and nation.
const made = new WeakMap<BankHolidays, WeakMap<Policy['calendar'], Map<string, NationCalendar>>>();

/**
 * A nation's working days: Monday to Friday without its bank holidays, as the policy's additions and removals change them.
 * @throws Failure `bad-zone` and `bad-time` on use, for a policy that was not checked
 */
export function calendarOf(policy: CalendarPolicy, nation: Nation, holidays: BankHolidays): NationCalendar {
  const byPolicy = fetched(made, holidays, () => new WeakMap<Policy['calendar'], Map<string, NationCalendar>>());
  const byNation = fetched(byPolicy, policy.calendar, () => new Map<string, NationCalendar>());
  return fetched(byNation, `${nation} ${policy.zone}`, () => make(policy, nation, holidays));
}

function make({ zone, calendar }: CalendarPolicy, nation: Nation, holidays: BankHolidays): NationCalendar {
  const names = new Map(Object.entries(holidays.nations[nation]));
  const applies = (row: CalendarDay): boolean => row.nation === null || row.nation === nation;
  for (const row of calendar.add.filter(applies)) names.set(row.on, row.name);
  for (const row of calendar.remove.filter(applies)) names.delete(row.on);
  const first = `${holidays.firstYear}-01-01`;
  const last = `${holidays.lastYear}-12-31`;
  const whyNot = (date: IsoDate): string | null => {
    const day = dayNumber(date);
    if (date < first || date > last) throw beyond({ first, last }, day);
    return isWeekend(day) ? weekendName(day) : (names.get(date) ?? null);
  };
  return { zone, closeOfDay: calendar.closeOfDay, first, last, whyNot, isWorkingDay: (date) => whyNot(date) === null };
}

function weekendName(day: number): string {
  return isWeekend(day + 1) ? 'Saturday' : 'Sunday';
}

function fetched<Key, Value>(
  cache: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  create: () => Value,
): Value {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const value = create();
  cache.set(key, value);
  return value;
}
