import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { impossible, latestSafe } from '../../../domain/deadlines/latest-safe';
import { type Instant } from '../../../domain/records';
import { addPlainDays, day } from '../../support/a-case';

const back = (from: Instant, days: number): Instant => addPlainDays(from, -days);
const safe = (orderDays: number, accessDays: number | null) => latestSafe(day(100), { orderDays, accessDays }, back);

describe('counted back from removal', () => {
  test.each<[string, number, number | null, number, number | null, number]>([
    ['ordering takes longest', 42, 10, 58, 90, 58],
    ['access takes longest', 42, 60, 58, 40, 40],
    ['the site has not said what notice it needs', 42, null, 58, null, 58],
    ['nothing takes any time', 0, 0, 100, 100, 100],
  ])('%s', (_what, orderDays, accessDays, order, access, schedule) => {
    expect(safe(orderDays, accessDays)).toEqual({
      order: day(order),
      access: access === null ? null : day(access),
      schedule: day(schedule),
    });
  });

  test.each<[number, string[]]>([
    [57.9, []],
    [58, []],
    [58.01, ['order']],
    [90, ['order']],
    [90.01, ['order', 'access']],
    [100, ['order', 'access']],
    [100.01, ['removal', 'order', 'access']],
  ])('on day %d what is too late: %j', (now, late) => {
    expect(impossible(day(100), safe(42, 10), day(now))).toEqual(late);
  });

  test('a day is booked in time exactly where both ordering and access still are', () => {
    const days = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(days, fc.option(days), fc.integer({ min: -50, max: 150 }), (order, access, now) => {
        const dates = safe(order, access);
        const late = impossible(day(100), dates, day(now));
        expect(late.includes('order') || late.includes('access')).toBe(dates.schedule < day(now));
      }),
    );
  });
});
