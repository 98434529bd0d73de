import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, type LadderPosition, nextRungs, rungId } from '../../../domain/ladder/ladder';
import { type Instant } from '../../../domain/records';
import { ROLES } from '../../../domain/vocabulary';
import { addPlainDays, day, LADDER } from '../../support/a-case';

const onTime = (due: Instant, cursor: number | null): LadderPosition => ({ due, cursor, anchor: null });

const daysOf = (after: number | null, count: number): number[] =>
  nextRungs(LADDER, 'assess', onTime(day(14), after), count, addPlainDays).map(({ days }) => days);

describe('the rungs handed over', () => {
  test('begin at the bottom, follow the policy, and then come every so many days without end', () => {
    expect(daysOf(null, 11)).toEqual([-10, -3, 0, 1, 3, 5, 10, 15, 20, 25, 30]);
  });

  test.each([
    [-10, [-3, 0, 1]],
    [-4, [-3, 0, 1]],
    [5, [10, 15, 20]],
    [10, [15, 20, 25]],
    [15, [20, 25, 30]],
    [17, [20, 25, 30]],
    [1000, [1005, 1010, 1015]],
  ])('after day %i come %p', (after, expected) => {
    expect(daysOf(after, 3)).toEqual(expected);
  });

  test('carry stage, due date, instant and whom they tell', () => {
    expect(nextRungs(LADDER, 'verify', onTime(day(14), 0), 1, addPlainDays)).toEqual([
      {
        stage: 'verify',
        days: 1,
        at: day(15),
        due: day(14),
        countedFrom: null,
        to: ['task-owner', 'security-officer'],
      },
    ]);
    expect(nextRungs(LADDER, 'verify', onTime(day(14), 10), 1, addPlainDays)[0]).toMatchObject({ to: 'everyone-told' });
  });

  test('of a ladder that started late are counted on from the rung that fired late, and say so', () => {
    const position = { due: day(14), cursor: 0, anchor: { days: 0, at: day(40.5) } };
    expect(nextRungs(LADDER, 'assess', position, 3, addPlainDays)).toMatchObject([
      { days: 1, at: day(41.5), due: day(14), countedFrom: day(40.5) },
      { days: 3, at: day(43.5), countedFrom: day(40.5) },
      { days: 5, at: day(45.5), countedFrom: day(40.5) },
    ]);
  });

  test('none are asked for, none are given', () => {
    expect(daysOf(null, 0)).toEqual([]);
  });

  test('are named by stage and signed days', () => {
    expect([-10, 0, 5].map((days) => rungId({ stage: 'assess', days }))).toEqual(['assess-10', 'assess+0', 'assess+5']);
  });

  const rules = fc.record({
    rungs: fc
      .uniqueArray(fc.integer({ min: -60, max: 60 }), { maxLength: 8 })
      .map((days) => days.map((each) => ({ days: each, to: [ROLES[Math.abs(each) % ROLES.length]!] }))),
    thenEvery: fc.record({ days: fc.integer({ min: 1, max: 30 }), to: fc.constant('everyone-told' as const) }),
  });

  test('whatever the policy, handing over in pieces gives the same ladder as handing over at once, rising for ever', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (rule, pieces) => {
        const total = pieces.reduce((a, b) => a + b, 0);
        const whole = nextRungs(rule, 'remove', onTime(day(90), null), total, addPlainDays);
        let last: number | null = null;
        const joined = pieces.flatMap((count) => {
          const piece = nextRungs(rule, 'remove', onTime(day(90), last), count, addPlainDays);
          last = piece.at(-1)?.days ?? last;
          return piece;
        });
        expect(joined).toEqual(whole);
        expect(whole).toHaveLength(total);
        whole.forEach((rung, index) => {
          expect(Date.parse(rung.at) - Date.parse(rung.due)).toBe(rung.days * DAY);
          if (index > 0) expect(rung.days).toBeGreaterThan(whole[index - 1]!.days);
        });
      }),
    );
  });
});
