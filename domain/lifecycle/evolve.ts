import { type Instant } from '../records';
import { type WorkStage } from '../vocabulary';
import { unreachable } from '../errors';
import { type CaseEvent, raisesRevision } from './events';
import { evolveRequest } from './evolve-request';
import { type Answered, type CaseState, type LadderState, type Plan, REMEMBERED, type StageState } from './state';

type Stages = Record<WorkStage, StageState>;
type Ladders = Record<WorkStage, LadderState>;

/** The stages that an `already-removed` device does not go through. */
const NOT_NEEDED_ONCE_REMOVED = ['disconnect', 'schedule', 'remove'] as const;

function withStage(state: CaseState, stage: WorkStage, change: Partial<StageState>): CaseState {
  return { ...state, stages: { ...state.stages, [stage]: { ...state.stages[stage], ...change } } };
}

function done(state: CaseState, stage: WorkStage, event: CaseEvent): CaseState {
  return withStage(state, stage, { done: event.at, by: event.actor, typedBy: event.enteredBy });
}

function skip(state: CaseState, stages: readonly WorkStage[], skipped: 'skipped' | 'needed'): CaseState {
  return stages.reduce((next, stage) => withStage(next, stage, { skipped: skipped === 'skipped' }), state);
}

/** The ladder of a due instant: where it was left, so that no replan repeats a rung that fired for that instant. */
function moved(ladder: LadderState, due: Instant): LadderState {
  if (ladder.due === due) return ladder;
  const left =
    ladder.due === null || ladder.cursor === null
      ? ladder.left
      : [...ladder.left, { due: ladder.due, cursor: ladder.cursor, anchor: ladder.anchor }];
  const { cursor, anchor } = left.find((other) => other.due === due) ?? { cursor: null, anchor: null };
  return { ...ladder, due, cursor, anchor, left: left.filter((other) => other.due !== due) };
}

function planned(state: CaseState, plan: Plan): CaseState {
  const stages: Stages = { ...state.stages };
  const ladders: Ladders = { ...state.ladders };
  for (const { stage, due, rule } of plan.milestones) {
    const before = stages[stage];
    stages[stage] = { ...before, due, rule, baseline: before.baseline ?? due };
    ladders[stage] = moved(ladders[stage], due);
  }
  return { ...state, planNumber: plan.number, stages, ladders };
}

function retracted(state: CaseState, stage: WorkStage): CaseState {
  const back = withStage(state, stage, { done: null, by: null, typedBy: null });
  switch (stage) {
    case 'assess': {
      const needed = back.facts?.offCore === true ? (['schedule', 'remove'] as const) : NOT_NEEDED_ONCE_REMOVED;
      return { ...skip(back, needed, 'needed'), result: null, proposedBy: null, confirmedCovered: false };
    }
    case 'schedule':
      return {
        ...withStage(withStage(back, 'remove', { forecast: null }), 'verify', { forecast: null }),
        bookedOn: null,
      };
    case 'disconnect':
    case 'remove':
    case 'verify':
      return back;
    default:
      return unreachable(stage);
  }
}

function apply(state: CaseState, event: CaseEvent): CaseState {
  switch (event.type) {
    case 'opened': {
      const opened = { ...state, facts: event.facts };
      return event.facts.offCore ? skip(opened, ['disconnect'], 'skipped') : opened;
    }
    case 'planned':
      return planned(state, event.plan);
    case 'assessment-proposed':
      return { ...state, proposedBy: event.actor };
    case 'assessed': {
      const assessed = { ...done(state, 'assess', event), result: event.result, proposedBy: null };
      if (event.result === 'already-removed') return skip(assessed, NOT_NEEDED_ONCE_REMOVED, 'skipped');
      return event.result === 'covered' ? { ...assessed, confirmedCovered: true } : assessed;
    }
    case 'disconnected':
      return done(state, 'disconnect', event);
    case 'scheduled':
      return {
        ...withStage(done(state, 'schedule', event), 'remove', { forecast: event.forecast }),
        bookedOn: event.on,
      };
    case 'removed':
      return done(state, 'remove', event);
    case 'evidence-submitted':
      return { ...state, evidence: [...state.evidence, event.evidence] };
    case 'verified':
      return done(state, 'verify', event);
    case 'closed':
      return { ...state, outcome: event.outcome, pending: [], exception: null };
    case 'acknowledged':
      return {
        ...state,
        acknowledgedAt: event.at,
        acknowledgedUntil: event.until,
        acknowledgedStages: event.stages,
      };
    case 'acknowledgement-expired':
      return { ...state, acknowledgedAt: null, acknowledgedUntil: null, acknowledgedStages: [] };
    case 'requested':
    case 'decided':
    case 'facts-revised':
    case 'exception-ended':
      return evolveRequest(state, event);
    case 'reassigned':
      return { ...state, owner: event.to };
    case 'retracted':
      return retracted(state, event.stage);
    case 'transferred':
      return state.facts === null
        ? state
        : { ...state, owner: null, facts: { ...state.facts, siteId: event.siteId, departmentId: event.departmentId } };
    case 'absorbed':
      return state;
    case 'rung-fired': {
      const ladder = state.ladders[event.stage];
      const told = [...ladder.told, ...event.to.filter((role) => !ladder.told.includes(role))];
      const climbed: LadderState = { ...ladder, due: event.due, cursor: event.days, anchor: event.anchor, told };
      return { ...state, ladders: { ...state.ladders, [event.stage]: climbed } };
    }
    default:
      return unreachable(event);
  }
}

/** The commands a case remembers, with this event's among them. Rungs are fired by the case itself and never repeated. */
function remember(recent: readonly Answered[], event: CaseEvent, revision: number): readonly Answered[] {
  if (event.type === 'rung-fired') return recent;
  const { commandId, sequence } = event;
  const others = recent.at(-1)?.commandId === commandId ? recent.slice(0, -1) : recent;
  return [...others, { commandId, revision, sequence }].slice(-REMEMBERED);
}

/** The state after an event. Pure and total: whatever `decide` gave is applied, in order, and counted. */
export function evolve(state: CaseState, event: CaseEvent): CaseState {
  const next = apply(state, event);
  const revision = next.revision + (raisesRevision(event.type) ? 1 : 0);
  return {
    ...next,
    sequence: event.sequence,
    lastAt: event.at,
    revision,
    recent: remember(state.recent, event, revision),
  };
}
