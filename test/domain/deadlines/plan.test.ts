import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { budgetDays, makePlan } from '../../../domain/deadlines/plan';
import { STAGES } from '../../../domain/vocabulary';
import { addPlainDays, BUDGETS, day } from '../../support/a-case';

const NONE = { removalDate: null, beforeUpgrade: null, extended: [], merged: [], addDays: addPlainDays };

const plan = (removalDate: string | null, number = 1) =>
  makePlan(number, { ...NONE, start: day(0), budgets: BUDGETS, removalDate });
const dueOf = (removalDate: string | null) =>
  Object.fromEntries(plan(removalDate).milestones.map(({ stage, due, rule }) => [stage, [due, rule]]));

describe('the due dates of a case', () => {
  test('follow the stage budgets, one after the other, disconnecting and booking side by side', () => {
    expect(budgetDays(BUDGETS)).toEqual({ assess: 14, disconnect: 28, schedule: 42, remove: 102, verify: 116 });
    expect(dueOf(null)).toEqual({
      assess: [day(14), 'stage-budget'],
      disconnect: [day(28), 'stage-budget'],
      schedule: [day(42), 'stage-budget'],
      remove: [day(102), 'stage-budget'],
      verify: [day(116), 'stage-budget'],
    });
  });

  test('a removal date that is earlier than the budget rules removal, and checking follows it', () => {
    expect(dueOf(day(60))).toMatchObject({ remove: [day(60), 'removal-date'], verify: [day(74), 'removal-date'] });
  });

  test('a removal date that had passed before the clock started makes removal late at once, and checking has its budget', () => {
    expect(dueOf(day(-500))).toMatchObject({ remove: [day(-500), 'removal-date'], verify: [day(116), 'stage-budget'] });
  });

  test('a removal date that is later than the budget changes nothing', () => {
    expect(dueOf(day(103))).toEqual(dueOf(null));
  });

  test('every rule that had a say is kept, to answer "why this date?"', () => {
    expect(plan(day(60)).milestones.find(({ stage }) => stage === 'remove')?.candidates).toEqual([
      { rule: 'stage-budget', due: day(102) },
      { rule: 'removal-date', due: day(60) },
    ]);
  });

  test('the plan carries its number', () => {
    expect(plan(null, 7).number).toBe(7);
  });

  test('whatever budgets and removal date: each stage once, the earliest candidate wins, checking never before removal', () => {
    const budget = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(
        fc.record({ assess: budget, disconnect: budget, schedule: budget, remove: budget, verify: budget }),
        fc.option(fc.integer({ min: -400, max: 800 })),
        (budgets, removal) => {
          const removalDate = removal === null ? null : day(removal);
          const { milestones } = makePlan(1, { ...NONE, start: day(0), budgets, removalDate });
          expect(milestones.map(({ stage }) => stage)).toEqual(STAGES);
          for (const { due, rule, candidates } of milestones) {
            expect(candidates).toContainEqual({ rule, due });
            expect(candidates.every((other) => other.due >= due)).toBe(true);
          }
          const [, , , remove, verify] = milestones;
          // A removal date that had passed before the clock started leaves checking its whole budget.
          const passed = removalDate !== null && removalDate <= day(0);
          const before = passed ? day(budgetDays(budgets).remove) : remove!.due;
          expect(Date.parse(verify!.due) - Date.parse(before)).toBe(budgets.verify * 86_400_000);
          expect(verify!.due >= remove!.due).toBe(true);
        },
      ),
    );
  });
});
