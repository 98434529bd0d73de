import { count } from '../counted';
import { type CommandAction } from '../case-actions';
import { type Outcome, type WorkStage } from '../vocabulary';
import { STAGE_WORDS } from '../wording';
import { type Change } from './since';

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  removed: 'it has gone',
  'not-covered': 'it is not on the list',
  'not-found': 'it was not found',
  duplicate: 'it was recorded twice',
  'out-of-scope': 'it does not count',
  withdrawn: 'it was withdrawn',
};

/**
 * What has changed for a task since its mail, in one sentence without its full stop.
 * @param on the day, as people read it
 * @param by who did it, as this reader may know them
 */
export function changeWords(change: Change, on: string, by: string): string {
  switch (change.kind) {
    case 'done':
      return `Done on ${on} by ${by}`;
    case 'proposed':
      return `Said to be not on the list on ${on} by ${by}: the security officer looks at it now`;
    case 'taken-back':
      return `Confirmed, and taken back on ${on} by ${by}: look at it afresh`;
    case 'handed-on':
      return `Handed to a colleague on ${on} by ${by}`;
    case 'closed':
      return `Closed on ${on}${change.outcome === null ? '' : `: ${OUTCOME_WORDS[change.outcome]}`}`;
    case 'moved':
      return change.to === 'another-department' ? 'It belongs to another department now' : 'It is at another site now';
  }
}

/** What the person whose task it is does. */
export const WHAT_TO_DO: Readonly<Record<WorkStage, string>> = {
  assess:
    'Go to the device, look at its label, and say what it is: on the list, not on the list, not found, or already removed.',
  disconnect: 'Take the device off the core network, then confirm it.',
  schedule: 'Book the replacement for a day before the next scheduled upgrade, then give us the date.',
  remove: 'Remove the device, then confirm it. Keep the disposal papers: they are the best proof.',
  verify: 'Check that the device has gone, then confirm it. Whoever removed it cannot be the one who checks.',
};

/** What people read on the button and above the form of each action on many devices. */
export const TASK_ACTION: Readonly<Record<BulkAction, { readonly button: string; readonly title: string }>> = {
  'record-assessment': {
    button: 'Confirm what they are',
    title: STAGE_WORDS.assess,
  },
  'confirm-disconnection': {
    button: 'Confirm that they are off the core network',
    title: STAGE_WORDS.disconnect,
  },
  'schedule-replacement': {
    button: 'Book the replacement',
    title: STAGE_WORDS.schedule,
  },
  'confirm-removal': {
    button: 'Confirm that they are removed',
    title: STAGE_WORDS.remove,
  },
  'verify-removal': {
    button: 'Confirm that they have gone',
    title: STAGE_WORDS.verify,
  },
  acknowledge: {
    button: 'Tell us that you are on it',
    title: 'Tell us you are on it',
  },
  'request-extension': { button: 'Ask for more time', title: 'Ask for more time' },
};

/** What can be done to many devices of a site and stage at once. */
export const BULK_ACTIONS = [
  'record-assessment',
  'confirm-disconnection',
  'schedule-replacement',
  'confirm-removal',
  'verify-removal',
  'acknowledge',
  'request-extension',
] as const satisfies readonly CommandAction[];
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** The name of a task of several devices: "Take it off the core network: 12 devices". */
export function taskName(stage: WorkStage, asks: 'work' | 'agreement', devices: number): string {
  const what = asks === 'agreement' ? 'Agree that it is not on the list' : STAGE_WORDS[stage];
  return `${what}: ${count(devices, 'device')}`;
}

/** The action that does a stage, on however many devices. */
export const MAIN_ACTION: Readonly<Record<WorkStage, BulkAction>> = {
  assess: 'record-assessment',
  disconnect: 'confirm-disconnection',
  schedule: 'schedule-replacement',
  remove: 'confirm-removal',
  verify: 'verify-removal',
};
