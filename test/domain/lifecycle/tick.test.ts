import { describe, expect, test } from '@jest/globals';
import { type CaseEvent, type CaseState, nextWake, SYSTEM } from '../../../domain/lifecycle';
import { type LadderRule, nextRungs } from '../../../domain/ladder/ladder';
import { type Instant } from '../../../domain/records';
import { type Role } from '../../../domain/vocabulary';
import {
  accept,
  addPlainDays,
  after,
  day,
  DO,
  LADDER,
  opened,
  planDue,
  planOf,
  retract,
  rungsFor,
  STATES,
} from '../../support/a-case';

type Fired = Extract<CaseEvent, { type: 'rung-fired' }>;

/** A case in `assess` whose stages are all due on day 100. */
const due100 = opened({}, planDue(1, day(100)));

function tick(state: CaseState, at: Instant, rule = LADDER): { state: CaseState; fired: Fired[] } {
  const { state: next, events } = accept(state, { type: 'tick', rungs: rungsFor(state, rule) }, { by: SYSTEM, at });
  return { state: next, fired: events.filter((event): event is Fired => event.type === 'rung-fired') };
}

/** Ticks at instants; what each fired, as `days to roles`. */
function told(state: CaseState, ...at: readonly number[]): { state: CaseState; said: string[] } {
  const said: string[] = [];
  let current = state;
  for (const days of at) {
    const { state: next, fired } = tick(current, day(days));
    current = next;
    said.push(fired.map((event) => `${event.days} ${event.to.join('+')}`).join(', '));
  }
  return { state: current, said };
}

const wakeDay = (state: CaseState): number | null => {
  const wake = nextWake(state, rungsFor(state));
  return wake === null ? null : (Date.parse(wake) - Date.parse(day(0))) / 86_400_000;
};

describe('a ladder on time', () => {
  test('fires each rung at its instant, tells each role in turn, then everyone told, for ever', () => {
    let state = due100;
    const said: string[] = [];
    for (let step = 0; step < 9; step += 1) {
      const wake = nextWake(state, rungsFor(state))!;
      const { state: next, fired } = tick(state, wake);
      expect(fired).toMatchObject([{ at: wake, skipped: [], anchor: null }]);
      said.push(...fired.map(({ days, to }) => `${days} ${to.join('+')}`));
      state = next;
    }
    const all = 'task-owner+security-officer+head+programme-manager+sro';
    expect(said).toEqual([
      '-10 task-owner',
      '-3 task-owner',
      '0 task-owner',
      '1 task-owner+security-officer',
      '3 head',
      '5 programme-manager',
      '10 sro',
      `15 ${all}`,
      `20 ${all}`,
    ]);
  });

  test('before its instant nothing fires, at its instant it does', () => {
    expect(told(due100, 89.99999, 90).said).toEqual(['', '-10 task-owner']);
    expect(wakeDay(due100)).toBe(90);
  });

  test('how late is counted in whole days from the due instant', () => {
    const lateAt = (at: number): number => tick(due100, day(at)).fired[0]!.late;
    expect([90, 99.5, 100, 100.5, 101, 123.9].map(lateAt)).toEqual([-10, -1, 0, 0, 1, 23]);
  });
});

describe('of rungs already past', () => {
  test.each([
    ['only the first', 91, '-10 task-owner', [], 97],
    ['two for the same person: the later one', 98, '-3 task-owner', ['assess-10'], 100],
    ['three for the same person', 100.5, '0 task-owner', ['assess-10', 'assess-3'], 101],
    ['all and more: the owner first, however late', 140, '0 task-owner', ['assess-10', 'assess-3'], 141],
  ])('%s', (_what, at, said, skipped, wake) => {
    const { state, fired } = tick(due100, day(at));
    expect(fired.map(({ days, to }) => `${days} ${to.join('+')}`)).toEqual([said]);
    expect(fired[0]!.skipped).toEqual(skipped);
    expect(wakeDay(state)).toBe(wake);
  });

  test('the rungs above follow after their usual gaps, to the top', () => {
    const all = 'task-owner+security-officer+head+programme-manager+sro';
    expect(told(due100, 140, 141, 143, 145, 150, 155, 160).said).toEqual([
      '0 task-owner',
      '1 task-owner+security-officer',
      '3 head',
      '5 programme-manager',
      '10 sro',
      `15 ${all}`,
      `20 ${all}`,
    ]);
    expect(told(due100, 140, 140.9, 141, 142.9).said).toEqual([
      '0 task-owner',
      '',
      '1 task-owner+security-officer',
      '',
    ]);
  });

  test('an outage in the middle tells the lowest person not yet told, then goes on', () => {
    const climbed = told(due100, 90, 97, 100).state;
    expect(told(climbed, 106, 107.9, 108, 110).said).toEqual([
      '1 task-owner+security-officer',
      '',
      '3 head',
      '5 programme-manager',
    ]);
  });

  test('an outage over the SRO’s rung and a repeat to everyone tells the SRO, not everyone but the SRO', () => {
    const climbed = told(due100, 90, 97, 100, 101, 103, 105).state;
    const { fired, state } = tick(climbed, day(126));
    expect(fired).toMatchObject([{ days: 10, to: ['sro'], skipped: [] }]);
    expect(state.ladders.assess.told).toContain('sro');
  });

  test('an outage after everyone was told costs one message, and the skipped repeats are on record', () => {
    const climbed = told(due100, 90, 97, 100, 101, 103, 105, 110).state;
    const { fired, state } = tick(climbed, day(131));
    expect(fired).toMatchObject([{ days: 30, skipped: ['assess+15', 'assess+20', 'assess+25'], anchor: null }]);
    expect(wakeDay(state)).toBe(135);
  });

  test('an outage longer than the rungs in hand costs one message too', () => {
    const climbed = told(due100, 90, 97, 100, 101, 103, 105, 110).state;
    const { state } = tick(climbed, day(600));
    expect(wakeDay(state)).toBe(605);
  });

  test('whoever the lowest untold person is gets the message, though a later past rung speaks to people told before', () => {
    const rule: LadderRule = {
      rungs: [
        { days: 0, to: ['task-owner'] },
        { days: 1, to: ['security-officer'] },
        { days: 2, to: ['task-owner'] },
        { days: 3, to: ['head'] },
      ],
      thenEvery: { days: 5, to: 'everyone-told' },
    };
    const reached: Role[] = [];
    let state = tick(due100, day(100), rule).state;
    for (const at of [110, 120, 130, 140]) {
      const step = tick(state, day(at), rule);
      reached.push(...step.fired.flatMap(({ to }) => to));
      state = step.state;
    }
    expect(reached.slice(0, 2)).toEqual(['security-officer', 'head']);
    expect(state.ladders.assess.told).toEqual(['task-owner', 'security-officer', 'head']);
  });
});

describe('whose turn it is', () => {
  test('a stage whose turn has not come has no ladder', () => {
    expect(told(due100, 90).said).toEqual(['-10 task-owner']);
    const { fired } = tick(after(due100, [DO.covered]), day(90));
    expect(fired.map(({ stage }) => stage)).toEqual(['disconnect', 'schedule']);
  });

  test('a stage that is done is quiet; taken back, it goes on where its ladder stood, with one message', () => {
    const climbed = told(due100, 90, 97).state;
    const done = after(climbed, [DO.covered, { at: day(98) }]);
    expect(
      nextWake(done, nextRungs(LADDER, 'assess', { due: day(100), cursor: null, anchor: null }, 12, addPlainDays)),
    ).toBeNull();
    const back = after(done, [retract('assess'), { at: day(104) }]);
    expect(told(back, 104, 106).said).toEqual(['1 task-owner+security-officer', '3 head']);
  });

  test('a closed case and one without a plan wake for nothing', () => {
    expect(nextWake(STATES.closed, rungsFor(due100))).toBeNull();
    expect(nextWake(opened({}, null), rungsFor(due100))).toBeNull();
  });

  test('rungs of another due date than the plan’s are stale and never fire', () => {
    const stale = rungsFor(due100);
    const moved = after(due100, [{ type: 'replan', plan: planDue(2, day(200)), reason: 'moved' }, { by: SYSTEM }]);
    expect(nextWake(moved, stale)).toBeNull();
    expect(accept(moved, { type: 'tick', rungs: stale }, { by: SYSTEM, at: day(150) }).events).toEqual([]);
  });
});

describe('replanning', () => {
  const replan = (state: CaseState, number: number, due: number, at: number): CaseState =>
    after(state, [
      { type: 'replan', plan: planDue(number, day(due)), reason: 'moved' },
      { by: SYSTEM, at: day(at) },
    ]);

  test('the same due date keeps the place on the ladder', () => {
    const climbed = told(due100, 90, 97).state;
    expect(told(replan(climbed, 2, 100, 98), 98, 100).said).toEqual(['', '0 task-owner']);
  });

  test('another due date starts its own ladder, and people told before count as told', () => {
    const climbed = told(due100, 90, 97, 100, 101).state;
    const moved = replan(climbed, 2, 150, 102);
    expect(moved.ladders.assess).toMatchObject({ due: day(150), cursor: null, anchor: null });
    expect(told(moved, 139, 140, 147, 150, 151, 153).said).toEqual([
      '',
      '-10 task-owner',
      '-3 task-owner',
      '0 task-owner',
      '1 task-owner+security-officer',
      '3 head',
    ]);
  });

  test('a due date that comes back finds its ladder as it was left: no rung fires twice for it', () => {
    const climbed = told(due100, 90, 97).state;
    const away = told(replan(climbed, 2, 105, 97), 98).state;
    const back = replan(away, 3, 100, 98);
    expect(told(back, 98, 99, 100, 101).said).toEqual(['', '', '0 task-owner', '1 task-owner+security-officer']);
  });

  test('a due date moved into the past tells the lowest person not yet told', () => {
    const climbed = told(due100, 90).state;
    expect(told(replan(climbed, 2, 60, 91), 91, 93).said).toEqual(['1 task-owner+security-officer', '3 head']);
  });
});

describe('an acknowledgement', () => {
  const acknowledged = (state: CaseState, until: number): CaseState =>
    after(state, [{ type: 'acknowledge', until: day(until) }, { at: day(89) }]);

  test('silences the reminders before the due instant, which stay on record', () => {
    const { state, fired } = tick(acknowledged(due100, 95), day(90));
    expect(fired).toMatchObject([{ days: -10, to: [], skipped: ['assess-10'] }]);
    expect(state.ladders.assess.told).toEqual([]);
  });

  test('expires', () => {
    expect(told(acknowledged(due100, 95), 90, 97).said).toEqual(['-10 ', '-3 task-owner']);
    expect(told(acknowledged(due100, 97), 90, 97).said).toEqual(['-10 ', '-3 task-owner']);
  });

  test('never silences the due instant or what follows', () => {
    expect(told(acknowledged(due100, 300), 90, 97, 100, 101, 103).said).toEqual([
      '-10 ',
      '-3 ',
      '0 task-owner',
      '1 task-owner+security-officer',
      '3 head',
    ]);
  });

  test('never silences a message that the due date has passed, in a policy that has no rung on that day', () => {
    const rule: LadderRule = { rungs: [{ days: -5, to: ['task-owner'] }], thenEvery: { days: 5, to: 'everyone-told' } };
    expect(tick(acknowledged(due100, 300), day(101), rule).fired).toMatchObject([{ days: -5, to: ['task-owner'] }]);
  });

  test('is for the stages whose turn it was: the next one’s reminders are heard', () => {
    const next = after(acknowledged(due100, 300), [DO.covered, { at: day(89) }]);
    expect(told(next, 90).said).toEqual(['-10 task-owner, -10 task-owner']);
  });
});

test('ladders of stages side by side climb apart', () => {
  const work = after(opened({}, planOf(1)), [DO.covered]);
  expect(wakeDay(work)).toBe(18);
  const first = tick(work, day(18));
  expect(first.fired).toMatchObject([{ stage: 'disconnect', days: -10 }]);
  expect(first.state.ladders.schedule).toEqual(work.ladders.schedule);
});
