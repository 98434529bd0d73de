import { makePlan } from '../../domain/deadlines/plan';
import { type AddDays, DAY, type LadderRule, nextRungs, type Rung } from '../../domain/ladder/ladder';
import {
  type Actor,
  type CaseEvent,
  type CaseFacts,
  type CaseState,
  type Command,
  type CommandBody,
  currentStages,
  decide,
  type Decision,
  type EvidenceRef,
  NEW_CASE,
  type Plan,
  SYSTEM,
  type Verdict,
} from '../../domain/lifecycle';
import { type Instant } from '../../domain/records';
import { type Role, STAGES, type WorkStage } from '../../domain/vocabulary';

/** When the cases of tests open: a Monday morning. */
export const OPENED_AT: Instant = '2026-11-23T09:00:00.000Z';

/** Days of 24 hours, for what the calendar has no say in: its own tests are test/domain/calendar. */
export const addPlainDays: AddDays = (instant, days) => new Date(Date.parse(instant) + days * DAY).toISOString();

/** So many days (fractions too) after the opening. */
export function day(days: number): Instant {
  return new Date(Date.parse(OPENED_AT) + days * DAY).toISOString();
}

export const FACTS: CaseFacts = {
  caseId: 'k_abc',
  programmeId: 'programme',
  assetId: 'CAM-001',
  spell: 1,
  siteId: 'S-1',
  departmentId: 'D-1',
  finding: 'covered',
  offCore: false,
  upgradeOn: '2027-12-01',
  sensitivity: 'sensitive',
};

export const BUDGETS: Readonly<Record<WorkStage, number>> = {
  assess: 14,
  disconnect: 14,
  schedule: 28,
  remove: 60,
  verify: 14,
};

/** Due on days 14 (assess), 28 (disconnect), 42 (schedule), 102 (remove), 116 (verify). */
export function planOf(number: number, start: Instant = OPENED_AT): Plan {
  return makePlan(number, {
    start,
    budgets: BUDGETS,
    removalDate: null,
    beforeUpgrade: null,
    extended: [],
    merged: [],
    addDays: addPlainDays,
  });
}

/** A plan in which every stage is due at one instant. */
export function planDue(number: number, due: Instant): Plan {
  return {
    number,
    milestones: STAGES.map((stage) => ({ stage, due, rule: 'test', candidates: [{ rule: 'test', due }] })),
  };
}

export const LADDER: LadderRule = {
  rungs: [
    { days: -10, to: ['task-owner'] },
    { days: -3, to: ['task-owner'] },
    { days: 0, to: ['task-owner'] },
    { days: 1, to: ['task-owner', 'security-officer'] },
    { days: 3, to: ['head'] },
    { days: 5, to: ['programme-manager'] },
    { days: 10, to: ['sro'] },
  ],
  thenEvery: { days: 5, to: 'everyone-told' },
};

/** The rungs that the register would hand over: `count` for each stage whose turn it is. */
export function rungsFor(state: CaseState, rule: LadderRule = LADDER, count = 12): Rung[] {
  return currentStages(state).flatMap((stage) => {
    const { due, cursor, anchor } = state.ladders[stage];
    return due === null ? [] : nextRungs(rule, stage, { due, cursor, anchor }, count, addPlainDays);
  });
}

export function person(id: string, ...roles: readonly Role[]): Actor {
  return { id, kind: 'contact', roles, enteredBy: null, authority: roles };
}

export const OWNER = person('c_owner', 'task-owner');
export const COLLEAGUE = person('c_colleague', 'task-owner');
export const OFFICER = person('c_officer', 'security-officer');
export const HEAD = person('c_head', 'head');
export const MANAGER = person('c_manager', 'programme-manager');
export const SRO = person('c_sro', 'sro');
export const STRANGER = person('c_stranger');
export const OPS: Actor = { id: 'ops:root', kind: 'ops', roles: [], enteredBy: null, authority: [] };

/** What `typist` enters in the name of `actor`: outside a demonstration the typist's own roles judge. */
export function enteredBy(typist: Actor, actor: Actor): Actor {
  return { ...actor, enteredBy: typist.id, authority: typist.authority };
}

export const PHOTO: EvidenceRef = { evidenceId: 'e_photo', kind: 'photo', grade: 'photo' };
export const CERTIFICATE: EvidenceRef = { evidenceId: 'e_cert', kind: 'certificate', grade: 'certificate' };

export interface Sending {
  readonly by?: Actor;
  readonly at?: Instant;
  readonly commandId?: string;
  readonly revision?: number | null;
}

let sent = 0;

/** A command in an envelope of its own. */
export function command(
  body: CommandBody,
  { by = OWNER, commandId = `command-${++sent}`, revision = null }: Sending = {},
): Command {
  return { ...body, commandId, actor: by, expectedRevision: revision };
}

/** Sends a command to a state; by the task owner, a moment after what happened last, unless said otherwise. */
export function send(state: CaseState, body: CommandBody, sending: Sending = {}): Decision {
  const at = sending.at ?? (state.facts === null ? OPENED_AT : state.lastAt);
  return decide(state, command(body, sending), at);
}

/** As {@link send}, for commands that the test takes for granted. */
export function accept(
  state: CaseState,
  body: CommandBody,
  sending: Sending = {},
): { state: CaseState; events: readonly CaseEvent[] } {
  const decision = send(state, body, sending);
  if (!decision.accepted) throw new Error(`${body.type} was refused: ${decision.code}: ${decision.message}`);
  return decision;
}

/** A state after commands, each by its own actor. */
export function after(state: CaseState, ...steps: readonly (readonly [CommandBody, Sending?])[]): CaseState {
  return steps.reduce((current, [body, sending]) => accept(current, body, sending).state, state);
}

export const DO = {
  covered: { type: 'record-assessment', result: 'covered', note: '', evidence: null },
  notCovered: { type: 'record-assessment', result: 'not-covered', note: 'Label says Axis.', evidence: PHOTO },
  notFound: { type: 'record-assessment', result: 'not-found', note: 'Looked in every room.', evidence: null },
  alreadyRemoved: { type: 'record-assessment', result: 'already-removed', note: 'Skip in May.', evidence: null },
  disconnect: { type: 'confirm-disconnection', note: 'Port shut.', evidence: null },
  book: { type: 'schedule-replacement', on: '2027-03-01', forecast: '2027-03-01T17:00:00.000Z' },
  remove: { type: 'confirm-removal', note: 'Unscrewed.', evidence: null },
  verify: { type: 'verify-removal', note: 'Looked: bare wall.', evidence: null },
  submit: { type: 'submit-evidence', evidence: CERTIFICATE },
  acknowledge: { type: 'acknowledge', until: day(300) },
  reassign: { type: 'reassign', to: 'c_other' },
  withdraw: { type: 'withdraw', outcome: 'withdrawn', reason: 'Import undone.' },
  transfer: { type: 'transfer', siteId: 'S-9', departmentId: 'D-9' },
  absorb: { type: 'absorb', caseId: 'k_other', assetId: 'CAM-002', plan: null },
  moreTime: {
    type: 'request',
    ask: { kind: 'extension', stage: 'remove', due: day(130), reason: 'supply' },
    text: 'The lens is on back order.',
    needs: 'programme-manager',
    evidence: null,
  },
  toStay: {
    type: 'request',
    ask: { kind: 'exception', until: day(300), control: 'Its own network, no route out.' },
    text: 'No replacement fits the mast.',
    needs: 'programme-manager',
    evidence: null,
  },
} as const satisfies Record<string, CommandBody>;

export function open(facts: Partial<CaseFacts> = {}, plan: Plan | null = planOf(1)): CommandBody {
  return { type: 'open', facts: { ...FACTS, ...facts }, plan };
}

/** A decision on the first thing that waits. */
export function decision(
  state: CaseState,
  verdict: Verdict = 'agreed',
  changes: Partial<Extract<CommandBody, { type: 'decide' }>> = {},
): CommandBody {
  const { requestId = 'none', kind = 'extension' } = state.pending[0] ?? {};
  return { type: 'decide', requestId, kind, verdict, conditions: 'As discussed.', plan: null, dates: [], ...changes };
}

export function retract(stage: WorkStage, reason = 'Wrong device.'): CommandBody {
  return { type: 'retract', stage, reason };
}

/** The case as it opened. */
export function opened(facts: Partial<CaseFacts> = {}, plan: Plan | null = planOf(1)): CaseState {
  return accept(NEW_CASE, open(facts, plan), { by: SYSTEM, at: OPENED_AT }).state;
}

/** The stopping places of a case, by name. */
export const STATES = {
  new: NEW_CASE,
  assess: opened(),
  proposed: after(opened(), [DO.notCovered]),
  work: after(opened(), [DO.covered]),
  booked: after(opened(), [DO.covered], [DO.book]),
  offnet: after(opened(), [DO.covered], [DO.disconnect]),
  remove: after(opened(), [DO.covered], [DO.disconnect], [DO.book]),
  verify: after(opened(), [DO.covered], [DO.disconnect], [DO.book], [DO.remove]),
  gone: after(opened(), [DO.alreadyRemoved]),
  asked: after(opened(), [DO.moreTime], [DO.toStay]),
  closed: after(opened(), [DO.covered], [DO.disconnect], [DO.book], [DO.remove], [DO.verify, { by: OFFICER }]),
} as const satisfies Record<string, CaseState>;

/** Makes a value and all that it holds unchangeable, so that a function that changes it throws. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
