import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extendedDates } from '../../../domain/deadlines/extend';
import { makePlan, type PlanInputs, RULES } from '../../../domain/deadlines/plan';
import { type ExtendedDate, type Plan, SYSTEM } from '../../../domain/lifecycle';
import { type Instant } from '../../../domain/records';
import { STAGES, type WorkStage } from '../../../domain/vocabulary';
import { accept, addPlainDays, BUDGETS, day, opened } from '../../support/a-case';

const NONE: PlanInputs = {
  start: day(0),
  budgets: BUDGETS,
  removalDate: null,
  beforeUpgrade: null,
  extended: [],
  merged: [],
  addDays: addPlainDays,
};

/** By the budgets: assess 14, disconnect 28, schedule 42, remove 102, verify 116. */
const plan = (changes: Partial<PlanInputs> = {}): Plan => makePlan(1, { ...NONE, ...changes });
const due = (of: Plan, stage: WorkStage): [number, string] => {
  const { due: at, rule } = of.milestones.find((one) => one.stage === stage)!;
  return [(Date.parse(at) - Date.parse(day(0))) / 86_400_000, rule];
};
const extend = (of: Plan, stage: WorkStage, to: number): ExtendedDate[] =>
  extendedDates(of, stage, day(to), BUDGETS.verify, addPlainDays);

describe('the margin before an upgrade', () => {
  test('rules removal where it is earlier than the budget, and checking follows', () => {
    const one = plan({ beforeUpgrade: day(80) });
    expect(due(one, 'remove')).toEqual([80, RULES.upgrade]);
    expect(due(one, 'verify')).toEqual([94, RULES.upgrade]);
    expect(due(one, 'schedule')).toEqual([42, RULES.budget]);
  });

  test('later than the budget changes no date, and is listed', () => {
    const one = plan({ beforeUpgrade: day(180) });
    expect(due(one, 'remove')).toEqual([102, RULES.budget]);
    expect(one.milestones[3]!.candidates).toContainEqual({ rule: RULES.upgrade, due: day(180) });
  });

  test('against a removal date, the earlier of the two rules', () => {
    const both = (removal: number, upgrade: number) =>
      due(plan({ removalDate: day(removal), beforeUpgrade: day(upgrade) }), 'remove');
    expect(both(70, 80)).toEqual([70, RULES.removalDate]);
    expect(both(80, 70)).toEqual([70, RULES.upgrade]);
  });
});

describe('what comes before removal', () => {
  test('is due no later than removal', () => {
    const one = plan({ beforeUpgrade: day(20) });
    expect(due(one, 'assess')).toEqual([14, RULES.budget]);
    expect(due(one, 'disconnect')).toEqual([20, RULES.beforeRemoval]);
    expect(due(one, 'schedule')).toEqual([20, RULES.beforeRemoval]);
  });

  test('has its budget where removal was late when the clock started: nobody can be late with the rest before then', () => {
    const one = plan({ removalDate: day(-9) });
    expect(due(one, 'remove')).toEqual([-9, RULES.removalDate]);
    expect(due(one, 'schedule')).toEqual([42, RULES.budget]);
    expect(due(one, 'verify')).toEqual([116, RULES.budget]);
  });

  test('was given more time, and is still due no later than removal once that moves before it', () => {
    const extended = extend(plan(), 'schedule', 90);
    expect(due(plan({ extended }), 'schedule')).toEqual([90, RULES.extension]);
    const sooner = plan({ extended, beforeUpgrade: day(60) });
    expect(due(sooner, 'remove')).toEqual([60, RULES.upgrade]);
    expect(due(sooner, 'schedule')).toEqual([60, RULES.beforeRemoval]);
  });
});

describe('more time for removal', () => {
  const extended = extend(plan({ beforeUpgrade: day(80) }), 'remove', 130);

  test('takes the place of what it was agreed against, and checking follows removal by its budget', () => {
    const one = plan({ beforeUpgrade: day(80), extended });
    expect(due(one, 'remove')).toEqual([130, RULES.extension]);
    expect(due(one, 'verify')).toEqual([144, RULES.extension]);
    expect(due(one, 'schedule')).toEqual([42, RULES.budget]);
  });

  test('says what it took the place of', () => {
    expect(extended).toEqual([
      {
        stage: 'remove',
        due: day(130),
        replaces: [
          { rule: RULES.budget, due: day(102) },
          { rule: RULES.upgrade, due: day(80) },
        ],
      },
      {
        stage: 'verify',
        due: day(144),
        replaces: [
          { rule: RULES.budget, due: day(116) },
          { rule: RULES.upgrade, due: day(94) },
        ],
      },
    ]);
  });

  test('was not agreed against an upgrade that moves before what it knew, nor against a new removal date: they win', () => {
    expect(due(plan({ beforeUpgrade: day(79), extended }), 'remove')).toEqual([79, RULES.upgrade]);
    expect(due(plan({ beforeUpgrade: day(80), removalDate: day(120), extended }), 'remove')).toEqual([
      120,
      RULES.removalDate,
    ]);
  });

  test('outlives budgets that a later policy makes shorter: what was agreed is not taken back by them', () => {
    const shorter = plan({ beforeUpgrade: day(80), extended, budgets: { ...BUDGETS, assess: 1, remove: 30 } });
    expect(due(shorter, 'remove')).toEqual([130, RULES.extension]);
    expect(due(shorter, 'verify')).toEqual([144, RULES.extension]);
  });

  test('outlives an upgrade that moves later', () => {
    expect(due(plan({ beforeUpgrade: day(90), extended }), 'remove')).toEqual([130, RULES.extension]);
    expect(due(plan({ extended }), 'remove')).toEqual([130, RULES.extension]);
  });

  test('that stays before another rule’s date leaves that rule in force', () => {
    const short = extend(plan({ beforeUpgrade: day(80) }), 'remove', 90);
    expect(short[0]!.replaces).toEqual([{ rule: RULES.upgrade, due: day(80) }]);
    const one = plan({ beforeUpgrade: day(80), extended: short });
    expect(one.milestones[3]).toMatchObject({
      due: day(90),
      rule: RULES.extension,
      candidates: [
        { rule: RULES.budget, due: day(102) },
        { rule: RULES.extension, due: day(90) },
      ],
    });
  });

  test('a second time takes the place of the first and of what the first had replaced', () => {
    const first = plan({ beforeUpgrade: day(80), extended });
    const again = [...extended, ...extend(first, 'remove', 160)];
    const second = plan({ beforeUpgrade: day(80), extended: again });
    expect(due(second, 'remove')).toEqual([160, RULES.extension]);
    expect(due(second, 'verify')).toEqual([174, RULES.extension]);
    expect(second.milestones[3]!.candidates).toEqual([{ rule: RULES.extension, due: day(160) }]);
  });

  test('leaves checking alone where that was given more time already', () => {
    const checking = extend(plan(), 'verify', 300);
    const given = plan({ extended: checking });
    const both = [...checking, ...extend(given, 'remove', 130)];
    expect(due(plan({ extended: both }), 'verify')).toEqual([300, RULES.extension]);
  });

  test('never has it checked before it has to be gone, though a new policy leaves less time for checking', () => {
    const one = plan({ beforeUpgrade: day(80), extended, budgets: { ...BUDGETS, verify: 2 } });
    expect(due(one, 'remove')).toEqual([130, RULES.extension]);
    expect(due(one, 'verify')).toEqual([144, RULES.extension]);
  });
});

test('more time for a date that is not later is none', () => {
  expect(extend(plan(), 'remove', 102)).toEqual([]);
  expect(extend(plan(), 'remove', 90)).toEqual([]);
});

const span = fc.integer({ min: -50, max: 400 });
const bound = fc.option(span);
const budget = fc.integer({ min: 0, max: 90 });
const budgets = fc.record({ assess: budget, disconnect: budget, schedule: budget, remove: budget, verify: budget });
/** What rules at one time, and the extension that is asked for then. */
const times = fc.array(
  fc.record({
    budgets,
    removal: bound,
    upgrade: bound,
    stage: fc.constantFrom(...STAGES),
    more: fc.integer({ min: 1, max: 120 }),
  }),
  { minLength: 1, maxLength: 6 },
);
type Time = typeof times extends fc.Arbitrary<(infer T)[]> ? T : never;

/** The plans of a case whose rules change and which is given more time in between, as the application computes them. */
function lives(all: readonly Time[]): { plans: Plan[]; inputs: PlanInputs[] } {
  const instant = (days: number | null): Instant | null => (days === null ? null : day(days));
  const plans: Plan[] = [];
  const inputs: PlanInputs[] = [];
  let extended: readonly ExtendedDate[] = [];
  for (const one of all) {
    const ruling = {
      ...NONE,
      budgets: one.budgets,
      removalDate: instant(one.removal),
      beforeUpgrade: instant(one.upgrade),
    };
    const add = (): Plan => {
      const input = { ...ruling, extended };
      const made = makePlan(plans.length + 1, input);
      plans.push(made);
      inputs.push(input);
      return made;
    };
    const current = add();
    const wanted = addPlainDays(current.milestones.find(({ stage }) => stage === one.stage)!.due, one.more);
    // What comes next holds it up, as `beyond-next-stage` does.
    const next = one.stage === 'assess' ? ['disconnect', 'schedule', 'remove'] : ['remove'];
    const free = ['remove', 'verify'].includes(one.stage) ? [] : next;
    if (current.milestones.some(({ stage, due: at }) => free.includes(stage) && at < wanted)) continue;
    extended = [...extended, ...extendedDates(current, one.stage, wanted, one.budgets.verify, addPlainDays)];
    const moved = add();
    expect(moved.milestones.find(({ stage }) => stage === one.stage)!.due).toBe(wanted);
  }
  return { plans, inputs };
}

describe('whatever rules, however it changes, and whatever is extended', () => {
  const RUNS = { numRuns: 1_000 };

  test('the earliest rule wins, every rule that had a say is listed, and what was agreed to holds when it is agreed', () => {
    fc.assert(
      fc.property(times, (all) => {
        for (const { milestones } of lives(all).plans) {
          expect(milestones.map(({ stage }) => stage)).toEqual(STAGES);
          for (const { due: at, rule, candidates } of milestones) {
            expect(candidates).toContainEqual({ rule, due: at });
            expect(candidates.every((other) => other.due >= at)).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  test('nothing is due after removal but checking, and checking never before it, unless removal was late at the start', () => {
    fc.assert(
      fc.property(times, (all) => {
        for (const { milestones } of lives(all).plans) {
          const [assess, disconnect, schedule, remove, verify] = milestones.map(({ due: at }) => at);
          expect(verify! >= remove!).toBe(true);
          if (remove! <= day(0)) continue;
          for (const before of [assess, disconnect, schedule]) expect(before! <= remove!).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('the first date of each stage is kept, whatever plan follows', () => {
    fc.assert(
      fc.property(times, (all) => {
        const [first, ...later] = lives(all).plans;
        let state = opened({}, first);
        for (const next of later)
          state = accept(state, { type: 'replan', plan: next, reason: 'moved' }, { by: SYSTEM }).state;
        for (const { stage, due: at } of first!.milestones) expect(state.stages[stage].baseline).toBe(at);
        const last = later.at(-1) ?? first!;
        for (const { stage, due: at } of last.milestones) expect(state.stages[stage].due).toBe(at);
      }),
      { numRuns: 500 },
    );
  });
});
