import { describe, expect, test } from '@jest/globals';
import { crossingsOf, type Standing } from '../../../domain/figures/crossings';
import { caseDates } from '../../../domain/figures/case-dates';
import { type CaseEvent, type CommandBody, NEW_CASE, project, SYSTEM } from '../../../domain/lifecycle';
import { ragOf } from '../../../domain/rag';
import { accept, DO, day, MANAGER, OFFICER, open, opened, after, retract, type Sending } from '../../support/a-case';

const STANDING: Standing = {
  counted: false,
  departmentId: '?',
  finding: 'covered',
  confirmedCovered: false,
  found: 'found-later',
};

/** All events of a case that takes these commands after it has opened. */
function history(finding: 'covered' | 'suspect', ...steps: readonly (readonly [CommandBody, Sending?])[]): CaseEvent[] {
  let { state, events } = accept(NEW_CASE, open({ finding }), { by: SYSTEM });
  const all = [...events];
  for (const [body, sending] of steps) {
    ({ state, events } = accept(state, body, sending));
    all.push(...events);
  }
  return all;
}

const told = (events: readonly CaseEvent[]): string[] =>
  crossingsOf(STANDING, events).map(
    ({ kind, change, departmentId, mustGo }) =>
      `${change > 0 ? '+' : '-'} ${kind} ${departmentId} ${mustGo ? 'must go' : 'to look at'}`,
  );

describe('crossings', () => {
  test('a covered device comes once and goes once', () => {
    const events = history(
      'covered',
      [DO.covered],
      [DO.disconnect],
      [DO.book],
      [DO.remove],
      [DO.verify, { by: OFFICER }],
    );
    expect(told(events)).toEqual(['+ found-later D-1 must go', '- removed D-1 must go']);
  });

  test('a suspect is counted apart until somebody has looked, and again where that was a mistake', () => {
    const events = history('suspect', [DO.covered], [retract('assess')], [DO.notFound]);
    expect(told(events)).toEqual([
      '+ found-later D-1 to look at',
      '- confirmed D-1 to look at',
      '+ confirmed D-1 must go',
      '- unconfirmed D-1 must go',
      '+ unconfirmed D-1 to look at',
      '- other D-1 to look at',
    ]);
  });

  test('a move between departments is out of one and into the other; within a department it is none', () => {
    const events = history(
      'covered',
      [DO.transfer, { by: SYSTEM }],
      [{ ...DO.transfer, siteId: 'S-8' }, { by: SYSTEM }],
    );
    expect(told(events)).toEqual(['+ found-later D-1 must go', '- moved-out D-1 must go', '+ moved-in D-9 must go']);
  });

  test('a batch goes on where the register has the case', () => {
    const events = history('suspect', [DO.covered], [{ ...DO.withdraw, outcome: 'out-of-scope' }, { by: MANAGER }]);
    const closed = events.filter(({ type }) => type === 'closed');
    const standing = {
      ...STANDING,
      counted: true,
      departmentId: 'D-7',
      finding: 'suspect' as const,
      confirmedCovered: true,
    };
    expect(crossingsOf(standing, closed)).toMatchObject([
      { kind: 'other', change: -1, departmentId: 'D-7', mustGo: true },
    ]);
  });
});

test('first due and slip give the colour that all milestones give', () => {
  const states = [
    opened(),
    after(opened(), [DO.covered]),
    after(opened(), [DO.covered], [{ ...DO.book, on: '2027-10-01', forecast: '2027-10-01T17:00:00.000Z' }]),
  ];
  for (const state of states)
    for (let days = 0; days < 150; days += 1) {
      const { milestones } = project(state)!;
      const { firstDue, slips } = caseDates(milestones);
      const now = day(days);
      const late = slips || (firstDue !== null && firstDue < now);
      const colour = late ? 'red' : firstDue !== null && firstDue <= day(days + 10) ? 'amber' : 'green';
      expect(colour).toBe(ragOf(milestones, now, 10));
    }
});
