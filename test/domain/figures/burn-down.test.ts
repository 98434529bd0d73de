import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { burnDown } from '../../../domain/figures/burn-down';
import { daysFrom, startOfWeek, takenAt } from '../../../domain/figures/days';

const TODAY = '2026-11-20';
const at = (points: ReturnType<typeof burnDown>['points'], on: string) => points.find((point) => point.on === on);

describe('the burn-down', () => {
  const { points, withoutDate } = burnDown({
    today: TODAY,
    changes: [
      { on: '2026-11-01', devices: 10 },
      { on: '2026-11-10', devices: -3 },
    ],
    baseline: [
      { on: '2026-11-10', devices: 4 },
      { on: '2026-11-30', devices: 5 },
      { on: null, devices: 1 },
    ],
    forecast: [
      { on: '2026-11-15', devices: 2 },
      { on: '2026-12-01', devices: 5 },
    ],
  });

  test('has today and the last day among its points', () => {
    expect(points.map(({ on }) => on)).toEqual(expect.arrayContaining(['2026-11-01', TODAY, '2026-12-01']));
  });

  test('shows what was known up to today, and what is expected from today on', () => {
    expect(at(points, '2026-11-01')).toMatchObject({ actual: 10, forecast: null, baseline: 9 });
    expect(at(points, TODAY)).toMatchObject({ actual: 7, forecast: 7, baseline: 5 });
    expect(at(points, '2026-12-01')).toMatchObject({ actual: null, forecast: 2, baseline: 0 });
  });

  test('does not take a date that has passed for one that will be kept', () => {
    expect(withoutDate).toBe(2);
  });

  test('what became known after 17:00 today has happened: today it is so, whatever day its figures are of', () => {
    const changes = [
      { on: TODAY, devices: 4 },
      { on: daysFrom(TODAY, 1), devices: 2 },
    ];
    const later = burnDown({ today: TODAY, changes, baseline: [], forecast: [{ on: '2026-12-01', devices: 6 }] });
    expect(at(later.points, TODAY)).toMatchObject({ actual: 6, forecast: 6 });
    expect(at(later.points, '2026-12-01')).toMatchObject({ forecast: 0 });
    expect(burnDown({ today: TODAY, changes, baseline: [], forecast: [] }).points.map(({ on }) => on)).toEqual([TODAY]);
  });

  test('of nothing is one day of nothing', () => {
    expect(burnDown({ today: TODAY, changes: [], baseline: [], forecast: [] }).points).toEqual([
      { on: TODAY, baseline: null, forecast: null, actual: 0 },
    ]);
  });

  test('has few points however long it lasts, in order, each day once', () => {
    const rows = fc.array(
      fc.record({ on: fc.integer({ min: -2000, max: 3000 }).map((days) => daysFrom(TODAY, days)), devices: fc.nat(9) }),
    );
    fc.assert(
      fc.property(rows, rows, rows, (changes, baseline, forecast) => {
        const days = burnDown({ today: TODAY, changes, baseline, forecast }).points.map(({ on }) => on);
        expect(days).toEqual([...new Set(days)].sort());
        expect(days.length).toBeLessThan(32);
        expect(days).toContain(TODAY);
      }),
    );
  });
});

test.each([
  ['2026-11-20', '2026-11-20T17:00:00.000Z'],
  ['2026-07-01', '2026-07-01T16:00:00.000Z'],
  ['2026-03-29', '2026-03-29T16:00:00.000Z'],
  ['2026-10-25', '2026-10-25T17:00:00.000Z'],
])('the figures of %s are taken at %s', (date, instant) => {
  expect(takenAt(date, 'Europe/London')).toBe(instant);
});

test('a week begins on Monday by the clock of the zone', () => {
  expect(startOfWeek('2026-07-05T23:30:00.000Z', 'Europe/London')).toBe('2026-07-05T23:00:00.000Z');
  expect(startOfWeek('2026-07-05T22:30:00.000Z', 'Europe/London')).toBe('2026-06-28T23:00:00.000Z');
});
