import { type CommandType } from './lifecycle/commands';
import { type Outcome, type WorkStage } from './vocabulary';

/** The actions of the contract that people take on a case in this release. */
export const CASE_ACTIONS = [
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
  'reopen',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** Every action but `reopen` is a command to the case itself; a closed case hears none, so its next spell is a new case. */
export type CommandAction = Exclude<CaseAction, 'reopen'> & CommandType;

/** Where a case stands: asked for and its workflow being started, running, ended. */
export const CASE_STATUSES = ['opening', 'open', 'closed'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** As much of a case as says what may be done to it. */
export interface ActionState {
  readonly status: CaseStatus;
  readonly outcome: Outcome | null;
  readonly milestones: readonly {
    readonly stage: WorkStage;
    readonly actual: string | null;
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
        'reassign',
        ...(confirmed ? (['retract'] as const) : []),
        'withdraw',
      ];
    }
  }
}
