import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localDate, localInstant, workingDate, workingDaysAfter, workingDaysBetween } from '../../../domain/calendar';
import { dayNumber, isoDate } from '../../../domain/calendar/dates';
import { NATIONS } from '../../../domain/vocabulary';
import { calendarFor } from '../../support/calendars';

const ZONES = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Africa/Casablanca'];
const calendars = fc
  .tuple(fc.constantFrom(...NATIONS), fc.constantFrom(...ZONES))
  .map(([nation, zone]) => calendarFor(nation, {}, zone));
// The middle of the calendar, so that any n below stays within it.
const dates = fc.integer({ min: dayNumber('2024-01-01'), max: dayNumber('2039-12-31') }).map(isoDate);
const numbers = fc.integer({ min: -1_000, max: 1_000 });
const instants = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2039-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('for any date, any number of working days and any nation', () => {
  test('the answer is a working day', () => {
    fc.assert(
      fc.property(calendars, dates, numbers, (calendar, from, n) => {
        expect(calendar.isWorkingDay(workingDate(calendar, from, n))).toBe(true);
      }),
    );
  });

  test('exactly n working days lie on the way, counted one by one', () => {
    fc.assert(
      fc.property(calendars, dates, fc.integer({ min: 1, max: 100 }), fc.boolean(), (calendar, from, n, back) => {
        const step = back ? -1 : 1;
        let day = dayNumber(from);
        for (let left = n; left > 0;) {
          day += step;
          if (calendar.isWorkingDay(isoDate(day))) left -= 1;
        }
        expect(workingDate(calendar, from, step * n)).toBe(isoDate(day));
      }),
    );
  });

  test('one working day more is later', () => {
    fc.assert(
      fc.property(calendars, dates, numbers, (calendar, from, n) => {
        fc.pre(n !== -1 && n !== 0);
        expect(workingDate(calendar, from, n + 1) > workingDate(calendar, from, n)).toBe(true);
      }),
    );
  });

  test('a later date is never due earlier', () => {
    fc.assert(
      fc.property(calendars, dates, dates, numbers, (calendar, a, b, n) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(workingDate(calendar, first, n) <= workingDate(calendar, second, n)).toBe(true);
      }),
    );
  });

  test('n and then n back is where a working day was', () => {
    fc.assert(
      fc.property(calendars, dates, numbers, (calendar, date, n) => {
        const from = workingDate(calendar, date, 0);
        expect(workingDate(calendar, workingDate(calendar, from, n), -n)).toBe(from);
      }),
    );
  });

  test('from a working day, a and then b is a + b', () => {
    fc.assert(
      fc.property(calendars, dates, numbers, numbers, (calendar, date, a, b) => {
        const from = workingDate(calendar, date, 0);
        expect(workingDate(calendar, workingDate(calendar, from, a), b)).toBe(workingDate(calendar, from, a + b));
      }),
    );
  });

  test('between is what leads to the other date, or to the last working day before it', () => {
    fc.assert(
      fc.property(calendars, instants, instants, (calendar, from, to) => {
        const [start, end] = [localDate(calendar, from), localDate(calendar, to)];
        fc.pre(start !== end);
        const n = workingDaysBetween(calendar, from, to);
        const lastWorkingDay = calendar.isWorkingDay(end) ? end : workingDate(calendar, end, -1);
        if (n === 0) expect(lastWorkingDay <= start && start < end).toBe(true);
        else expect(workingDate(calendar, start, n)).toBe(lastWorkingDay);
        if (end < start) expect(n).toBeLessThan(0);
      }),
    );
  });

  test('what is due closes at the close of its local date, and only that date counts', () => {
    fc.assert(
      fc.property(calendars, instants, numbers, (calendar, start, n) => {
        const due = workingDaysAfter(calendar, start, n);
        const date = workingDate(calendar, localDate(calendar, start), n);
        expect(due).toBe(localInstant(calendar, date, '17:00'));
        expect(localDate(calendar, due)).toBe(date);
      }),
    );
  });

  test('a local time leads to its own date and minute, or to the moment at which the clocks skip it', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(calendars, dates, minutes, (calendar, date, minute) => {
        const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        const shown = new Intl.DateTimeFormat('sv-SE', {
          timeZone: calendar.zone,
          dateStyle: 'short',
          timeStyle: 'short',
        });
        const at = Date.parse(localInstant(calendar, date, time));
        const wanted = `${date} ${time}`;
        const read = shown.format(at);
        if (read !== wanted) {
          expect(shown.format(at - 1) < wanted && read > wanted).toBe(true);
        } else {
          // The earlier of two: an hour or half an hour before, the clock did not show the same.
          for (const before of [30, 60]) expect(shown.format(at - before * 60_000)).not.toBe(wanted);
        }
      }),
    );
  });
});
