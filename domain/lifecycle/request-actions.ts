import { unreachable } from '../errors';
import { type Instant } from '../records';
import { type WorkStage } from '../vocabulary';
import { STAGE_WORDS } from '../wording';
import { type Actor, type Command } from './commands';
import { type EventBody } from './events';
import { movesLater, newer, planned } from './planned';
import { insist, Refusal } from './rejection';
import { type Ask, type Decider, type PendingRequest } from './requests';
import { type CaseState, type DateFacts, type Plan } from './state';
import { text } from './text';

/** The stages whose dates an extension may not pass: what comes next has to be asked for itself. */
const NEXT: Readonly<Record<WorkStage, readonly WorkStage[]>> = {
  assess: ['disconnect', 'schedule', 'remove'],
  disconnect: ['remove'],
  schedule: ['remove'],
  // Checking follows removal, by its own budget.
  remove: [],
  verify: [],
};

/** True where the actor's own judgement decides what only these may decide. */
export function mayDecide({ authority }: Actor, needs: Decider): boolean {
  return authority.includes('sro') || (needs === 'programme-manager' && authority.includes('programme-manager'));
}

function sameAsk(a: Ask, b: Ask): boolean {
  if (a.kind !== b.kind) return false;
  return a.kind !== 'extension' || b.kind !== 'extension' || a.stage === b.stage;
}

function nextRequestId({ facts, sequence }: CaseState): string {
  return `${String(facts?.caseId)}-${sequence + 1}`;
}

function checkExtension(state: CaseState, ask: Extract<Ask, { kind: 'extension' }>, now: Instant): void {
  const { stage, due } = ask;
  const { done, skipped, due: current } = state.stages[stage];
  insist(done === null, 'already-done', `"${STAGE_WORDS[stage]}" has been done: it needs no more time.`);
  insist(!skipped, 'not-needed', `"${STAGE_WORDS[stage]}" is not needed for this device.`);
  insist(current !== null, 'no-clock', 'No clock runs for this case yet, so there is no date to move.');
  insist(due > current, 'not-later', `It is due on ${current.slice(0, 10)} already: ask for a later day.`);
  insist(due > now, 'date-in-past', `${due.slice(0, 10)} has passed: ask for a day that is still to come.`);
  const passed = NEXT[stage].find((next) => {
    const after = state.stages[next];
    return !after.skipped && after.done === null && after.due !== null && due > after.due;
  });
  if (passed === undefined) return;
  const limit = String(state.stages[passed].due).slice(0, 10);
  throw new Refusal(
    'beyond-next-stage',
    `"${STAGE_WORDS[passed]}" is due on ${limit}, before that day: ask for more time for "${STAGE_WORDS[passed]}" first.`,
  );
}

/** What a request makes happen. @throws Refusal */
export function request(state: CaseState, command: Extract<Command, { type: 'request' }>, now: Instant): EventBody {
  const { ask, needs, actor } = command;
  const words = text(command.text);
  insist(words !== '', 'reason-needed', 'Say why: whoever decides has nothing else to go by.');
  insist(
    !state.pending.some((other) => sameAsk(other, ask)),
    'already-asked',
    'The same has been asked for before and waits for a decision.',
  );
  if (ask.kind === 'extension') checkExtension(state, ask, now);
  else {
    insist(ask.until > now, 'date-in-past', 'The last day of an exception has to be still to come.');
    insist(
      text(ask.control) !== '',
      'control-needed',
      'Say what is done meanwhile so that the device does less harm (the compensating control).',
    );
    insist(
      state.exception === null || ask.until > state.exception.until,
      'not-later',
      `It may stay until ${String(state.exception?.until).slice(0, 10)} already: ask for a later day.`,
    );
  }
  return { type: 'requested', requestId: nextRequestId(state), ask, text: words, roles: actor.roles, needs };
}

function refuseOwn({ by, typedBy }: PendingRequest, { id, enteredBy }: Actor): void {
  const askers = [by, ...(typedBy === null || typedBy.startsWith('ops:') ? [] : [typedBy])];
  insist(
    !askers.includes(id) && (enteredBy === null || !askers.includes(enteredBy)),
    'same-person',
    'Whoever asked for it cannot decide it too: another person has to.',
  );
}

function pendingOf(state: CaseState, { requestId, kind }: Extract<Command, { type: 'decide' }>): PendingRequest {
  const found = state.pending.find((one) => one.requestId === requestId);
  if (found === undefined)
    throw new Refusal('not-pending', 'Nothing of that number waits for a decision: it may have been decided already.');
  insist(found.kind === kind, 'not-pending', `${requestId} asks for something else.`);
  return found;
}

function askOf(pending: PendingRequest): Ask {
  switch (pending.kind) {
    case 'extension': {
      const { kind, stage, due, reason } = pending;
      return { kind, stage, due, reason };
    }
    case 'exception': {
      const { kind, until, control } = pending;
      return { kind, until, control };
    }
    case 'later-dates': {
      const { kind, facts } = pending;
      return { kind, facts };
    }
    default:
      return unreachable(pending);
  }
}

/** What a decision makes happen. @throws Refusal */
export function decideRequest(
  state: CaseState,
  command: Extract<Command, { type: 'decide' }>,
  now: Instant,
): EventBody[] {
  const { requestId, verdict, actor, plan, dates } = command;
  const pending = pendingOf(state, command);
  insist(
    mayDecide(actor, pending.needs),
    'not-allowed',
    pending.needs === 'sro'
      ? 'This goes beyond the limits that a programme manager may agree to: the SRO has to decide it.'
      : 'Only a programme manager or the SRO decides this; entered for somebody else, whoever types has to be one too (CLEARSITE_ACTOR).',
  );
  refuseOwn(pending, actor);
  const conditions = text(command.conditions);
  const ask = askOf(pending);
  const was = ask.kind === 'extension' ? state.stages[ask.stage].due : null;
  const decided: EventBody = {
    type: 'decided',
    requestId,
    ask,
    verdict,
    conditions,
    roles: pending.roles,
    was,
    dates: verdict === 'agreed' ? dates : [],
  };
  if (verdict === 'refused') {
    insist(conditions !== '', 'reason-needed', 'Say why it is refused: the people who asked read it.');
    return [decided];
  }
  if (ask.kind === 'extension') checkExtension(state, ask, now);
  if (ask.kind === 'exception')
    insist(ask.until > now, 'date-in-past', 'The day until which it was to stay has passed: refuse it, and ask again.');
  const revised: EventBody[] = ask.kind === 'later-dates' ? [revision(state, ask.facts, pending.text)] : [];
  if (plan === null) return [decided, ...revised];
  newer(state, plan);
  return [decided, ...revised, planned(state, plan, reasonOf(ask, conditions))];
}

function reasonOf(ask: Ask, conditions: string): string {
  const what = ask.kind === 'extension' ? 'more time agreed' : 'later dates agreed';
  return conditions === '' ? what : `${what}: ${conditions}`;
}

function revision({ facts }: CaseState, to: DateFacts, reason: string): EventBody {
  const { upgradeOn = null, sensitivity = to.sensitivity } = facts ?? {};
  return { type: 'facts-revised', facts: to, before: { upgradeOn, sensitivity }, reason };
}

function sameFacts(a: DateFacts, b: DateFacts): boolean {
  return a.upgradeOn === b.upgradeOn && a.sensitivity === b.sensitivity;
}

/**
 * The upgrade moved, or the site counts otherwise. What makes dates earlier applies at once; what would make one later waits
 * for a decision, unless a decider says it.
 */
export function revise(state: CaseState, command: Extract<Command, { type: 'revise' }>): EventBody[] {
  const { facts, plan, actor } = command;
  const reason = text(command.reason);
  const asked = state.pending.find(({ kind }) => kind === 'later-dates');
  const stands = state.facts !== null && sameFacts(state.facts, facts);
  // Nobody has to decide any more: what was asked for is as it was before.
  if (stands && asked !== undefined) return [revision(state, facts, reason)];
  insist(
    !stands &&
      !(asked?.kind === 'later-dates' && sameFacts(asked.facts, facts) && !mayDecide(actor, 'programme-manager')),
    'unchanged',
    asked === undefined ? 'The case says so already.' : 'The same has been asked for before and waits for a decision.',
  );
  if (plan !== null) newer(state, plan);
  if (plan === null || !movesLater(state, plan) || mayDecide(actor, 'programme-manager'))
    return [revision(state, facts, reason), ...replanned(state, plan, reason)];
  const ask: Ask = { kind: 'later-dates', facts };
  const requestId = nextRequestId(state);
  return [{ type: 'requested', requestId, ask, text: reason, roles: actor.roles, needs: 'programme-manager' }];
}

function replanned(state: CaseState, plan: Plan | null, reason: string): EventBody[] {
  return plan === null ? [] : [planned(state, plan, reason)];
}
