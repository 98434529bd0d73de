import { describe, expect, test } from '@jest/globals';
import { closeOfDay } from '../../../domain/deadlines/close-of-day';

describe('the close of a day', () => {
  test.each([
    ['2026-11-23', 'Europe/London', '2026-11-23T17:00:00.000Z'],
    ['2026-07-01', 'Europe/London', '2026-07-01T16:00:00.000Z'],
    ['2027-03-28', 'Europe/London', '2027-03-28T16:00:00.000Z'],
    ['2026-10-25', 'Europe/London', '2026-10-25T17:00:00.000Z'],
    ['2028-02-29', 'America/New_York', '2028-02-29T22:00:00.000Z'],
    ['2026-11-23', 'Pacific/Auckland', '2026-11-23T04:00:00.000Z'],
  ])('%s in %s is at %s', (date, zone, expected) => {
    expect(closeOfDay(date, zone)).toBe(expected);
  });

  test.each(['2027-02-29', '2026-13-01', '20261123', '2026-11', '2026-W48-1', '2026-11-23T10:00', ''])(
    '"%s" is no date',
    (text) => {
      expect(() => closeOfDay(text, 'Europe/London')).toThrow(expect.objectContaining({ code: 'bad-date', exit: 2 }));
    },
  );
});
