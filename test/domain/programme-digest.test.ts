import { describe, expect, test } from '@jest/globals';
import { bankHolidays } from '../../app/calendar/bank-holidays';
import { calendarOf } from '../../domain/calendar';
import { digestDue } from '../../domain/programme-digest';
import { examplePolicy } from '../support/a-programme';

const policy = examplePolicy({ sensitive: null, unassessed: null });
const calendar = calendarOf(policy, 'england-and-wales', bankHolidays());
const LONG_AGO = '2026-01-01T09:00:00.000Z';

describe('the Monday digest is due', () => {
  test.each<[string, string, string | null]>([
    ['not before eight on Monday', '2026-11-30T07:59:59.999Z', null],
    ['at eight on Monday', '2026-11-30T08:00:00.000Z', '2026-11-30'],
    ['at eight local time in summer', '2026-07-06T07:00:00.000Z', '2026-07-06'],
    ['not at eight UTC minus an hour in winter', '2026-11-30T07:00:00.000Z', null],
    ['not on a Monday that is a bank holiday', '2026-08-31T12:00:00.000Z', null],
    ['on the Tuesday after such a Monday, still as that Monday’s', '2026-09-01T07:00:00.000Z', '2026-08-31'],
    ['on the Tuesday after Easter Monday', '2026-04-07T07:00:00.000Z', '2026-04-06'],
    ['on Tuesday 29 December 2026, since Monday is a substitute day', '2026-12-29T08:00:00.000Z', '2026-12-28'],
    ['later in the week, after an outage', '2026-12-03T22:00:00.000Z', '2026-11-30'],
    ['on Sunday still for the week that ends', '2026-12-06T23:59:00.000Z', '2026-11-30'],
    ['where the calendar’s data have ended, on the Monday', '2099-01-05T08:00:00.000Z', '2099-01-05'],
  ])('%s', (_title, now, week) => {
    expect(digestDue(calendar, LONG_AGO, now)).toBe(week);
  });

  test('never for a week that had begun before the programme started', () => {
    expect(digestDue(calendar, '2026-12-02T10:00:00.000Z', '2026-12-04T10:00:00.000Z')).toBeNull();
    expect(digestDue(calendar, '2026-12-02T10:00:00.000Z', '2026-12-07T08:00:00.000Z')).toBe('2026-12-07');
  });
});
