import { type CaseEvent } from './events';
import { evolve } from './evolve';
import { type Answered, type CaseState, NEW_CASE, REMEMBERED } from './state';

/**
 * The state that a case's whole trail leads to, with the commands that it remembers: a repeat sent after a lost workflow
 * was started again still gets its first answer.
 * @param events from the first on, in order
 */
export function rebuild(events: readonly CaseEvent[]): CaseState {
  const answers = new Map<string, Answered>();
  let state = NEW_CASE;
  for (const event of events) {
    state = evolve(state, event);
    const { commandId } = event;
    if (event.type !== 'rung-fired')
      answers.set(commandId, { commandId, revision: state.revision, sequence: state.sequence });
  }
  return { ...state, recent: [...answers.values()].slice(-REMEMBERED) };
}
