import { type IsoDate } from '../domain/records';
import { CellProblem } from './problem';
import { type CellParser, isFiller, tidy } from './values';

/** Years that a date in an inventory can be in; an absurd one would plan a timer for centuries. */
export const FIRST_YEAR = 1990;
export const LAST_YEAR = 2100;

const USE_ISO = 'Write the date as year-month-day, such as 2026-04-03.';
const AMBIGUOUS = new CellProblem('ambiguous-date', 'It can be read as day/month or as month/day.', USE_ISO);
const NOT_A_DATE = new CellProblem('bad-date', 'It is no date that can be read with certainty.', USE_ISO);
const SHORT_YEAR = new CellProblem('bad-date', 'Its year has two digits.', USE_ISO);
const IMPOSSIBLE = new CellProblem('impossible-date', 'There is no such day.', USE_ISO);
const MONTH_FIRST = new CellProblem(
  'impossible-date',
  'There is no such day: it seems to be month first, the American way.',
  USE_ISO,
);
const WITH_ZONE = new CellProblem(
  'ambiguous-date',
  'Its time of day has a zone, so the day depends on where you are.',
  USE_ISO,
);
const OUT_OF_RANGE = new CellProblem('date-out-of-range', `It is not between ${FIRST_YEAR} and ${LAST_YEAR}.`, USE_ISO);

const TIME = String.raw`(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([AP]M))?\s*(Z|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${TIME}$`, 'i');
const DAY_FIRST = new RegExp(`^(\\d{1,2})([-/. ])(\\d{1,2})\\2(\\d{4})${TIME}$`, 'i');
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const NAMED = /^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[-/ ]?([a-z]{3,9})\.?,?[-/ ]?(\d{4})$/i;
const NAMED_US = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i;
const TWO_DIGIT_YEAR = /^\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]'?\d{2}(?:[T ].*)?$/i;

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function monthNumber(name: string): number {
  const word = name.toLowerCase() === 'sept' ? 'september' : name.toLowerCase();
  return MONTHS.findIndex((month) => month === word || (word.length === 3 && month.startsWith(word))) + 1;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function day(year: number, month: number, dayOfMonth: number): IsoDate | CellProblem {
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysIn(year, month)) return IMPOSSIBLE;
  if (year < FIRST_YEAR || year > LAST_YEAR) return OUT_OF_RANGE;
  return `${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

/** A time of day does not matter, unless a zone could move it to another day. */
function timeProblem([hours, minutes, seconds, half, zone]: readonly (string | undefined)[]): CellProblem | null {
  if (hours === undefined) return null;
  if (
    Number(hours) > 23 ||
    Number(minutes) > 59 ||
    Number(seconds ?? 0) > 59 ||
    (half !== undefined && Number(hours) > 12)
  )
    return NOT_A_DATE;
  const midnight = Number(hours) === 0 && Number(minutes) === 0 && Number(seconds ?? 0) === 0;
  return zone !== undefined && !midnight ? WITH_ZONE : null;
}

function dayFirst(first: number, second: number, year: number): IsoDate | CellProblem {
  if (second > 12 && first <= 12) return MONTH_FIRST;
  // 03/03/2026 is the same day either way.
  if (first <= 12 && first !== second && second >= 1 && first >= 1) return AMBIGUOUS;
  return day(year, second, first);
}

function parse(value: string): IsoDate | CellProblem {
  const iso = YEAR_FIRST.exec(value);
  if (iso !== null) return timeProblem(iso.slice(5)) ?? day(Number(iso[1]), Number(iso[3]), Number(iso[4]));
  const uk = DAY_FIRST.exec(value);
  if (uk !== null) return timeProblem(uk.slice(5)) ?? dayFirst(Number(uk[1]), Number(uk[3]), Number(uk[4]));
  const compact = COMPACT.exec(value);
  if (compact !== null) return day(Number(compact[1]), Number(compact[2]), Number(compact[3]));
  const named = NAMED.exec(value);
  if (named !== null) return byName(named[1], named[2], named[3]);
  const american = NAMED_US.exec(value);
  if (american !== null) return byName(american[2], american[1], american[3]);
  return TWO_DIGIT_YEAR.test(value) ? SHORT_YEAR : NOT_A_DATE;
}

function byName(dayOfMonth = '', month = '', year = ''): IsoDate | CellProblem {
  const number = monthNumber(month);
  return number === 0 ? NOT_A_DATE : day(Number(year), number, Number(dayOfMonth));
}

/**
 * Reads a calendar date: ISO 8601 (also with a time, whose day counts), the UK order where it can mean one day only
 * (25/12/2026, 03/03/2026), or with the month's English name. Anything else is a problem, never a guess.
 */
export const date: CellParser<IsoDate> = (cell) => {
  const value = tidy(cell);
  if (value === null) return NOT_A_DATE;
  return isFiller(value) ? null : parse(value);
};
