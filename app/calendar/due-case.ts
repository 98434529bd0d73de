import {
  calendarOf,
  localDate,
  type NationCalendar,
  passedOver,
  type PassedOver,
  workingDate,
  workingDaysAfter,
} from '../../domain/calendar';
import { type Policy } from '../../domain/policy/policy';
import { type Instant, type IsoDate } from '../../domain/records';
import { type Nation } from '../../domain/vocabulary';
import { bankHolidays } from './bank-holidays';

/** What decides a due date, besides the bank holidays. */
export type CalendarPolicy = Pick<Policy, 'zone' | 'calendar'>;

/** A due date with what explains it. */
export interface DueCase {
  /** As it was given. */
  readonly start: Instant;
  readonly workingDays: number;
  readonly nation: Nation;
  readonly zone: string;
  readonly due: Instant;
  /** The day on which it is due, in the zone. */
  readonly date: IsoDate;
  /** The dates that did not count. */
  readonly passedOver: readonly PassedOver[];
}

/** A nation's working days by a policy and the shipped bank holidays. */
export function calendarFor(policy: CalendarPolicy, nation: Nation): NationCalendar {
  return calendarOf(policy, nation, bankHolidays());
}

/** When something is due, and why. @throws Failure (exit 2) of domain/calendar */
export function dueCase(policy: CalendarPolicy, start: Instant, workingDays: number, nation: Nation): DueCase {
  const calendar = calendarFor(policy, nation);
  const from = localDate(calendar, start);
  const date = workingDate(calendar, from, workingDays);
  const due = workingDaysAfter(calendar, start, workingDays);
  const over = passedOver(calendar, from, workingDays, date);
  return { start, workingDays, nation, zone: calendar.zone, due, date, passedOver: over };
}
