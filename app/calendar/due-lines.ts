import { type NationCalendar, workingDaysAfter } from '../../domain/calendar';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { isOneOf, type Nation, NATIONS } from '../../domain/vocabulary';
import { calendarFor, type CalendarPolicy } from './due-case';
import { type Line } from './lines';

/** What became of a batch so far. Blank lines do not count. */
export interface DueCounts {
  answered: number;
  refused: number;
}

type Members = Readonly<Record<string, unknown>>;

/** Answers a batch of cases line by line; `counts` grows as it does. */
export interface DueBatch {
  readonly counts: Readonly<DueCounts>;
  /** The line with `due` added, or with what is wrong with it; null for a blank one. */
  answer(line: Line): string | null;
}

/** @param policy of which every zone and time is valid */
export function dueBatch(policy: CalendarPolicy): DueBatch {
  const counts: DueCounts = { answered: 0, refused: 0 };
  const calendars = new Map<Nation, NationCalendar>();
  const calendarOfNation = (nation: Nation): NationCalendar => {
    let calendar = calendars.get(nation);
    if (calendar === undefined) {
      calendar = calendarFor(policy, nation);
      calendars.set(nation, calendar);
    }
    return calendar;
  };
  const answer = (line: Line): string | null => {
    let members: Members | null = null;
    const text = line.text.trim();
    if (text === '' && line.fault === null) return null;
    try {
      members = parse(text, line);
      const due = dueOf(members, calendarOfNation);
      counts.answered += 1;
      return withDue(text, members, due);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      counts.refused += 1;
      return refusal(line.number, error, text, members);
    }
  };
  return { counts, answer };
}

function parse(text: string, { fault }: Line): Members {
  if (fault === 'not-utf8') {
    throw new Failure('not-utf8', 'The line is not UTF-8 text.', { hint: 'Save the file as UTF-8.' });
  }
  if (fault === 'too-long') {
    throw new Failure('line-too-long', 'The line is longer than a case can be.', { hint: 'Write one case a line.' });
  }
  const hint = 'Write one object a line: {"start": "2026-11-23T08:00:00Z", "workingDays": 5, "nation": "scotland"}.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('not-json', 'The line is not JSON.', { hint });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Failure('not-json', 'The line is JSON, but no object.', { hint });
  }
  return value as Members;
}

function dueOf({ start, workingDays, nation }: Members, calendarOfNation: (nation: Nation) => NationCalendar): Instant {
  if (typeof start !== 'string') {
    const hint = 'Write it as "2026-11-23T08:00:00Z", with its offset from UTC.';
    throw new Failure('bad-instant', `${shown('start', start)} is not a moment.`, { hint });
  }
  if (typeof workingDays !== 'number' || !Number.isSafeInteger(workingDays)) {
    const hint = 'Write a whole number, without quotes.';
    throw new Failure('bad-number', `${shown('workingDays', workingDays)} is not a number of working days.`, { hint });
  }
  if (typeof nation !== 'string' || !isOneOf(NATIONS, nation)) {
    const hint = `Write one of: ${NATIONS.join(', ')}.`;
    throw new Failure('unknown-nation', `${shown('nation', nation)} is no nation that has bank holidays here.`, {
      hint,
    });
  }
  return workingDaysAfter(calendarOfNation(nation), start, workingDays);
}

const LONGEST_SHOWN = 60;

function shown(name: string, value: unknown): string {
  if (value === undefined) return `"${name}", which is missing,`;
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return `"${name}": ${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}`;
}

/** The members stay as they were written: parsed and printed again, a long number would lose digits. */
function withDue(text: string, members: Members, due: Instant): string {
  return Object.hasOwn(members, 'due') ? JSON.stringify({ ...members, due }) : `${text.slice(0, -1)},"due":"${due}"}`;
}

function refusal(line: number, { code, message, hint }: Failure, text: string, members: Members | null): string {
  const error = { code, message, ...(hint === undefined ? {} : { hint }) };
  const own = JSON.stringify({ line, error });
  if (members === null) return own;
  const names = Object.keys(members);
  if (names.length === 0) return own;
  // Members of these names give way: the reader must find ours.
  if (names.includes('line') || names.includes('error')) return JSON.stringify({ ...members, line, error });
  return `${own.slice(0, -1)},${text.slice(1)}`;
}
