import { type Instant } from '../records';
import { act } from './actions';
import { type Command, type CommandType } from './commands';
import { type CaseEvent } from './events';
import { evolve } from './evolve';
import { Refusal, type Rejection, insist } from './rejection';
import { type Answered, type CaseState, currentStages } from './state';

/** The answer to a command. Accepted with no events: nothing was due, or the command is a repeat. */
export type Decision =
  | {
      readonly accepted: true;
      readonly events: readonly CaseEvent[];
      readonly state: CaseState;
      readonly answer: Answered;
    }
  | ({ readonly accepted: false } & Rejection);

/** What people do to a case; only a contact with a role for it, or ops, may. */
const PERSONAL: ReadonlySet<CommandType> = new Set<CommandType>([
  'record-assessment',
  'confirm-disconnection',
  'schedule-replacement',
  'confirm-removal',
  'submit-evidence',
  'verify-removal',
  'acknowledge',
  'reassign',
  'retract',
  'request',
  'decide',
  'revise',
]);

/** What only programme managers, the SRO, ops or the system may do. */
const PROGRAMME: ReadonlySet<CommandType> = new Set<CommandType>(['withdraw', 'transfer', 'absorb', 'replan']);

function mayAct({ type, actor }: Command): void {
  if (actor.kind !== 'contact') return;
  if (PERSONAL.has(type)) {
    insist(
      actor.roles.length > 0,
      'not-allowed',
      'You hold no role for this case: its department or the programme has to act.',
    );
  }
  if (PROGRAMME.has(type)) {
    insist(
      actor.roles.some((role) => role === 'programme-manager' || role === 'sro'),
      'not-allowed',
      'Only a programme manager or the SRO may do this.',
    );
  }
}

/** A text with a NUL character can be written down nowhere: once accepted, it could never be recorded. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul);
}

function mayBeHeard(state: CaseState, command: Command): void {
  if (command.type === 'open') {
    insist(state.facts === null, 'already-open', 'The case is open already.');
    return;
  }
  insist(state.facts !== null, 'not-open', 'The case is not open yet.');
  insist(
    state.outcome === null,
    'case-closed',
    `The case was closed as ${String(state.outcome)}. To start it again: clearsite cases act ${state.facts.caseId} reopen --reason "…".`,
  );
  insist(
    command.expectedRevision === null || command.expectedRevision === state.revision,
    'stale-revision',
    `The case has changed since you looked (revision ${state.revision}, you saw ${String(command.expectedRevision)}): look again, then decide.`,
  );
  mayAct(command);
}

function envelope(state: CaseState, command: Command, at: Instant, offset: number): Omit<CaseEvent, 'type'> {
  const { commandId, actor } = command;
  return { sequence: state.sequence + offset + 1, at, commandId, actor: actor.id, enteredBy: actor.enteredBy } as Omit<
    CaseEvent,
    'type'
  >;
}

/**
 * Decides a command: the events that follow from it, or why not. Pure; the state it returns is the fold of those events.
 * @param now when, by the workflow's clock; time never runs backwards within a case
 */
export function decide(state: CaseState, command: Command, now: Instant): Decision {
  const known = state.recent.find(({ commandId }) => commandId === command.commandId);
  if (known !== undefined) return { accepted: true, events: [], state, answer: known };
  const at = now < state.lastAt ? state.lastAt : now;
  try {
    mayBeHeard(state, command);
    insist(!holdsNul(command), 'not-text', 'A text has a NUL character, which cannot be kept: leave it out.');
    const bodies = act(state, command, at, currentStages(state));
    const events = bodies.map((body, offset) => ({ ...envelope(state, command, at, offset), ...body }) as CaseEvent);
    const after = events.reduce(evolve, state);
    const answer = { commandId: command.commandId, revision: after.revision, sequence: after.sequence };
    return { accepted: true, events, state: after, answer };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { accepted: false, code: error.code, message: error.message };
  }
}
