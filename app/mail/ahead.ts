import { type CaseEvent, type CaseState, decide, evolve, NEW_CASE, nextWake, SYSTEM } from '../../domain/lifecycle';
import { type Notice, noticesOf } from '../../domain/notices/notices';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { type Nation } from '../../domain/vocabulary';
import { type CaseToPlan } from '../../register/planning';
import { planFor, rungsAhead } from '../plan';

/** A case at some instant, and what people are told because of what has just happened. */
export interface Step {
  readonly at: Instant;
  readonly notices: readonly Notice[];
  readonly state: CaseState;
}

const ENVELOPE = { commandId: 'forecast', actor: SYSTEM, expectedRevision: null } as const;

/** The case as its recorded events leave it. */
export function stateOf(events: readonly CaseEvent[]): CaseState {
  return events.reduce(evolve, NEW_CASE);
}

/**
 * What follows when a case's clock is set going at `now`: by programme start, or by opening it. The case's own rules
 * decide, so that what is foretold is what happens.
 * @param state {@link NEW_CASE} for one that is not open yet
 * @returns null where nothing follows: the clock runs already, or the case is closed
 */
export function clockStarts(
  item: CaseToPlan,
  state: CaseState,
  policy: Policy,
  startedAt: Instant,
  now: Instant,
): Step | null {
  if (state.planNumber > 0 || state.outcome !== null) return null;
  const plan = planFor(item, policy, { startedAt }, state.planNumber + 1);
  if (plan === null) return null;
  const decision =
    state.facts === null
      ? decide(state, { type: 'open', facts: item.facts, plan, ...ENVELOPE }, now)
      : decide(state, { type: 'replan', plan, reason: 'programme started', ...ENVELOPE }, now);
  if (!decision.accepted) return null;
  return { at: now, notices: noticesOf(state, decision.events, decision.state), state: decision.state };
}

/** The instants at which the case's ladders tell somebody something, if nobody does anything: endless while it is open. */
export function* laddersAhead(from: CaseState, policy: Policy, nation: Nation, now: Instant): Generator<Step> {
  for (let state = from, last = now; ;) {
    const rungs = rungsAhead(state, policy, nation);
    const wake = nextWake(state, rungs);
    if (wake === null) return;
    const at = wake > last ? wake : last;
    const decision = decide(state, { type: 'tick', rungs, ...ENVELOPE, commandId: `tick/${state.sequence}` }, at);
    if (!decision.accepted || decision.events.length === 0) return;
    const notices = noticesOf(state, decision.events, decision.state);
    if (notices.length > 0) yield { at, notices, state: decision.state };
    state = decision.state;
    last = at;
  }
}
