import { unreachable } from '../errors';
import { type CaseEvent } from './events';
import { type Ask, type PendingRequest } from './requests';
import { type CaseState } from './state';

type RequestEvent = Extract<
  CaseEvent,
  { type: 'requested' } | { type: 'decided' } | { type: 'facts-revised' } | { type: 'exception-ended' }
>;
type Decided = Extract<CaseEvent, { type: 'decided' }>;

/** A later wish of the same kind takes the place of one that nobody has decided. */
function isReplacedBy(pending: PendingRequest, ask: Ask): boolean {
  return pending.kind === 'later-dates' && ask.kind === 'later-dates';
}

function agreed(state: CaseState, { requestId, ask }: Decided): CaseState {
  switch (ask.kind) {
    case 'extension': {
      const { extensionsAgreed } = state;
      const count = extensionsAgreed[ask.stage] + 1;
      return { ...state, extensionsAgreed: { ...extensionsAgreed, [ask.stage]: count } };
    }
    case 'exception': {
      const { until, control } = ask;
      return { ...state, exception: { requestId, until, control }, exceptionsAgreed: state.exceptionsAgreed + 1 };
    }
    case 'later-dates':
      // The event that follows says what has changed.
      return state;
    default:
      return unreachable(ask);
  }
}

/** The state after somebody asked for something, it was decided, or what the dates follow from changed. */
export function evolveRequest(state: CaseState, event: RequestEvent): CaseState {
  switch (event.type) {
    case 'requested': {
      const { requestId, ask, text, roles, needs, actor, enteredBy, at } = event;
      const asked: PendingRequest = { ...ask, requestId, text, by: actor, typedBy: enteredBy, roles, needs, at };
      return { ...state, pending: [...state.pending.filter((one) => !isReplacedBy(one, ask)), asked] };
    }
    case 'decided': {
      const pending = state.pending.filter(({ requestId }) => requestId !== event.requestId);
      const rest = { ...state, pending };
      return event.verdict === 'agreed' ? agreed(rest, event) : rest;
    }
    case 'facts-revised': {
      const { facts, pending } = state;
      if (facts === null) return state;
      const { upgradeOn, sensitivity } = event.facts;
      return {
        ...state,
        facts: { ...facts, upgradeOn, sensitivity },
        pending: pending.filter(({ kind }) => kind !== 'later-dates'),
      };
    }
    case 'exception-ended':
      return { ...state, exception: null };
    default:
      return unreachable(event);
  }
}
