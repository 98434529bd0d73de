import { type IsoDate } from '../records';
import { daysBetween, daysFrom } from './days';

/** So many devices on a date; null = no date is set. */
export interface OnDay {
  readonly on: IsoDate | null;
  readonly devices: number;
}

/** What remains at the end of a day, three ways. Null = that line says nothing of that day. */
export interface BurnDownPoint {
  readonly on: IsoDate;
  /** By the dates that were set first. */
  readonly baseline: number | null;
  /** By the dates that are expected now; from today on. */
  readonly forecast: number | null;
  /** As it was known at 17:00 of that day; up to today, and of today as it is known at the moment of the figures. */
  readonly actual: number | null;
}

export interface BurnDown {
  readonly points: readonly BurnDownPoint[];
  /** The day of the figures. */
  readonly today: IsoDate;
  /** Devices whose expected date has passed: no date that still holds says when they go. */
  readonly withoutDate: number;
}

export interface BurnDownInput {
  readonly today: IsoDate;
  /** By how much what remains changed, by the day on which that was known: all that is known at the moment of the figures. */
  readonly changes: readonly OnDay[];
  /** Original removal dates of everything that remains or was removed. */
  readonly baseline: readonly OnDay[];
  /** Expected removal dates of what remains. */
  readonly forecast: readonly OnDay[];
}

/** About as many points as a chart and its table can show. */
const POINTS = 26;

function upTo(rows: readonly OnDay[], day: IsoDate): number {
  return rows.reduce((total, { on, devices }) => (on !== null && on <= day ? total + devices : total), 0);
}

function total(rows: readonly OnDay[]): number {
  return rows.reduce((sum, { devices }) => sum + devices, 0);
}

/** Days of a chart: evenly from the first to the last, today among them. */
function daysOf(first: IsoDate, last: IsoDate, today: IsoDate): IsoDate[] {
  const length = daysBetween(first, last);
  const step = Math.max(1, Math.ceil(length / POINTS));
  const days = new Set([today, last]);
  for (let day = 0; day < length; day += step) days.add(daysFrom(first, day));
  return [...days].sort();
}

/** The three lines of the burn-down, with at most some thirty points each. */
export function burnDown({ today, changes: noted, baseline, forecast }: BurnDownInput): BurnDown {
  // What became known after 17:00 is of the next day's figures, and yet it is so today.
  const changes = noted.map(({ on, devices }) => ({ on: on !== null && on > today ? today : on, devices }));
  const dated = [...baseline, ...forecast, ...changes].flatMap(({ on }) => (on === null ? [] : [on]));
  const first = dated.reduce((least, on) => (on < least ? on : least), today);
  const last = dated.reduce((most, on) => (on > most ? on : most), today);
  const remains = upTo(changes, today);
  const planned = total(baseline.filter(({ on }) => on !== null));
  const holds = forecast.filter(({ on }) => on !== null && on >= today);
  const points = daysOf(first, last, today).map((on): BurnDownPoint => ({
    on,
    baseline: planned === 0 ? null : planned - upTo(baseline, on),
    forecast: on >= today && holds.length > 0 ? remains - upTo(holds, on) : null,
    actual: on <= today ? upTo(changes, on) : null,
  }));
  return { points, today, withoutDate: Math.max(0, remains - total(holds)) };
}
