import { describe, expect, test } from '@jest/globals';
import { type CaseState, type CommandBody, NEW_CASE, SYSTEM } from '../../../domain/lifecycle';
import { noticesOf } from '../../../domain/notices/notices';
import {
  accept,
  after,
  day,
  DO,
  MANAGER,
  OFFICER,
  open,
  OPENED_AT,
  opened,
  OWNER,
  planOf,
  retract,
  rungsFor,
  type Sending,
  STATES,
} from '../../support/a-case';

/** Who is told what by a command: `kind stage role`. */
function said(state: CaseState, body: CommandBody, sending: Sending = {}): string[] {
  const { events, state: next } = accept(state, body, sending);
  return noticesOf(state, events, next).map(({ kind, stage, to }) => `${kind} ${stage} ${to.join('+')}`);
}

const planned = (state: CaseState, number = 1): CaseState =>
  after(state, [{ type: 'replan', plan: planOf(number), reason: 'started' }, { by: SYSTEM }]);

describe('who is told what', () => {
  const cases: readonly (readonly [string, CaseState, CommandBody, Sending, readonly string[]])[] = [
    ['an opening tells the owner the first task', NEW_CASE, open(), { at: OPENED_AT }, ['task assess task-owner']],
    ['an opening before the programme has started tells nobody', NEW_CASE, open({}, null), { at: OPENED_AT }, []],
    ['what is done before the programme has started tells nobody', opened({}, null), DO.covered, {}, []],
    [
      'the programme’s start tells the task whose turn it is',
      opened({}, null),
      { type: 'replan', plan: planOf(1), reason: '' },
      { by: SYSTEM },
      ['task assess task-owner'],
    ],
    [
      'a replan tells nobody by itself',
      STATES.work,
      { type: 'replan', plan: planOf(2), reason: '' },
      { by: SYSTEM },
      [],
    ],
    [
      'an assessment tells the two tasks that follow',
      STATES.assess,
      DO.covered,
      {},
      ['task disconnect task-owner', 'task schedule task-owner'],
    ],
    [
      'a device off the core network has one task to follow',
      opened({ offCore: true }),
      DO.covered,
      {},
      ['task schedule task-owner'],
    ],
    ['the first of two side by side tells nothing new', STATES.work, DO.book, {}, []],
    ['the second of two tells the removal', STATES.booked, DO.disconnect, {}, ['task remove task-owner']],
    ['a removal asks the security officer to check', STATES.remove, DO.remove, {}, ['task verify security-officer']],
    [
      '"already removed" asks the security officer to check',
      STATES.assess,
      DO.alreadyRemoved,
      {},
      ['task verify security-officer'],
    ],
    [
      '"not covered" asks the security officer to agree',
      STATES.assess,
      DO.notCovered,
      {},
      ['agreement assess security-officer'],
    ],
    ['a closing tells nobody', STATES.verify, DO.verify, { by: OFFICER }, []],
    ['evidence tells nobody', STATES.work, DO.submit, {}, []],
    ['an acknowledgement tells nobody', STATES.work, DO.acknowledge, {}, []],
    ['what is taken back is a task again', STATES.verify, retract('remove'), {}, ['task remove task-owner']],
    [
      'a new owner is told the tasks of the moment',
      STATES.work,
      DO.reassign,
      {},
      ['task disconnect task-owner', 'task schedule task-owner'],
    ],
    [
      'another department gets a handover of what is open',
      STATES.booked,
      DO.transfer,
      { by: MANAGER },
      ['handover disconnect task-owner'],
    ],
    [
      'a handover of a device to be checked goes to the new security officer',
      STATES.verify,
      DO.transfer,
      { by: MANAGER },
      ['handover verify security-officer'],
    ],
  ];
  test.each(cases)('%s', (_what, state, body, sending, expected) => {
    expect(said(state, body, sending)).toEqual(expected);
  });
});

describe('a rung', () => {
  const ticked = (state: CaseState, at: string) =>
    said(state, { type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at });

  test.each([
    [4, ['reminder assess task-owner']],
    [14, ['due-today assess task-owner']],
    [14.5, ['late assess task-owner']],
    [15, ['late assess task-owner']],
    [40, ['late assess task-owner']],
  ])('on day %d of a case due on day 14 says %p', (at, expected) => {
    expect(ticked(opened(), day(at))).toEqual(expected);
  });

  test('about checking, what the owner would be told goes to the security officer, and to each role once', () => {
    const { verify } = STATES;
    expect(ticked(verify, day(106))).toEqual(['reminder verify security-officer']);
    const told = after(verify, [
      { type: 'tick', rungs: rungsFor(verify) },
      { by: SYSTEM, at: day(116) },
    ]);
    expect(ticked(told, day(117))).toEqual(['late verify security-officer']);
  });

  test('that an acknowledgement silenced tells nobody', () => {
    const quiet = after(opened(), [DO.acknowledge]);
    expect(ticked(quiet, day(4))).toEqual([]);
  });
});

describe('the key of a notice', () => {
  test('differs for every notice of a case, so that none is taken for a repeat', () => {
    const keys: string[] = [];
    let state: CaseState = NEW_CASE;
    const step = (body: CommandBody, sending: Sending = {}): void => {
      const { events, state: next } = accept(state, body, sending);
      keys.push(...noticesOf(state, events, next).map(({ key, to }) => `${key}/${to.join()}`));
      state = next;
    };
    step(open(), { at: OPENED_AT });
    step({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(4) });
    step(DO.covered, { by: OWNER });
    step(retract('assess'));
    step(DO.covered);
    step(retract('assess'));
    step({ type: 'replan', plan: planOf(2, day(3)), reason: '' }, { by: SYSTEM });
    step({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(7) });
    step({ type: 'replan', plan: planOf(3, day(4)), reason: '' }, { by: SYSTEM });
    step({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(8) });
    expect(keys.length).toBeGreaterThan(8);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is the same for the same command, so that what is recorded twice is written once', () => {
    const body: CommandBody = { type: 'tick', rungs: rungsFor(STATES.work) };
    const keys = [1, 2].map(() => {
      const { events, state } = accept(STATES.work, body, { by: SYSTEM, at: day(20) });
      return noticesOf(STATES.work, events, state).map(({ key }) => key);
    });
    expect(keys[0]).toEqual(keys[1]);
    expect(keys[0]).toEqual(['k_abc/disconnect/1/disconnect-10']);
  });

  test('names the event that asks for it', () => {
    const { events, state } = accept(STATES.assess, DO.covered);
    expect(noticesOf(STATES.assess, events, state).map(({ sequence }) => sequence)).toEqual([3, 3]);
    expect(noticesOf(planned(opened({}, null)), [], STATES.work)).toEqual([]);
  });
});
