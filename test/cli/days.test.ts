import { describe, expect, test } from '@jest/globals';
import { dayShown, distanceShown } from '../../cli/days';
import { table } from '../../cli/table';

const LONDON = 'Europe/London';

describe('days as people read them', () => {
  test.each([
    ['2026-12-04T17:00:00.000Z', '2026-12-01T09:00:00.000Z', 'in 3 days'],
    ['2026-12-04T17:00:00.000Z', '2026-12-03T23:59:00.000Z', 'in 1 day'],
    ['2026-12-04T17:00:00.000Z', '2026-12-04T16:59:00.000Z', 'today'],
    ['2026-12-04T17:00:00.000Z', '2026-12-04T17:01:00.000Z', 'late since today'],
    ['2026-12-04T17:00:00.000Z', '2026-12-05T00:01:00.000Z', '1 day late'],
    // Over the change to summer time a day is a day all the same.
    ['2027-03-29T16:00:00.000Z', '2027-03-26T17:00:00.000Z', 'in 3 days'],
    // Half past midnight in London is the evening before in UTC.
    ['2026-07-02T16:00:00.000Z', '2026-07-01T23:30:00.000Z', 'today'],
  ])('%s seen at %s is %s', (due, now, expected) => {
    expect(distanceShown(due, now, LONDON)).toBe(expected);
  });

  test('a day is that of the zone', () => {
    expect(dayShown('2026-06-30T23:30:00.000Z', LONDON)).toBe('1 Jul 2026');
    expect(dayShown(null, LONDON)).toBe('');
  });
});

describe('a table', () => {
  test('leaves out empty columns, shortens long cells, and shows nothing that a terminal would obey', () => {
    const drawn = table(
      ['A', 'B', 'C'],
      [
        ['x', '', '\u001b[2Jy'],
        ['z'.repeat(100), '', ''],
      ],
    );
    expect(drawn).not.toContain('B');
    expect(drawn).not.toContain('\u001b');
    expect(drawn).toContain(`${'z'.repeat(59)}…`);
  });
});
