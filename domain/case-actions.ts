import { type PendingRef, type RequestKind } from './lifecycle/requests';
import { type Outcome, type WorkStage } from './vocabulary';

/** The actions of the contract that people take on a case in this release. */
export const CASE_ACTIONS = [
  'record-assessment',
  'confirm-disconnection',
  'schedule-replacement',
  'confirm-removal',
  'submit-evidence',
  'verify-removal',
  'request-extension',
  'decide-extension',
  'request-exception',
  'decide-exception',
  'move-upgrade',
  'acknowledge',
  'reassign',
  'retract',
  'withdraw',
  'reopen',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** Every action but `reopen` is a command to the case itself; a closed case hears none, so its next spell is a new case. */
export type CommandAction = Exclude<CaseAction, 'reopen'>;

/** Where a case stands: asked for and its workflow being started, running, ended. */
export const CASE_STATUSES = ['opening', 'open', 'closed'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** The action that decides what was asked for. */
const DECISION_OF: Readonly<Record<RequestKind, CommandAction>> = {
  extension: 'decide-extension',
  'later-dates': 'decide-extension',
  exception: 'decide-exception',
};

/** As much of a case as says what may be done to it. */
export interface ActionState {
  readonly status: CaseStatus;
  /** What waits for a decision. */
  readonly pending: readonly PendingRef[];
  readonly outcome: Outcome | null;
  readonly milestones: readonly {
    readonly stage: WorkStage;
    readonly actual: string | null;
    readonly due: string | null;
    readonly skipped: boolean;
  }[];
}

/** The action that does a stage. */
export const ACTION_OF: Readonly<Record<WorkStage, CommandAction>> = {
  assess: 'record-assessment',
  disconnect: 'confirm-disconnection',
  schedule: 'schedule-replacement',
  remove: 'confirm-removal',
  verify: 'verify-removal',
};

/** The stages whose turn it is, from milestones: `disconnect` and `schedule` together, every other alone. */
export function turnOf({ status, milestones }: ActionState): readonly WorkStage[] {
  if (status === 'closed') return [];
  const ahead = milestones.filter(({ actual, skipped }) => actual === null && !skipped).map(({ stage }) => stage);
  const first = ahead[0];
  if (first === 'disconnect' || first === 'schedule') {
    return ahead.filter((stage) => stage === 'disconnect' || stage === 'schedule');
  }
  return first === undefined ? [] : [first];
}

/** More time can be asked for wherever a clock runs; for each stage once at a time. */
function mayAskForTime({ milestones }: ActionState): boolean {
  return milestones.some(({ due, actual, skipped }) => due !== null && actual === null && !skipped);
}

/**
 * What may be asked of a case as it stands, most useful first. Who may ask it is another matter: the case decides.
 */
export function actionsFor(state: ActionState): readonly CaseAction[] {
  switch (state.status) {
    case 'closed':
      return state.outcome === 'duplicate' ? [] : ['reopen'];
    case 'opening':
      return [];
    case 'open': {
      const confirmed = state.milestones.some(({ actual }) => actual !== null);
      return [
        ...turnOf(state).map((stage) => ACTION_OF[stage]),
        'submit-evidence',
        'acknowledge',
        ...(mayAskForTime(state) ? (['request-extension'] as const) : []),
        ...(state.pending.some(({ kind }) => kind === 'exception') ? [] : (['request-exception'] as const)),
        ...new Set(state.pending.map(({ kind }) => DECISION_OF[kind])),
        'move-upgrade',
        'reassign',
        ...(confirmed ? (['retract'] as const) : []),
        'withdraw',
      ];
    }
  }
}
