import { describe, expect, test } from '@jest/globals';
import { decide, NEW_CASE, raisesRevision, REMEMBERED, SYSTEM } from '../../../domain/lifecycle';
import {
  accept,
  after,
  command,
  day,
  DO,
  enteredBy,
  MANAGER,
  OFFICER,
  open,
  opened,
  OWNER,
  planOf,
  rungsFor,
  send,
  STATES,
} from '../../support/a-case';

describe('what a sender saw', () => {
  test('a command for the revision that stands is heard', () => {
    expect(send(STATES.work, DO.disconnect, { revision: STATES.work.revision }).accepted).toBe(true);
  });

  test.each([-1, 1])('a command for another revision (%i) is stale, and the sentence names both', (off) => {
    const { revision } = STATES.work;
    expect(send(STATES.work, DO.disconnect, { revision: revision + off })).toMatchObject({
      accepted: false,
      code: 'stale-revision',
      message: expect.stringMatching(new RegExp(`revision ${revision}, you saw ${revision + off}\\b`)),
    });
  });

  test('that the case is closed is said before that one has seen an old revision', () => {
    expect(send(STATES.closed, DO.disconnect, { revision: 1 })).toMatchObject({ code: 'case-closed' });
  });

  test('of two contradictory commands for the same revision the second is stale', () => {
    const first = accept(STATES.assess, DO.covered, { revision: STATES.assess.revision });
    expect(send(first.state, DO.notFound, { revision: STATES.assess.revision })).toMatchObject({
      code: 'stale-revision',
    });
  });
});

test.each(['commandId', 'note'])(
  'a command with a NUL character in its %s, which no register keeps, is refused',
  (where) => {
    const good = command(DO.disconnect, { revision: STATES.work.revision });
    const bad = { ...good, [where]: 'Port\0shut' };
    expect(decide(STATES.work, bad as typeof good, day(1))).toMatchObject({ accepted: false, code: 'not-text' });
  },
);

describe('repeats', () => {
  test('the same command again is accepted with the first answer, no event and no change', () => {
    const asked = command(DO.disconnect, { revision: STATES.work.revision });
    const first = decide(STATES.work, asked, day(1));
    if (!first.accepted) throw new Error(first.code);
    const later = after(first.state, [DO.book]);
    const again = decide(later, asked, day(2));
    expect(again).toEqual({ accepted: true, events: [], state: later, answer: first.answer });
  });

  test('the same command again is answered even when the case has been closed since', () => {
    const asked = command(DO.verify, { by: OFFICER });
    const first = decide(STATES.verify, asked, day(1));
    if (!first.accepted) throw new Error(first.code);
    expect(decide(first.state, asked, day(2))).toMatchObject({ accepted: true, events: [], answer: first.answer });
  });

  test('a refused command is not remembered: mended circumstances let it through', () => {
    const asked = command(DO.remove);
    expect(decide(STATES.booked, asked, day(1))).toMatchObject({ code: 'not-yet' });
    expect(decide(after(STATES.booked, [DO.disconnect]), asked, day(1)).accepted).toBe(true);
  });

  test(`the last ${REMEMBERED} commands are remembered, reminders not among them`, () => {
    let state = after(STATES.work, [DO.submit, { commandId: 'early' }]);
    for (let count = 1; count < REMEMBERED; count += 1) state = after(state, [DO.submit]);
    for (let count = 1; count <= 3; count += 1) {
      state = after(state, [
        { type: 'tick', rungs: rungsFor(state) },
        { by: SYSTEM, at: day(30 + count) },
      ]);
    }
    expect(state.recent).toHaveLength(REMEMBERED);
    expect(send(state, DO.submit, { commandId: 'early' })).toMatchObject({ events: [] });
    expect(send(after(state, [DO.submit]), DO.submit, { commandId: 'early' })).toMatchObject({ events: [{}] });
  });
});

describe('events', () => {
  test('are numbered 1, 2, 3 … and carry command, actor and who typed it', () => {
    const { events } = accept(NEW_CASE, open(), { by: SYSTEM, commandId: 'open' });
    expect(events).toMatchObject([
      { type: 'opened', sequence: 1, commandId: 'open', actor: 'system', enteredBy: null },
      { type: 'planned', sequence: 2, commandId: 'open' },
    ]);
    const { events: next } = accept(opened(), DO.covered, { by: enteredBy(MANAGER, OWNER) });
    expect(next).toMatchObject([{ sequence: 3, actor: OWNER.id, enteredBy: MANAGER.id }]);
  });

  test('never run backwards: a clock that does is held at the last event', () => {
    const late = after(opened(), [DO.submit, { at: day(5) }]);
    expect(accept(late, DO.covered, { at: day(4) }).events).toMatchObject([{ at: day(5) }]);
  });

  test('a case opened before the programme starts has no clock, baseline or wake', () => {
    const quiet = opened({}, null);
    expect(quiet.planNumber).toBe(0);
    expect(Object.values(quiet.stages).every(({ due, baseline }) => due === null && baseline === null)).toBe(true);
    const started = after(quiet, [{ type: 'replan', plan: planOf(1, day(3)), reason: 'started' }, { by: SYSTEM }]);
    expect(started.stages.assess).toMatchObject({ due: day(17), baseline: day(17), rule: 'stage-budget' });
  });

  test('the original date stays whatever is replanned', () => {
    const moved = after(STATES.work, [{ type: 'replan', plan: planOf(2, day(9)), reason: 'moved' }, { by: SYSTEM }]);
    expect(moved.stages.remove).toMatchObject({ due: day(111), baseline: day(102) });
  });
});

describe('the revision', () => {
  test.each(['rung-fired', 'acknowledged', 'evidence-submitted'] as const)('does not rise for %s', (type) => {
    expect(raisesRevision(type)).toBe(false);
  });

  test('rises once for each event that changes stage, plan or decision', () => {
    expect(STATES.assess.revision).toBe(2);
    expect(STATES.work.revision).toBe(3);
    expect(STATES.closed.revision).toBe(8);
  });

  test('survives a reminder, so that a link in an earlier mail stays good', () => {
    const { state } = accept(
      STATES.assess,
      { type: 'tick', rungs: rungsFor(STATES.assess) },
      { by: SYSTEM, at: day(4) },
    );
    expect(state.sequence).toBe(STATES.assess.sequence + 1);
    expect(state.revision).toBe(STATES.assess.revision);
  });
});
