import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergePlans } from '../../../domain/deadlines/merge-plans';
import { type Plan } from '../../../domain/lifecycle';
import { day, planOf } from '../../support/a-case';

const plans = fc
  .record({ number: fc.integer({ min: 1, max: 9 }), start: fc.integer({ min: -60, max: 60 }) })
  .map(({ number, start }) => planOf(number, day(start)));

const dueOf = (plan: Plan, stage: string): string => plan.milestones.find((one) => one.stage === stage)!.due;

describe('merging two plans', () => {
  test('gives each stage the earlier of its two dates, as a newer plan, and nothing where none is earlier', () => {
    fc.assert(
      fc.property(plans, plans, (kept, other) => {
        const merged = mergePlans(kept, other);
        const sooner = kept.milestones.some(({ stage, due }) => dueOf(other, stage) < due);
        expect(merged !== null).toBe(sooner);
        for (const { stage, due, rule, candidates } of merged?.milestones ?? []) {
          expect(due).toBe([dueOf(kept, stage), dueOf(other, stage)].sort()[0]);
          // Why this date: the rule that is named is the one with that date, among all that had a say.
          expect(candidates).toContainEqual({ rule, due });
          expect(candidates.every((one) => one.due >= due)).toBe(true);
        }
        if (merged !== null) expect(merged.number).toBe(kept.number + 1);
      }),
    );
  });

  test('with a case that no clock ran for changes nothing', () => {
    expect(mergePlans(planOf(1), null)).toBeNull();
  });
});
