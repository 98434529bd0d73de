import { describe, expect, test } from '@jest/globals';
import {
  localDate,
  localInstant,
  workingDate,
  workingDaysAfter,
  workingDaysBetween,
  type WorkingCalendar,
} from '../../../domain/calendar';
import { type Nation } from '../../../domain/vocabulary';
import { calendarFor } from '../../support/calendars';

const EW = 'england-and-wales';
const SC = 'scotland';
const NI = 'northern-ireland';

describe('the n-th working day after a date', () => {
  test.each<[string, Nation, string, number, string]>([
    ['Friday to Monday', EW, '2026-11-20', 1, '2026-11-23'],
    ['the date itself does not count', EW, '2026-11-23', 1, '2026-11-24'],
    ['a week is five working days', EW, '2026-11-23', 5, '2026-11-30'],
    ['St Andrew’s Day passes in Scotland only', SC, '2026-11-23', 5, '2026-12-01'],
    ['from a Saturday', EW, '2026-11-21', 1, '2026-11-23'],
    ['from a Sunday', EW, '2026-11-22', 1, '2026-11-23'],
    ['2 January is a working day in England', EW, '2026-01-01', 1, '2026-01-02'],
    ['2 January is none in Scotland', SC, '2026-01-01', 1, '2026-01-05'],
    ['both of Scotland’s New Year days have substitutes', SC, '2021-12-31', 1, '2022-01-05'],
    ['a Saturday 2 January moves to the Monday', SC, '2026-12-31', 1, '2027-01-05'],
    ['12 July in Northern Ireland', NI, '2027-07-09', 1, '2027-07-13'],
    ['a Sunday 12 July moves to the Monday', NI, '2026-07-10', 1, '2026-07-14'],
    ['12 July elsewhere', EW, '2027-07-09', 1, '2027-07-12'],
    ['St Patrick’s Day', NI, '2027-03-16', 1, '2027-03-18'],
    ['Easter Monday in England', EW, '2027-03-25', 1, '2027-03-30'],
    ['Easter Monday is a working day in Scotland', SC, '2027-03-25', 1, '2027-03-29'],
    ['Christmas on Friday: Boxing Day moves', EW, '2026-12-24', 1, '2026-12-29'],
    ['Christmas on Saturday: both move', EW, '2027-12-24', 1, '2027-12-29'],
    ['Christmas on Sunday: Christmas Day moves behind Boxing Day', EW, '2022-12-23', 1, '2022-12-28'],
    ['Christmas and New Year together', SC, '2027-12-24', 5, '2028-01-06'],
    ['the early May holiday of 2020 was on the Friday', EW, '2020-05-01', 1, '2020-05-04'],
    ['VE Day 2020', EW, '2020-05-07', 1, '2020-05-11'],
    ['the spring holiday of 2022 was on Thursday 2 June, with 3 June after it', EW, '2022-06-01', 1, '2022-06-06'],
    ['and not on 30 May 2022', SC, '2022-05-27', 1, '2022-05-30'],
    ['the Queen’s funeral', NI, '2022-09-16', 1, '2022-09-20'],
    ['the coronation', SC, '2023-05-05', 1, '2023-05-09'],
    ['the Diamond Jubilee: 4 and 5 June 2012', EW, '2012-06-01', 1, '2012-06-06'],
    ['and not on 28 May 2012', NI, '2012-05-25', 1, '2012-05-28'],
    ['the World Cup in Scotland', SC, '2026-06-12', 1, '2026-06-16'],
    ['the World Cup elsewhere', EW, '2026-06-12', 1, '2026-06-15'],
    ['zero is the day itself', EW, '2026-11-23', 0, '2026-11-23'],
    ['zero on a Saturday is Monday', EW, '2026-11-21', 0, '2026-11-23'],
    ['zero on a bank holiday is the next working day', EW, '2026-12-25', 0, '2026-12-29'],
    ['one back from a Monday', EW, '2026-11-23', -1, '2026-11-20'],
    ['one back from a Sunday', EW, '2026-11-22', -1, '2026-11-20'],
    ['back over Christmas', EW, '2026-12-29', -1, '2026-12-24'],
    ['leap day', EW, '2028-02-28', 1, '2028-02-29'],
    ['a long way', EW, '2012-01-03', 9_000, '2047-08-09'],
  ])('%s', (_sentence, nation, from, n, expected) => {
    expect(workingDate(calendarFor(nation), from, n)).toBe(expected);
  });

  test.each([0.5, NaN, Infinity, 2 ** 60])('%d is no number of working days', (n) => {
    expect(() => workingDate(calendarFor(EW), '2026-11-23', n)).toThrow(
      expect.objectContaining({ code: 'bad-number' }),
    );
  });

  test.each(['2026-02-30', '2026-1-1', '', '2026-11-23T00:00:00Z'])('"%s" is no date', (date) => {
    expect(() => workingDate(calendarFor(EW), date, 1)).toThrow(expect.objectContaining({ code: 'bad-date' }));
  });
});

describe('when something is due', () => {
  test.each([
    ['in winter', '2026-11-23T08:00:00.000Z', 9, '2026-12-04T17:00:00.000Z'],
    ['in summer 17:00 is 16:00 UTC', '2026-07-01T08:00:00.000Z', 1, '2026-07-02T16:00:00.000Z'],
    [
      'half past eleven at night UTC is the next day in summer',
      '2026-07-01T23:30:00.000Z',
      1,
      '2026-07-03T16:00:00.000Z',
    ],
    ['and the same day in winter', '2026-12-01T23:30:00.000Z', 1, '2026-12-02T17:00:00.000Z'],
    ['over the start of summer time', '2027-03-25T12:00:00.000Z', 1, '2027-03-30T16:00:00.000Z'],
    ['over its end', '2026-10-23T12:00:00.000Z', 1, '2026-10-26T17:00:00.000Z'],
    ['an offset is heeded', '2026-07-01T23:30:00-05:00', 0, '2026-07-02T16:00:00.000Z'],
    ['after the close of day still counts from that day', '2026-11-23T17:00:01.000Z', 0, '2026-11-23T17:00:00.000Z'],
  ])('%s', (_sentence, start, n, due) => {
    expect(workingDaysAfter(calendarFor(EW), start, n)).toBe(due);
  });

  test('the policy says when a day closes, and in which zone', () => {
    const early = calendarFor(EW, { closeOfDay: '12:30' });
    expect(workingDaysAfter(early, '2026-07-01T08:00:00.000Z', 1)).toBe('2026-07-02T11:30:00.000Z');
    const auckland = calendarFor(EW, {}, 'Pacific/Auckland');
    expect(workingDaysAfter(auckland, '2026-11-22T20:00:00.000Z', 1)).toBe('2026-11-24T04:00:00.000Z');
  });

  test.each([
    '2026-11-23T08:00:00',
    '2026-11-23',
    '2026-02-30T08:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T08:00:60Z',
    'now',
    '',
  ])('"%s" is refused, not guessed', (start) => {
    expect(() => workingDaysAfter(calendarFor(EW), start, 1)).toThrow(expect.objectContaining({ code: 'bad-instant' }));
  });
});

describe('local time', () => {
  test.each([
    ['Europe/London', '2027-03-28', '00:59', '2027-03-28T00:59:00.000Z', 'before the jump'],
    [
      'Europe/London',
      '2027-03-28',
      '01:30',
      '2027-03-28T01:00:00.000Z',
      'a time that is skipped is the moment of the jump',
    ],
    ['Europe/London', '2027-03-28', '02:00', '2027-03-28T01:00:00.000Z', 'after the jump'],
    ['Europe/London', '2026-10-25', '01:30', '2026-10-25T00:30:00.000Z', 'a time that comes twice is the earlier one'],
    ['Europe/London', '2026-10-25', '02:00', '2026-10-25T02:00:00.000Z', 'after the repeated hour'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00:00.000Z', 'west of Greenwich, skipped'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00.000Z', 'west of Greenwich, twice'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00.000Z', 'a jump of half an hour'],
    ['Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00:00.000Z', 'a date that was skipped whole'],
    ['Pacific/Kiritimati', '2026-11-23', '00:00', '2026-11-22T10:00:00.000Z', 'fourteen hours ahead'],
    ['Etc/GMT+12', '2026-11-23', '23:59', '2026-11-24T11:59:00.000Z', 'twelve hours behind'],
    ['Asia/Kathmandu', '2026-11-23', '17:00', '2026-11-23T11:15:00.000Z', 'a quarter of an hour off'],
  ])('%s %s %s is %s: %s', (zone, date, time, instant) => {
    expect(localInstant(calendarFor(EW, {}, zone), date, time)).toBe(instant);
  });

  test.each([
    ['Europe/London', '2026-07-01T22:59:59.999Z', '2026-07-01'],
    ['Europe/London', '2026-07-01T23:00:00.000Z', '2026-07-02'],
    ['Europe/London', '2026-10-24T23:30:00.000Z', '2026-10-25'],
    ['America/St_Johns', '2026-11-23T03:29:00.000Z', '2026-11-22'],
    ['America/St_Johns', '2026-11-23T03:30:00.000Z', '2026-11-23'],
  ])('in %s %s is on %s', (zone, instant, date) => {
    expect(localDate(calendarFor(EW, {}, zone), instant)).toBe(date);
  });

  test('an unknown zone and a time that is none are named', () => {
    const nowhere = calendarFor(EW, {}, 'Europe/Nowhere');
    expect(() => localDate(nowhere, '2026-11-23T00:00:00Z')).toThrow(expect.objectContaining({ code: 'bad-zone' }));
    expect(() => localInstant(calendarFor(EW), '2026-11-23', '25:00')).toThrow(
      expect.objectContaining({ code: 'bad-time' }),
    );
  });
});

describe('working days between two moments', () => {
  test.each([
    ['one date', '2026-11-23T00:00:00Z', '2026-11-23T23:00:00Z', 0],
    ['Monday to Tuesday', '2026-11-23T20:00:00Z', '2026-11-24T01:00:00Z', 1],
    ['Friday to Monday', '2026-11-20T17:00:00Z', '2026-11-23T17:00:00Z', 1],
    ['Friday to Sunday is none', '2026-11-20T17:00:00Z', '2026-11-22T17:00:00Z', 0],
    ['over Christmas', '2026-12-24T17:00:00Z', '2026-12-29T17:00:00Z', 1],
    ['back a day', '2026-11-24T17:00:00Z', '2026-11-23T17:00:00Z', -1],
    ['back to a Sunday reaches the Friday before it', '2026-11-24T17:00:00Z', '2026-11-22T17:00:00Z', -2],
    ['back from a Sunday to Friday', '2026-11-22T17:00:00Z', '2026-11-20T17:00:00Z', -1],
    ['late in the evening in summer is the next date', '2026-07-01T22:00:00Z', '2026-07-01T23:00:00Z', 1],
  ])('%s', (_sentence, from, to, n) => {
    expect(workingDaysBetween(calendarFor(EW), from, to)).toBe(n);
  });
});

describe('beyond the calendar nothing is guessed', () => {
  const calendar = calendarFor(EW);
  test.each<[string, (calendar: WorkingCalendar) => unknown]>([
    ['a date before its first', () => workingDate(calendar, '2011-12-31', 1)],
    ['a date after its last', () => workingDate(calendar, '2051-01-01', -1)],
    ['stepping off its end', () => workingDate(calendar, '2050-12-29', 2)],
    ['stepping off its start', () => workingDate(calendar, '2012-01-10', -6)],
    ['zero on its last Saturday', () => workingDate(calendar, '2050-12-31', 0)],
    ['far off', () => workingDate(calendar, '2026-11-23', 10_000)],
    ['a moment that is on the next date there', () => workingDaysAfter(calendar, '2051-01-01T00:00:00Z', 0)],
    ['between', () => workingDaysBetween(calendar, '2026-11-23T00:00:00Z', '2051-06-01T00:00:00Z')],
    ['asking for a day', () => calendar.isWorkingDay('2051-01-02')],
  ])('%s', (_sentence, ask) => {
    const failure: unknown = expect.objectContaining({
      code: 'beyond-calendar',
      message: expect.stringMatching(/\d{4}-\d\d-\d\d.* from 2012-01-01 to 2050-12-31/),
      hint: expect.stringContaining('2012-01-01 to 2050-12-31'),
    });
    expect(() => ask(calendar)).toThrow(failure as Error);
  });

  test('its first and its last working day can be reached', () => {
    expect(workingDate(calendar, '2012-01-01', 1)).toBe('2012-01-03');
    expect(workingDate(calendar, '2050-12-31', -1)).toBe('2050-12-30');
    expect(workingDate(calendar, '2050-12-29', 1)).toBe('2050-12-30');
  });
});

describe('what a policy changes', () => {
  const row = { source: 'us', date: '2026-01-01', confidence: 'high' } as const;

  test('a day that it adds is passed over, in the nation that it names or in all', () => {
    const add = [{ on: '2026-11-24', nation: SC, name: 'Local day', ...row } as const];
    expect(workingDate(calendarFor(SC, { add }), '2026-11-23', 1)).toBe('2026-11-25');
    expect(workingDate(calendarFor(EW, { add }), '2026-11-23', 1)).toBe('2026-11-24');
    const everywhere = calendarFor(NI, { add: [{ on: '2026-11-24', nation: null, name: 'Day', ...row }] });
    expect(workingDate(everywhere, '2026-11-23', 1)).toBe('2026-11-25');
    expect(everywhere.whyNot('2026-11-24')).toBe('Day');
  });

  test('a bank holiday that it removes is a working day', () => {
    const remove = [{ on: '2026-12-28', nation: null, name: 'we work', ...row }];
    expect(workingDate(calendarFor(EW, { remove }), '2026-12-24', 1)).toBe('2026-12-28');
  });

  test('why nobody works on a date has a name', () => {
    const calendar = calendarFor(EW);
    expect(calendar.whyNot('2026-12-25')).toBe('Christmas Day');
    expect(calendar.whyNot('2026-12-26')).toBe('Saturday');
    expect(calendar.whyNot('2026-12-27')).toBe('Sunday');
    expect(calendar.whyNot('2026-12-29')).toBeNull();
  });

  test('one policy has one calendar a nation', () => {
    expect(calendarFor(EW)).toBe(calendarFor(EW));
    expect(calendarFor(EW)).not.toBe(calendarFor(SC));
  });
});
