import { type Nation } from '../../domain/vocabulary';
import { SCREENING_SHOWN } from '../../domain/wording';
import { type TaskCase } from '../../register/tasks';
import { type DueWords, type TaskDays } from './programme';

/** A task as a page shows it. */
export interface TaskView {
  readonly caseId: string;
  readonly revision: number;
  /** Its asset id, or the opaque case id where no more may be said. */
  readonly reference: string;
  /** Make and model, serial number, what it is: short lines. */
  readonly notes: readonly string[];
  readonly due: DueWords;
  /** Every other time limit, one sentence each. */
  readonly limits: readonly string[];
  readonly asks: 'work' | 'agreement';
}

/** How much a page may say: all, or as much as the policy lets mail say. */
export interface Reveal {
  readonly assets: boolean;
  readonly sites: boolean;
  readonly makes: boolean;
}
export const ALL: Reveal = { assets: true, sites: true, makes: true };

function limitsOf(task: TaskCase, days: TaskDays): string[] {
  const { stage, removalDue, upgradeOn, exceptionUntil, acknowledgedUntil } = task;
  const onIt = acknowledgedUntil !== null && acknowledgedUntil > days.now;
  return [
    ...(exceptionUntil === null ? [] : [`Allowed to stay until ${days.date(exceptionUntil)}`]),
    ...(removalDue === null || ['remove', 'verify'].includes(stage)
      ? []
      : [`To be removed by ${days.date(removalDue)}`]),
    ...(upgradeOn === null || upgradeOn < days.today ? [] : [`Next scheduled upgrade on ${days.day(upgradeOn)}`]),
    ...(onIt ? [`Somebody is on it until ${days.date(acknowledgedUntil)}`] : []),
  ];
}

function notesOf({ make, model, serial, finding, stage, proposal }: TaskCase, reveal: Reveal): string[] {
  const made = [make, model].filter((word) => word !== null).join(' ');
  return [
    ...(reveal.makes && made !== '' ? [made] : []),
    ...(reveal.makes && serial !== null ? [`Serial number ${serial}`] : []),
    ...(stage === 'assess' ? [SCREENING_SHOWN[finding]] : []),
    ...(proposal === 'waiting' ? ['Somebody has looked and says that it is not on the list'] : []),
  ];
}

/** @param nation of the site */
export function taskView(task: TaskCase, nation: Nation, days: TaskDays, reveal: Reveal): TaskView {
  const { caseId, assetId, revision, proposal, due, exceptionUntil } = task;
  return {
    caseId,
    revision,
    reference: reveal.assets ? assetId : caseId,
    notes: notesOf(task, reveal),
    due: days.due(exceptionUntil ?? due, nation),
    limits: limitsOf(task, days),
    asks: proposal === 'waiting' ? 'agreement' : 'work',
  };
}
