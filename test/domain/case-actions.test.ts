import { describe, expect, test } from '@jest/globals';
import { ACTION_OF, type ActionState, actionsFor, type CommandAction, turnOf } from '../../domain/case-actions';
import { type CaseState, type CommandBody, currentStages, project, type RequestKind } from '../../domain/lifecycle';
import { STAGES } from '../../domain/vocabulary';
import { day, decision, DO, MANAGER, retract, send, STATES } from '../support/a-case';

const OPEN = Object.entries(STATES).filter(([name]) => name !== 'new');

function stateOf(state: CaseState): ActionState {
  const projection = project(state);
  if (projection === null) throw new Error('not open');
  return projection;
}

/** Bodies of which at least one is accepted wherever the action is possible at all. */
const bodies = (state: CaseState): Readonly<Record<CommandAction, readonly CommandBody[]>> => ({
  'record-assessment': [DO.covered],
  'confirm-disconnection': [DO.disconnect],
  'schedule-replacement': [DO.book],
  'confirm-removal': [DO.remove],
  'submit-evidence': [DO.submit],
  'verify-removal': [DO.verify],
  'request-extension': STAGES.map((stage) => ({
    ...DO.moreTime,
    ask: { ...DO.moreTime.ask, stage, due: state.stages[stage].due?.replace('T09', 'T17') ?? day(1) },
  })),
  'decide-extension': decisions(state, 'extension'),
  'request-exception': [DO.toStay],
  'decide-exception': decisions(state, 'exception'),
  'move-upgrade': [
    { type: 'revise', facts: { upgradeOn: '2027-01-01', sensitivity: 'sensitive' }, plan: null, reason: 'Moved.' },
  ],
  acknowledge: [DO.acknowledge],
  reassign: [DO.reassign],
  retract: STAGES.map((stage) => retract(stage)),
  withdraw: [DO.withdraw],
});

function decisions(state: CaseState, kind: RequestKind): CommandBody[] {
  return state.pending.flatMap((asked) => (asked.kind === kind ? [decision({ ...state, pending: [asked] })] : []));
}

describe('what may be done to a case', () => {
  test.each(OPEN)('in "%s": it is the turn of the stages that the lifecycle says', (_name, state) => {
    expect(turnOf(stateOf(state))).toEqual(currentStages(state));
  });

  test.each(OPEN)('in "%s": what is offered is what the case accepts, and nothing else', (_name, state) => {
    const offered = actionsFor(stateOf(state)).filter((action) => action !== 'reopen');
    const accepted = Object.entries(bodies(state)).flatMap(([action, tried]) =>
      tried.some((body) => send(state, body, { by: MANAGER }).accepted) ? [action] : [],
    );
    // A proposal can be taken back before anything is confirmed.
    const proposal = state.proposedBy === null ? [] : ['retract'];
    expect([...new Set([...offered, ...proposal])].sort()).toEqual(accepted.sort());
  });

  test('a closed case can be reopened, unless it speaks for a duplicate', () => {
    const closed = stateOf(STATES.closed);
    expect(actionsFor(closed)).toEqual(['reopen']);
    expect(actionsFor({ ...closed, outcome: 'duplicate' })).toEqual([]);
  });

  test('nothing is asked of a case that is not open yet', () => {
    expect(actionsFor({ status: 'opening', outcome: null, milestones: [], pending: [] })).toEqual([]);
  });

  test('every stage has its action', () => {
    expect(Object.keys(ACTION_OF)).toEqual([...STAGES]);
  });
});
