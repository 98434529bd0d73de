import { Failure } from '../errors';
import { type Instant } from '../records';
import { dayNumber, isoDate } from './dates';
import { type WorkingCalendar } from './working-calendar';

/** A calendar's days counted once, so that any number of working days is one look-up. Days count from 1970. */
export interface DayTable {
  readonly firstDay: number;
  covers(day: number): boolean;
  /** How many working days there are up to and with a day, from the calendar's first. */
  upTo(day: number): number;
  /** The n-th working day from a day on; undefined where the calendar ends before it. @throws Failure `bad-number` */
  nth(from: number, n: number): number | undefined;
  /** When each day closes, as far as somebody asked; by days from `firstDay`. */
  readonly closes: (Instant | undefined)[];
}

const tables = new WeakMap<WorkingCalendar, DayTable>();

export function dayTable(calendar: WorkingCalendar): DayTable {
  let table = tables.get(calendar);
  if (table === undefined) {
    table = count(calendar);
    tables.set(calendar, table);
  }
  return table;
}

function count(calendar: WorkingCalendar): DayTable {
  const firstDay = dayNumber(calendar.first);
  const lastDay = dayNumber(calendar.last);
  const working: number[] = [];
  const counts: number[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (calendar.isWorkingDay(isoDate(day))) working.push(day);
    counts.push(working.length);
  }
  const upTo = (day: number): number => counts[day - firstDay] ?? 0;
  return {
    firstDay,
    covers: (day) => day >= firstDay && day <= lastDay,
    upTo,
    nth(from, n) {
      if (!Number.isSafeInteger(n)) {
        throw new Failure('bad-number', `${n} is not a number of working days.`, { hint: 'Write a whole number.' });
      }
      return working[n > 0 ? upTo(from) + n - 1 : upTo(from - 1) + n];
    },
    closes: [],
  };
}

/** The failure that a date, or what lies n working days from it, is outside the calendar. @param day of `date`, from 1970 */
export function beyond({ first, last }: Pick<WorkingCalendar, 'first' | 'last'>, day: number, n?: number): Failure {
  const date = shown(day);
  const what = n === undefined ? date : `What lies ${n} working ${Math.abs(n) === 1 ? 'day' : 'days'} from ${date}`;
  return new Failure(
    'beyond-calendar',
    `${what} is beyond the calendar, which knows the bank holidays from ${first} to ${last}.`,
    {
      hint: `Use dates from ${first} to ${last}, or a release of clearsite whose calendar reaches further.`,
      details: { date, first, last },
    },
  );
}

/** Also of days that no four-digit year has. */
function shown(day: number): string {
  return Math.abs(day) < 100_000_000 ? isoDate(day) : String(day);
}
