import { civilDate } from '../../domain/calendar';
import { type IsoDate } from '../../domain/records';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO = /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})$/;
const BRITISH = /^(?<day>\d{1,2})[ /.-]+(?<month>\d{1,2}|[a-z]{3,9})[ /.-]+(?<year>\d{4})$/i;

function monthOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

/** The day that somebody typed: 27 3 2027, 27/3/2027, 27 March 2027 or 2027-03-27; null for what is no day. */
export function typedDay(text: string): IsoDate | null {
  const parts = (ISO.exec(text.trim()) ?? BRITISH.exec(text.trim()))?.groups;
  if (parts === undefined) return null;
  return civilDate(parts['year'] ?? '', monthOf(parts['month'] ?? ''), parts['day'] ?? '');
}

/** A day as people type it: 27 3 2027. */
export function asTyped(date: IsoDate): string {
  return date.split('-').reverse().map(Number).join(' ');
}

/** How a page says what it takes as a day. */
export const DAY_HINT = 'For example, 27 3 2027';
