import fc from 'fast-check';
import { DAY } from '../../domain/ladder/ladder';
import {
  type Actor,
  type CaseState,
  type Command,
  type CommandBody,
  currentStages,
  SYSTEM,
} from '../../domain/lifecycle';
import { type Instant } from '../../domain/records';
import { ASSESSMENT_RESULTS, STAGES, type WorkStage } from '../../domain/vocabulary';
import {
  CERTIFICATE,
  COLLEAGUE,
  DO,
  enteredBy,
  FACTS,
  HEAD,
  MANAGER,
  OFFICER,
  OPENED_AT,
  OPS,
  OWNER,
  person,
  PHOTO,
  planDue,
  planOf,
  retract,
  rungsFor,
  SRO,
  STRANGER,
} from './a-case';

const ACTORS: readonly Actor[] = [
  OWNER,
  COLLEAGUE,
  OFFICER,
  HEAD,
  MANAGER,
  SRO,
  STRANGER,
  OPS,
  SYSTEM,
  person('c_both', 'task-owner', 'security-officer'),
  enteredBy(OFFICER, OWNER),
  enteredBy(OWNER, OFFICER),
  enteredBy(MANAGER, COLLEAGUE),
  enteredBy(OPS, OWNER),
];

/** What a command is made of, before the state it meets is known. */
export interface Recipe {
  readonly kind: (typeof KINDS)[number];
  readonly actor: number;
  readonly pick: number;
  /** How long after the command before, in days; negative: by a clock that ran backwards. */
  readonly pause: number;
  readonly revision: 'seen' | 'none' | 'stale';
  /** Sent again under the id of an earlier command. */
  readonly repeat: boolean;
}

const KINDS = [
  'onwards',
  'open',
  'tick',
  'due tick',
  'replan',
  'record-assessment',
  'confirm-disconnection',
  'schedule-replacement',
  'confirm-removal',
  'submit-evidence',
  'verify-removal',
  'acknowledge',
  'reassign',
  'retract',
  'withdraw',
  'transfer',
  'absorb',
  'request',
  'decide',
  'revise',
] as const;

export const recipes: fc.Arbitrary<readonly Recipe[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 4, arbitrary: fc.constant('onwards' as const) },
      { weight: 3, arbitrary: fc.constant('due tick' as const) },
      { weight: 2, arbitrary: fc.constantFrom('retract' as const, 'decide' as const) },
      { weight: 8, arbitrary: fc.constantFrom(...KINDS.filter((kind) => kind !== 'withdraw')) },
      { weight: 1, arbitrary: fc.constantFrom(...KINDS) },
    ),
    actor: fc.nat(ACTORS.length - 1),
    pick: fc.nat(1000),
    pause: fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: -30, max: 0 }) },
    ),
    revision: fc.constantFrom('seen', 'seen', 'none', 'none', 'stale'),
    repeat: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);

function pickOf<T>(all: readonly T[], pick: number): T {
  return all[pick % all.length]!;
}

function textOf(pick: number): string {
  return pickOf(['', ' ', 'Because.', 'x'.repeat(2001), 'Grüße 監視 \u0000 "', 'null'], pick);
}

function bodyOf({ kind, pick }: Recipe, state: CaseState, now: Instant): CommandBody {
  const note = textOf(Math.floor(pick / 12));
  const evidence = pickOf([null, PHOTO, CERTIFICATE], Math.floor(pick / 72));
  const later = (days: number): Instant => new Date(Date.parse(now) + days * DAY).toISOString();
  switch (kind) {
    case 'onwards': {
      const next: Readonly<Record<WorkStage, readonly CommandBody[]>> = {
        assess: [DO.covered, DO.covered, DO.alreadyRemoved, DO.notCovered],
        disconnect: [DO.disconnect],
        schedule: [{ ...DO.book, on: later(20).slice(0, 10), forecast: later(20) }],
        remove: [DO.remove],
        verify: [DO.verify],
      };
      return pickOf(next[pickOf([...currentStages(state), 'assess' as const], pick % 3)], pick);
    }
    case 'open':
      return {
        type: 'open',
        facts: { ...FACTS, offCore: pick % 2 === 0, upgradeOn: pickOf([null, '2026-11-20', '2027-12-01'], pick) },
        plan: pickOf([null, planOf(1)], pick),
      };
    case 'tick':
    case 'due tick':
      return { type: 'tick', rungs: rungsFor(state) };
    case 'replan': {
      const number = state.planNumber + (pick % 4) - 1;
      const due = later((pick % 7) * 10 - 30).slice(0, 10);
      return {
        type: 'replan',
        plan: pickOf([planDue(number, `${due}T17:00:00.000Z`), planOf(number)], pick),
        reason: note,
      };
    }
    case 'record-assessment':
      return { type: kind, result: pickOf(ASSESSMENT_RESULTS, pick), note, evidence };
    case 'confirm-disconnection':
    case 'confirm-removal':
    case 'verify-removal':
      return { type: kind, note, evidence };
    case 'schedule-replacement': {
      const on = later((pick % 9) * 60 - 60);
      return { type: kind, on: on.slice(0, 10), forecast: on };
    }
    case 'submit-evidence':
      return { type: kind, evidence: pickOf([PHOTO, CERTIFICATE], pick) };
    case 'acknowledge':
      return { type: kind, until: later((pick % 9) - 2) };
    case 'request': {
      const stage = pickOf(STAGES, pick);
      const due = later((pick % 40) - 5);
      const extension = { kind: 'extension', stage, due, reason: 'supply' } as const;
      const exception = { kind: 'exception', until: due, control: pick % 5 === 0 ? note : 'Own network.' } as const;
      return {
        type: kind,
        ask: pick % 2 === 0 ? exception : extension,
        text: pick % 6 === 0 ? note : 'Because.',
        needs: pick % 7 === 0 ? 'sro' : 'programme-manager',
        evidence,
      };
    }
    case 'decide': {
      const asked = pickOf([...state.pending, undefined], pick);
      const plan = pickOf([null, planOf(state.planNumber + (pick % 3), later(5))], Math.floor(pick / 2));
      return {
        type: kind,
        requestId: asked?.requestId ?? 'none',
        kind: asked?.kind ?? 'extension',
        verdict: pick % 4 === 0 ? 'refused' : 'agreed',
        conditions: pick % 6 === 0 ? note : 'As discussed.',
        plan: asked?.kind === 'exception' ? null : plan,
        dates: [],
      };
    }
    case 'revise': {
      const facts = { upgradeOn: pickOf([null, '2027-12-01', '2028-01-01'], pick), sensitivity: 'sensitive' as const };
      const plan = pickOf([null, planOf(state.planNumber + (pick % 3), later(pick % 2 === 0 ? -30 : 30))], pick);
      return { type: kind, facts, plan: state.planNumber === 0 ? null : plan, reason: note };
    }
    case 'reassign':
      return { type: kind, to: pickOf(['c_owner', 'c_other'], pick) };
    case 'retract':
      return retract(pickOf(STAGES, pick), textOf(pick % 4));
    case 'withdraw':
      return { type: kind, reason: note, outcome: pickOf(['withdrawn', 'duplicate', 'out-of-scope'] as const, pick) };
    case 'transfer':
      return { type: kind, siteId: pickOf(['S-1', 'S-2'], pick), departmentId: pickOf(['D-1', 'D-2', 'D-1'], pick) };
    case 'absorb':
      return {
        type: kind,
        caseId: 'k_other',
        assetId: 'CAM-2',
        plan: pickOf([null, planOf(state.planNumber + (pick % 3))], pick),
      };
  }
}

/** The command that a recipe makes for a state, and when it is sent. */
export function commandOf(
  recipe: Recipe,
  state: CaseState,
  before: { readonly now: Instant; readonly ids: readonly string[]; readonly wake: Instant | null },
): { readonly command: Command; readonly now: Instant } {
  const paused = new Date(Date.parse(before.now) + recipe.pause * DAY).toISOString();
  // A reminder that is due is usually taken when it is due.
  const now = recipe.kind === 'due tick' && before.wake !== null && before.wake > before.now ? before.wake : paused;
  const known = pickOf([...before.ids, 'none'], recipe.pick);
  const commandId = recipe.repeat && before.ids.length > 0 ? known : `command-${before.ids.length}-${recipe.pick}`;
  const seen = { seen: state.revision, none: null, stale: state.revision + 1 }[recipe.revision];
  // Few of the actors may decide anything.
  const decides = recipe.kind === 'decide' && recipe.pick % 2 === 0;
  const ticks = recipe.kind === 'tick' || recipe.kind === 'due tick';
  const actor = ticks ? SYSTEM : decides ? SRO : ACTORS[recipe.actor]!;
  return { command: { ...bodyOf(recipe, state, now), commandId, actor, expectedRevision: seen }, now };
}

/** When random histories begin. */
export const BEGIN: Instant = OPENED_AT;
