import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import {
  type CaseEvent,
  type CaseState,
  decide,
  type Decision,
  type EventType,
  evolve,
  NEW_CASE,
  nextWake,
  project,
  rebuild,
  type RejectionCode,
} from '../../../domain/lifecycle';
import { type Instant } from '../../../domain/records';
import { accept, deepFreeze, OFFICER, open, OPENED_AT, rungsFor } from '../../support/a-case';
import { illegalities, illegalStep, stageByContract } from '../../support/legality';
import { BEGIN, commandOf, type Recipe, recipes } from '../../support/random-commands';

interface Step {
  readonly before: CaseState;
  readonly command: ReturnType<typeof commandOf>['command'];
  readonly now: Instant;
  readonly decision: Decision;
  readonly after: CaseState;
}

/** Plays recipes on a case; most are opened first, since an unopened one refuses everything. */
function play(all: readonly Recipe[]): Step[] {
  const first = all[0];
  let state: CaseState =
    first !== undefined && first.pick % 20 > 0
      ? accept(NEW_CASE, open(), { by: OFFICER, at: OPENED_AT }).state
      : NEW_CASE;
  let now = BEGIN;
  const ids: string[] = [];
  return all.map((recipe) => {
    const wake = nextWake(state, rungsFor(state));
    const made = commandOf(recipe, state, { now, ids, wake });
    const before = deepFreeze(state);
    const command = deepFreeze(made.command);
    const decision = decide(before, command, made.now);
    now = made.now;
    ids.push(command.commandId);
    if (decision.accepted) state = decision.state;
    return { before, command, now, decision, after: state };
  });
}

const RUNS = { numRuns: 200 };

/** An acknowledgement of a case whose clock does not run yet. */
const OPENED_THEN_ACKNOWLEDGED: Recipe[] = [
  { kind: 'open', actor: 0, pick: 0, pause: 0, revision: 'seen', repeat: true },
  { kind: 'acknowledge', actor: 0, pick: 12, pause: 0, revision: 'seen', repeat: false },
];
const TYPES: readonly CaseEvent['type'][] = [
  'opened',
  'planned',
  'assessment-proposed',
  'assessed',
  'disconnected',
  'scheduled',
  'removed',
  'evidence-submitted',
  'verified',
  'closed',
  'acknowledged',
  'acknowledgement-expired',
  'reassigned',
  'retracted',
  'transferred',
  'absorbed',
  'rung-fired',
  'requested',
  'decided',
  'facts-revised',
  'exception-ended',
];

const CODES: readonly RejectionCode[] = [
  'not-open',
  'case-closed',
  'already-open',
  'stale-revision',
  'stale-plan',
  'not-allowed',
  'same-person',
  'not-yet',
  'already-done',
  'not-needed',
  'later-stage-done',
  'nothing-to-retract',
  'evidence-needed',
  'note-needed',
  'reason-needed',
  'date-in-past',
  'after-upgrade',
  'too-long',
  'not-text',
  'not-later',
  'no-clock',
  'beyond-next-stage',
  'already-asked',
  'control-needed',
  'not-pending',
  'unchanged',
];

/** Events that change nothing but the count, the time and the revision: they are there for the audit trail alone. */
const AUDIT_ONLY: readonly EventType[] = ['absorbed'];

describe('whatever is sent, in whatever order, by whomever', () => {
  test('the case never reaches an illegal state', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        const wrong = play(all).flatMap(({ before, decision, after }) => [
          ...illegalities(after),
          ...illegalStep(before, decision.accepted ? decision.events : [], after),
        ]);
        expect(wrong).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a case is closed at most once, and then refuses everything but repeats of what it accepted', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        const steps = play(all);
        const closings = steps.flatMap(({ decision }) =>
          decision.accepted ? decision.events.filter(({ type }) => type === 'closed') : [],
        );
        expect(closings.length).toBeLessThanOrEqual(1);
        for (const { before, command, decision } of steps.filter((step) => step.before.outcome !== null)) {
          const repeat = before.recent.some(({ commandId }) => commandId === command.commandId);
          expect(decision.accepted).toBe(repeat);
          if (!decision.accepted) expect(['case-closed', 'already-open']).toContain(decision.code);
        }
      }),
      RUNS,
    );
  });

  test('the state is the fold of its events, and each event leaves its mark', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        const steps = play(all);
        const start = steps[0]!.before;
        const events = steps.flatMap(({ decision }) => (decision.accepted ? decision.events : []));
        let folded = start;
        for (const event of events) {
          const next = evolve(deepFreeze(folded), deepFreeze(event));
          const { sequence, lastAt, revision } = next;
          const unmarked = isDeepStrictEqual({ ...folded, sequence, lastAt, revision }, next);
          if (unmarked && !AUDIT_ONLY.includes(event.type)) throw new Error(`${event.type} left no mark`);
          folded = next;
        }
        expect({ ...folded, recent: [] }).toEqual({ ...steps.at(-1)!.after, recent: [] });
      }),
      RUNS,
    );
  });

  test('the state, with what it remembers, can be rebuilt from its events', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        const steps = play([{ ...all[0]!, pick: 0 }, ...all]);
        expect(steps[0]!.before).toBe(NEW_CASE);
        const events = steps.flatMap(({ decision }) => (decision.accepted ? decision.events : []));
        expect(rebuild(events)).toEqual(steps.at(-1)!.after);
      }),
      RUNS,
    );
  });

  test('a refusal has a known code and a sentence for people, and changes nothing', () => {
    const refusals = new Set<string>();
    fc.assert(
      fc.property(recipes, (all) => {
        for (const { before, after, decision } of play(all)) {
          if (decision.accepted) continue;
          if (after !== before || !CODES.includes(decision.code)) throw new Error(decision.code);
          refusals.add(decision.message);
        }
      }),
      RUNS,
    );
    for (const message of refusals) {
      expect(message).toMatch(/^["A-Z0-9].*[.]$/s);
      expect(message).not.toMatch(/undefined|NaN|\[object/);
      expect(message.length).toBeLessThan(300);
    }
  });

  test('deciding twice gives the same, also after state, command and events went through JSON', () => {
    const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
    fc.assert(
      fc.property(recipes, (all) => {
        for (const { before, command, now, decision } of play(all)) {
          const same =
            isDeepStrictEqual(decide(before, command, now), decision) &&
            isDeepStrictEqual(json(decision), decision) &&
            isDeepStrictEqual(decide(json(before), json(command), now), decision) &&
            isDeepStrictEqual(json(project(before)), project(before));
          if (!same) throw new Error(`${command.type} is decided otherwise the second time`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a command sent again at once is accepted exactly where it was accepted, with the same answer and no event', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        for (const { after, command, now, decision } of play(all)) {
          if (!decision.accepted || command.type === 'tick') continue;
          const first = { accepted: true, events: [], state: after, answer: decision.answer };
          if (!isDeepStrictEqual(decide(after, command, now), first)) throw new Error(`${command.type} sent again`);
        }
      }),
      RUNS,
    );
  });

  test('what falls due fires when it is due, and then the next lies ahead: the case never spins', () => {
    fc.assert(
      fc.property(recipes, fc.double({ min: 0, max: 400, noNaN: true }), (all, outage) => {
        let state = play(all).at(-1)!.after;
        for (let round = 0; round < 6; round += 1) {
          const rungs = rungsFor(state);
          const wake = nextWake(state, rungs);
          if (wake === null) {
            expect(state.outcome !== null || state.planNumber === 0).toBe(true);
            return;
          }
          const late = new Date(Date.parse(wake) + (round % 2 === 0 ? outage : 0) * 86_400_000).toISOString();
          const now = late < state.lastAt ? state.lastAt : late;
          const { state: next, events } = accept(state, { type: 'tick', rungs }, { at: now });
          expect(events.length).toBeGreaterThan(0);
          const ahead = nextWake(next, rungsFor(next));
          // A case without a clock has no more than an acknowledgement to wait for.
          expect(ahead === null ? next.planNumber === 0 : ahead > now).toBe(true);
          state = next;
        }
      }),
      { ...RUNS, examples: [[OPENED_THEN_ACKNOWLEDGED, 0]] },
    );
  });

  test('what reports show agrees with the state', () => {
    fc.assert(
      fc.property(recipes, (all) => {
        for (const { after } of play(all)) {
          const shown = project(after);
          if (shown === null) {
            expect(after.sequence).toBe(0);
            continue;
          }
          const { stage, status, nextAction, milestones, revision, sequence, outcome } = shown;
          const actuals = Object.values(after.stages).map(({ done }) => done);
          const expected = [
            stageByContract(after),
            after.outcome === null ? 'open' : 'closed',
            after.outcome !== null,
            actuals,
            [after.revision, after.sequence, after.outcome],
          ];
          const found = [
            stage,
            status,
            nextAction === '',
            milestones.map(({ actual }) => actual),
            [revision, sequence, outcome],
          ];
          if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
        }
      }),
      RUNS,
    );
  });
});

test('the random histories get everywhere: every command is accepted and refused, every event and outcome occurs', () => {
  const accepted = new Set<string>();
  const codes = new Set<string>();
  const types = new Set<CaseEvent['type']>();
  const outcomes = new Set<string>();
  for (const all of fc.sample(recipes, { numRuns: 1_000, seed: 7 })) {
    for (const { command, decision } of play(all)) {
      if (!decision.accepted) {
        codes.add(decision.code);
        continue;
      }
      if (decision.events.length > 0) accepted.add(command.type);
      decision.events.forEach(({ type }) => types.add(type));
      if (decision.state.outcome !== null) outcomes.add(decision.state.outcome);
    }
  }
  expect([...codes].sort()).toEqual([...CODES].sort());
  expect(accepted.size).toBe(18);
  expect([...types].sort()).toEqual([...TYPES].sort());
  expect(outcomes.size).toBe(6);
});
