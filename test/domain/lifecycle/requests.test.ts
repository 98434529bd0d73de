import { describe, expect, test } from '@jest/globals';
import {
  type Actor,
  type CaseEvent,
  type CaseState,
  type CommandBody,
  currentStages,
  type DateFacts,
  nextWake,
  SYSTEM,
} from '../../../domain/lifecycle';
import { noticesOf } from '../../../domain/notices/notices';
import { type WorkStage } from '../../../domain/vocabulary';
import {
  accept,
  after,
  COLLEAGUE,
  day,
  decision,
  DO,
  enteredBy,
  FACTS,
  HEAD,
  MANAGER,
  OFFICER,
  opened,
  OPS,
  OWNER,
  person,
  planDue,
  planOf,
  rungsFor,
  send,
  SRO,
  STATES,
  STRANGER,
} from '../../support/a-case';

/** More time for a stage, wanted by a day. */
function moreTime(stage: WorkStage, due: number, changes: Partial<typeof DO.moreTime> = {}): CommandBody {
  return { ...DO.moreTime, ask: { ...DO.moreTime.ask, stage, due: day(due) }, ...changes };
}

function toStay(until: number, control: string = DO.toStay.ask.control): CommandBody {
  return { ...DO.toStay, ask: { ...DO.toStay.ask, until: day(until), control } };
}

const asked = after(opened(), [DO.moreTime]);
const codeOf = (state: CaseState, body: CommandBody, by: Actor = OWNER, at?: string): string => {
  const answer = send(state, body, { by, ...(at === undefined ? {} : { at }) });
  return answer.accepted ? 'ok' : answer.code;
};
const types = (events: readonly CaseEvent[]): string[] => events.map(({ type }) => type);

/** What a tick does at a day, with the rungs that the register would hand over. */
function tick(state: CaseState, at: number): { state: CaseState; events: readonly CaseEvent[]; kinds: string[] } {
  const { state: next, events } = accept(state, { type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(at) });
  return {
    state: next,
    events,
    kinds: noticesOf(state, events, next).map(({ kind, stage, to }) => `${kind} ${stage} ${to.join('+')}`),
  };
}

describe('more time', () => {
  test.each<[string, Actor, string]>([
    ['the task owner', OWNER, 'ok'],
    ['the security officer', OFFICER, 'ok'],
    ['the head of department', HEAD, 'ok'],
    ['an operator', OPS, 'ok'],
    ['somebody without a post here', STRANGER, 'not-allowed'],
  ])('asked for by %s: %s', (_who, by, code) => {
    expect(codeOf(opened(), DO.moreTime, by)).toBe(code);
  });

  test.each<[string, CommandBody, string]>([
    ['needs words', { ...DO.moreTime, text: '  ' }, 'reason-needed'],
    ['has to be later than now', moreTime('remove', 102), 'not-later'],
    ['has to be later than now, by one moment', moreTime('remove', 102.00001), 'ok'],
    ['of assessing ends where disconnecting is due', moreTime('assess', 28.01), 'beyond-next-stage'],
    ['of assessing may reach that day', moreTime('assess', 28), 'ok'],
    ['of disconnecting ends where removal is due', moreTime('disconnect', 103), 'beyond-next-stage'],
    ['of disconnecting may pass booking, which runs beside it', moreTime('disconnect', 60), 'ok'],
    ['of booking ends where removal is due', moreTime('schedule', 103), 'beyond-next-stage'],
    ['of removal may pass checking, which follows it', moreTime('remove', 500), 'ok'],
  ])('%s', (_what, body, code) => {
    expect(codeOf(opened(), body)).toBe(code);
  });

  test('for a day that has passed is refused, however late the stage is', () => {
    expect(codeOf(opened(), moreTime('assess', 20), OWNER, day(25))).toBe('date-in-past');
    expect(codeOf(opened(), moreTime('assess', 26), OWNER, day(25))).toBe('ok');
  });

  test('for what is done, not needed or has no date is refused', () => {
    expect(codeOf(STATES.work, moreTime('assess', 20))).toBe('already-done');
    expect(codeOf(STATES.gone, moreTime('remove', 130))).toBe('not-needed');
    expect(codeOf(opened({}, null), moreTime('assess', 20))).toBe('no-clock');
  });

  test('a stage that is done or not needed holds up no extension of the one before it', () => {
    expect(codeOf(opened({ offCore: true }), moreTime('assess', 40))).toBe('ok');
    expect(codeOf(opened({ offCore: true }), moreTime('assess', 43))).toBe('beyond-next-stage');
  });

  test('is asked for once at a time for a stage, and for another stage beside it', () => {
    expect(codeOf(asked, moreTime('remove', 140))).toBe('already-asked');
    expect(codeOf(asked, moreTime('schedule', 50))).toBe('ok');
  });

  test('tells whoever decides, and nobody else', () => {
    const { state, events } = accept(opened(), DO.moreTime);
    expect(noticesOf(opened(), events, state).map(({ kind, to, details }) => [kind, to, details])).toEqual([
      [
        'decision',
        ['programme-manager'],
        { requestId: 'k_abc-3', what: 'extension', wanted: day(130), reason: 'supply' },
      ],
    ]);
    const beyond = accept(opened(), { ...DO.moreTime, needs: 'sro' });
    expect(noticesOf(opened(), beyond.events, beyond.state).map(({ to }) => to)).toEqual([['sro']]);
  });
});

describe('a decision', () => {
  const yes = decision(asked, 'agreed', {
    plan: planDue(2, day(130)),
    dates: [{ stage: 'remove', due: day(130), replaces: [] }],
  });

  test.each<[string, Actor, string]>([
    ['the programme manager', MANAGER, 'ok'],
    ['the SRO', SRO, 'ok'],
    ['the task owner', COLLEAGUE, 'not-allowed'],
    ['the security officer', OFFICER, 'not-allowed'],
    ['the head of department', HEAD, 'not-allowed'],
    ['an operator', OPS, 'not-allowed'],
    ['the programme manager, typed by the owner’s colleague', enteredBy(COLLEAGUE, MANAGER), 'not-allowed'],
    ['the programme manager, typed by an operator', enteredBy(OPS, MANAGER), 'not-allowed'],
    ['the head, typed by the programme manager', enteredBy(MANAGER, HEAD), 'ok'],
  ])('by %s: %s', (_who, by, code) => {
    expect(codeOf(asked, yes, by)).toBe(code);
  });

  test('beyond the limits is the SRO’s alone', () => {
    const beyond = after(opened(), [{ ...DO.moreTime, needs: 'sro' }]);
    expect(codeOf(beyond, decision(beyond), MANAGER)).toBe('not-allowed');
    expect(codeOf(beyond, decision(beyond, 'refused'), MANAGER)).toBe('not-allowed');
    expect(codeOf(beyond, decision(beyond), SRO)).toBe('ok');
  });

  const both = person('c_both', 'task-owner', 'programme-manager');
  test.each<[string, Actor, Actor]>([
    ['asked in their own name', both, both],
    ['asked in another’s name', enteredBy(both, OWNER), both],
    ['asked, and another typed it', enteredBy(OPS, both), both],
    ['asked, and enter the decision in another’s name', both, enteredBy(both, MANAGER)],
    ['asked, and another types the decision in their name', both, enteredBy(MANAGER, both)],
  ])('is never theirs who %s', (_how, asker, decider) => {
    const state = after(opened(), [DO.moreTime, { by: asker }]);
    expect(codeOf(state, decision(state), decider)).toBe('same-person');
    expect(codeOf(state, decision(state, 'refused'), decider)).toBe('same-person');
    expect(codeOf(state, decision(state), SRO)).toBe('ok');
  });

  test('an operator who typed it for the owner has asked for nothing: who types for everybody could decide nothing', () => {
    const state = after(opened(), [DO.moreTime, { by: enteredBy(OPS, OWNER) }]);
    expect(codeOf(state, decision(state), enteredBy(OPS, MANAGER))).toBe('not-allowed');
    expect(codeOf(state, decision(state), MANAGER)).toBe('ok');
  });

  test('moves the dates, keeps the first ones, and keeps old date, new date, conditions and who', () => {
    const { state, events } = accept(asked, yes, { by: MANAGER });
    expect(types(events)).toEqual(['decided', 'planned']);
    expect(events[0]).toMatchObject({
      actor: MANAGER.id,
      was: day(102),
      conditions: 'As discussed.',
      dates: [{ stage: 'remove', due: day(130) }],
    });
    expect(state.stages.remove).toMatchObject({ baseline: day(102), due: day(130) });
    expect(state).toMatchObject({ pending: [], extensionsAgreed: { remove: 1 } });
    expect(events[1]).toMatchObject({
      reason: 'more time agreed: As discussed.',
      moved: expect.arrayContaining([{ stage: 'remove', was: day(102), due: day(130) }]),
    });
  });

  test('a no needs a reason, moves nothing and can be followed by another request', () => {
    expect(codeOf(asked, decision(asked, 'refused', { conditions: ' ' }), MANAGER)).toBe('reason-needed');
    const { state, events } = accept(asked, decision(asked, 'refused'), { by: MANAGER });
    expect(types(events)).toEqual(['decided']);
    expect(state.stages).toEqual(asked.stages);
    expect(state.extensionsAgreed.remove).toBe(0);
    expect(codeOf(state, DO.moreTime)).toBe('ok');
  });

  test('is made once: the second is told that nothing waits', () => {
    const { state } = accept(asked, yes, { by: MANAGER });
    expect(codeOf(state, yes, SRO)).toBe('not-pending');
    expect(codeOf(state, decision(asked, 'refused'), SRO)).toBe('not-pending');
  });

  test('names what it decides: a number of another kind decides nothing', () => {
    expect(codeOf(asked, decision(asked, 'agreed', { kind: 'exception' }), MANAGER)).toBe('not-pending');
  });

  test('cannot agree to what has become pointless: the stage was done, or the day has passed', () => {
    const state = after(STATES.work, [moreTime('disconnect', 40)]);
    expect(codeOf(after(state, [DO.disconnect]), decision(state), MANAGER)).toBe('already-done');
    expect(codeOf(state, decision(state), MANAGER, day(41))).toBe('date-in-past');
    expect(codeOf(state, decision(state, 'refused'), MANAGER, day(41))).toBe('ok');
  });

  test('tells the asker and whoever does the work, not who only decides', () => {
    const state = after(opened(), [DO.moreTime, { by: HEAD }]);
    for (const [verdict, kind] of [
      ['agreed', 'more-time-agreed'],
      ['refused', 'more-time-refused'],
    ] as const) {
      const { state: next, events } = accept(state, decision(state, verdict), { by: MANAGER });
      expect(noticesOf(state, events, next).map((one) => [one.kind, one.stage, one.to])).toEqual([
        [kind, 'remove', ['task-owner', 'head']],
      ]);
    }
  });
});

describe('a device that may stay', () => {
  const staying = (until: number, state = opened()): CaseState => {
    const waits = after(state, [toStay(until)]);
    return after(waits, [decision(waits), { by: MANAGER }]);
  };

  test('needs a control and a day that is still to come', () => {
    expect(codeOf(opened(), toStay(300, '  '))).toBe('control-needed');
    expect(codeOf(opened(), toStay(0))).toBe('date-in-past');
    const waits = after(opened(), [toStay(10)]);
    expect(codeOf(waits, decision(waits), MANAGER, day(10))).toBe('date-in-past');
  });

  test('keeps its due dates and the clock of its slippage', () => {
    expect(staying(300).stages).toEqual(opened().stages);
  });

  test('nobody is reminded, nor told that an acknowledgement expired, until it ends', () => {
    const state = after(staying(50), [{ type: 'acknowledge', until: day(3) }]);
    for (const at of [3, 4, 11, 14, 15, 49.999]) expect(tick(state, at).events).toEqual([]);
    expect(nextWake(state, rungsFor(state))).toBe(day(50));
  });

  test('it ends by itself, once, and one message says how late the task is; the ladder goes on from there', () => {
    const { state, events, kinds } = tick(staying(50), 50);
    expect(types(events)).toEqual(['exception-ended', 'rung-fired']);
    expect(events[1]).toMatchObject({ days: 0, to: ['task-owner'], late: 36 });
    expect(kinds).toEqual([
      'late assess task-owner',
      'stay-ended assess task-owner+security-officer+programme-manager',
    ]);
    expect(state.exception).toBeNull();
    expect(tick(state, 50.5).events).toEqual([]);
    expect(tick(state, 51).events).toMatchObject([{ days: 1, to: ['task-owner', 'security-officer'] }]);
  });

  test('a renewal is asked for while it runs, for a later day, and counts', () => {
    const first = staying(50);
    expect(first.exceptionsAgreed).toBe(1);
    expect(codeOf(first, toStay(50))).toBe('not-later');
    const asks = after(first, [toStay(80)]);
    const { state, events } = accept(asks, decision(asks), { by: SRO });
    expect(state).toMatchObject({ exceptionsAgreed: 2, exception: { until: day(80) } });
    expect(noticesOf(asks, events, state)).toMatchObject([{ kind: 'stay-agreed', details: { renewals: 1 } }]);
    expect(tick(state, 50).events).toEqual([]);
    expect(types(tick(state, 80).events)).toEqual(['exception-ended', 'rung-fired']);
  });

  test('work goes on meanwhile, and the end of the case ends it', () => {
    const done = after(
      staying(50),
      [DO.covered],
      [DO.disconnect],
      [DO.book],
      [DO.remove],
      [DO.verify, { by: OFFICER }],
    );
    expect(done).toMatchObject({ outcome: 'removed', exception: null });
  });
});

describe('later dates', () => {
  const LATER: DateFacts = { upgradeOn: '2028-02-01', sensitivity: FACTS.sensitivity };
  const revise = (facts: DateFacts, start: number, number = 2): CommandBody => ({
    type: 'revise',
    facts,
    plan: planOf(number, day(start)),
    reason: 'the next upgrade moved',
  });
  const waits = after(opened(), [revise(LATER, 20), { by: SYSTEM }]);

  test('wait for the programme manager; earlier ones apply at once', () => {
    expect(waits.pending).toMatchObject([{ kind: 'later-dates', facts: LATER, needs: 'programme-manager' }]);
    expect(waits.stages).toEqual(opened().stages);
    const { state, events } = accept(opened(), revise(LATER, -20), { by: SYSTEM });
    expect(types(events)).toEqual(['facts-revised', 'planned']);
    expect(state).toMatchObject({ facts: LATER, pending: [], stages: { assess: { baseline: day(14), due: day(-6) } } });
  });

  test('apply at once where a programme manager says it, and the case says it of itself no more', () => {
    const { state } = accept(opened(), revise(LATER, 20), { by: MANAGER });
    expect(state).toMatchObject({ facts: LATER, stages: { assess: { baseline: day(14), due: day(34) } } });
    expect(codeOf(state, revise(LATER, 20, 3), SYSTEM)).toBe('unchanged');
  });

  test('agreed to, change the facts and the dates together; refused, neither', () => {
    const plan = planOf(2, day(20));
    const { state, events } = accept(waits, decision(waits, 'agreed', { kind: 'later-dates', plan }), { by: MANAGER });
    expect(types(events)).toEqual(['decided', 'facts-revised', 'planned']);
    expect(state).toMatchObject({ facts: LATER, stages: { assess: { due: day(34) } } });
    const refused = after(waits, [decision(waits, 'refused', { kind: 'later-dates' }), { by: MANAGER }]);
    expect(refused.stages).toEqual(opened().stages);
    expect(refused.facts).toEqual(opened().facts);
  });

  test('asked for again are known; others take their place; earlier ones end the waiting', () => {
    expect(codeOf(waits, revise(LATER, 20), SYSTEM)).toBe('unchanged');
    const other = after(waits, [revise({ ...LATER, upgradeOn: '2028-03-01' }, 30), { by: SYSTEM }]);
    expect(other.pending).toMatchObject([{ facts: { upgradeOn: '2028-03-01' } }]);
    expect(after(waits, [revise({ ...LATER, upgradeOn: '2027-03-01' }, -30), { by: SYSTEM }]).pending).toEqual([]);
  });

  test('are not waited for any more when everything is as it was', () => {
    const { upgradeOn, sensitivity } = FACTS;
    const body: CommandBody = { type: 'revise', facts: { upgradeOn, sensitivity }, plan: null, reason: 'moved' };
    const { state, events } = accept(waits, body, { by: SYSTEM });
    expect(types(events)).toEqual(['facts-revised']);
    expect(state).toMatchObject({ pending: [], facts: FACTS, stages: waits.stages });
    expect(codeOf(state, body, SYSTEM)).toBe('unchanged');
  });

  test('count only for stages that are still to be done', () => {
    const gone = after(opened(), [DO.alreadyRemoved]);
    const plan = {
      ...planOf(2),
      milestones: planOf(2).milestones.map((one) => (one.stage === 'remove' ? { ...one, due: day(500) } : one)),
    };
    expect(types(accept(gone, { type: 'revise', facts: LATER, plan, reason: 'x' }, { by: SYSTEM }).events)).toEqual([
      'facts-revised',
      'planned',
    ]);
  });
});

describe('an acknowledgement that expires', () => {
  const said = after(opened(), [{ type: 'acknowledge', until: day(3) }, { at: day(1) }]);

  test('tells whoever does the work, once, what was said when', () => {
    expect(nextWake(said, rungsFor(said))).toBe(day(3));
    expect(tick(said, 2.99).events).toEqual([]);
    const { state, events, kinds } = tick(said, 3);
    expect(events).toMatchObject([
      { type: 'acknowledgement-expired', saidOn: day(1), until: day(3), stages: ['assess'] },
    ]);
    expect(kinds).toEqual(['still-open assess task-owner']);
    expect(tick(state, 3.5).events).toEqual([]);
  });

  test('is nobody’s business once the stage is done', () => {
    const next = after(said, [DO.covered, { at: day(2) }]);
    expect(currentStages(next)).toEqual(['disconnect', 'schedule']);
    expect(tick(next, 3).events).toEqual([]);
  });

  test('of two stages side by side speaks of the one that is left', () => {
    const two = after(STATES.work, [{ type: 'acknowledge', until: day(3) }], [DO.disconnect]);
    expect(tick(two, 3).events).toMatchObject([{ type: 'acknowledgement-expired', stages: ['schedule'] }]);
    expect(tick(two, 3).kinds).toEqual(['still-open schedule task-owner']);
  });

  test('raises no revision: nobody’s link dies of it', () => {
    expect(tick(said, 3).state.revision).toBe(said.revision);
  });
});

describe('by a clock that runs backwards', () => {
  const at = (state: CaseState, body: CommandBody, days: number, by: Actor = SYSTEM) =>
    accept(state, body, { by, at: day(days) });
  const due = opened({}, planDue(1, day(100)));

  test('nothing fires twice, and nothing happens before what happened before it', () => {
    const first = at(due, { type: 'tick', rungs: rungsFor(due) }, 90);
    const second = at(first.state, { type: 'tick', rungs: rungsFor(first.state) }, 60);
    expect(second.events).toEqual([]);
    const third = at(first.state, { type: 'tick', rungs: rungsFor(first.state) }, 97);
    expect(third.events).toMatchObject([{ days: -3, at: day(97) }]);
  });

  test('a command counts from the last event, so that an exception does not end early nor begin in the past', () => {
    const waits = at(due, toStay(95), 80, OWNER).state;
    const stays = accept(waits, decision(waits), { by: MANAGER, at: day(10) });
    expect(stays.events[0]).toMatchObject({ at: day(80) });
    expect(at(stays.state, { type: 'tick', rungs: rungsFor(stays.state) }, 20).events).toEqual([]);
    expect(types(at(stays.state, { type: 'tick', rungs: rungsFor(stays.state) }, 95).events)).toEqual([
      'exception-ended',
      'rung-fired',
    ]);
  });
});
