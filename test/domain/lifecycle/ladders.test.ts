import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, type LadderRule, nextRungs, type Rung } from '../../../domain/ladder/ladder';
import {
  type CaseEvent,
  type CaseState,
  currentStages,
  isCurrent,
  nextWake,
  rungsInHand,
  SYSTEM,
} from '../../../domain/lifecycle';
import { type Instant } from '../../../domain/records';
import { type Role, ROLES } from '../../../domain/vocabulary';
import { accept, addPlainDays, day, LADDER, opened, planDue } from '../../support/a-case';

type Fired = Extract<CaseEvent, { type: 'rung-fired' }>;

/** What a policy may say: rungs in order of their days, each telling somebody, the owner by the due date at the latest. */
const rules: fc.Arbitrary<LadderRule> = fc
  .record({
    before: fc.uniqueArray(fc.integer({ min: -40, max: -1 }), { maxLength: 3 }),
    late: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    roles: fc.array(fc.subarray([...ROLES], { minLength: 1 }), { minLength: 5, maxLength: 5 }),
    every: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ before, late, roles, every }) => ({
    rungs: [
      ...before.sort((a, b) => a - b).map((days) => ({ days, to: ['task-owner'] as Role[] })),
      { days: 0, to: ['task-owner'] },
      ...late.sort((a, b) => a - b).map((days, index) => ({ days, to: roles[index]! })),
    ],
    thenEvery: { days: every, to: 'everyone-told' },
  }));

/** What happens to a case while nobody acts: it wakes on time, wakes late after an outage, or its date is moved. */
const happenings = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant({ kind: 'wake' as const }) },
    {
      weight: 2,
      arbitrary: fc.double({ min: 0, max: 90, noNaN: true }).map((days) => ({ kind: 'outage' as const, days })),
    },
    { weight: 1, arbitrary: fc.constantFrom(-20, 0, 30, 60).map((days) => ({ kind: 'replan' as const, days })) },
  ),
  { minLength: 1, maxLength: 40 },
);
type Happening = typeof happenings extends fc.Arbitrary<(infer T)[]> ? T : never;

interface Firing extends Fired {
  readonly toldBefore: readonly Role[];
  readonly next: Instant | null;
}

/** A case that is due on day 50 and on which nobody acts, with the register handing over rungs as `record` does. */
function live(rule: LadderRule, all: readonly Happening[]): { fired: Firing[][]; state: CaseState } {
  let state = opened({}, planDue(1, day(50)));
  let rungs: readonly Rung[] = [];
  let now = day(0);
  const refill = (): void => {
    for (const stage of currentStages(state)) {
      const ladder = state.ladders[stage];
      const { due, cursor, anchor } = ladder;
      if (due === null || rungsInHand(state, stage, rungs) >= 8) continue;
      const held = rungs.filter((rung) => isCurrent(ladder, rung));
      const after = Math.max(...held.map(({ days }) => days), cursor ?? -Infinity);
      const position = { due, cursor: Number.isFinite(after) ? after : null, anchor };
      rungs = [...held, ...nextRungs(rule, stage, position, 12, addPlainDays)];
    }
  };
  const fired = all.map((happening) => {
    refill();
    if (happening.kind === 'replan') {
      const plan = planDue(state.planNumber + 1, day(50 + happening.days));
      state = accept(state, { type: 'replan', plan, reason: 'moved' }, { by: SYSTEM, at: now }).state;
      return [];
    }
    const wake = nextWake(state, rungs)!;
    const slept = happening.kind === 'outage' ? Math.floor(happening.days * DAY) : 0;
    const at = new Date(Math.max(Date.parse(wake) + slept, Date.parse(now))).toISOString();
    const toldBefore = state.ladders.assess.told;
    const { state: next, events } = accept(state, { type: 'tick', rungs }, { by: SYSTEM, at });
    state = next;
    now = at;
    refill();
    return (events as Fired[]).map((event) => ({ ...event, toldBefore, next: nextWake(state, rungs) }));
  });
  return { fired, state };
}

const RUNS = { numRuns: 400 };

describe('whatever the ladder, the outages and the moved dates, while nobody acts', () => {
  test('each wake tells one rung of the stage, and there is always a later one', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, all) => {
        live(rule, all).fired.forEach((events, index) => {
          expect(events).toHaveLength(all[index]!.kind === 'replan' ? 0 : 1);
          for (const { next, at } of events) expect(next !== null && next > at).toBe(true);
        });
      }),
      RUNS,
    );
  });

  test('the next message is never further off than the longest gap of the ladder', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, all) => {
        const days = [
          ...rule.rungs.map((rung) => rung.days),
          Math.max(...rule.rungs.map((rung) => rung.days)) + rule.thenEvery.days,
        ];
        const gaps = days.slice(1).map((each, index) => each - days[index]!);
        const longest = Math.max(...gaps, rule.thenEvery.days) * DAY;
        for (const { next, at } of live(rule, all).fired.flat()) {
          expect(Date.parse(next!) - Date.parse(at)).toBeLessThanOrEqual(longest);
        }
      }),
      RUNS,
    );
  });

  test('no rung fires, or is recorded as passed over, twice for one due instant', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, all) => {
        const fired = live(rule, all).fired.flat();
        const keys = fired.flatMap(({ due, rung, skipped }) => [rung, ...skipped].map((one) => `${due} ${one}`));
        expect(new Set(keys).size).toBe(keys.length);
      }),
      RUNS,
    );
  });

  test('the roles are told from the lowest rung upwards, none is passed over, and in the end all are told', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, all) => {
        const { fired, state } = live(rule, [...all, ...Array.from({ length: 20 }, () => ({ kind: 'wake' as const }))]);
        for (const { to, toldBefore, days } of fired.flat()) {
          // The lowest rung that has somebody new to tell decides whom this message reaches anew.
          const lowest = rule.rungs.find((rung) => rung.to.some((role) => !toldBefore.includes(role)));
          const newly = to.filter((role) => !toldBefore.includes(role));
          const expected = lowest?.to.filter((role) => !toldBefore.includes(role)) ?? [];
          if (newly.length > 0) expect(newly).toEqual(expected);
          else expect(lowest === undefined || days < lowest.days).toBe(true);
          expect(to.length).toBeGreaterThan(0);
        }
        const everybody = new Set(rule.rungs.flatMap((rung) => rung.to));
        expect(new Set(state.ladders.assess.told)).toEqual(everybody);
      }),
      RUNS,
    );
  });

  test('on time, every rung fires at its instant and none is skipped or moved', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 40 }), (rule, wakes) => {
        const { fired } = live(
          rule,
          Array.from({ length: wakes }, () => ({ kind: 'wake' as const })),
        );
        const planned = nextRungs(rule, 'assess', { due: day(50), cursor: null, anchor: null }, wakes, addPlainDays);
        expect(fired.flat().map(({ at, days }) => ({ at, days }))).toEqual(
          planned.map(({ at, days }) => ({ at, days })),
        );
        expect(fired.flat().every(({ skipped, anchor }) => skipped.length === 0 && anchor === null)).toBe(true);
      }),
      RUNS,
    );
  });
});

test('after a year of silence everyone is still told, every five days', () => {
  const { fired } = live(
    LADDER,
    Array.from({ length: 78 }, () => ({ kind: 'wake' as const })),
  );
  const last = fired.at(-1)![0]!;
  expect(last).toMatchObject({
    days: 365,
    late: 365,
    to: ['task-owner', 'security-officer', 'head', 'programme-manager', 'sro'],
  });
});
