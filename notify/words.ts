import { type Finding } from '../domain/lifecycle/state';
import { type Role, type WorkStage } from '../domain/vocabulary';

/** `1 task`, `3 tasks`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  'task-owner': 'task owner',
  'security-officer': 'departmental security officer',
  head: 'head of department',
  'programme-manager': 'programme manager',
  sro: 'senior responsible owner',
};

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** What screening found, as people read it. */
export const FINDING_WORDS: Readonly<Record<Finding, string>> = {
  covered: 'Must be removed',
  suspect: 'Check the make',
  'unknown-make': 'Make not known',
};

/** What the person whose task it is does. */
export const WHAT_TO_DO: Readonly<Record<WorkStage, string>> = {
  assess:
    'Go to the device, look at its label, and say what it is: on the list, not on the list, not found, or already removed.',
  disconnect: 'Take the device off the core network, then confirm it.',
  schedule: 'Book the replacement for a day before the next scheduled upgrade, then give us the date.',
  remove: 'Remove the device, then confirm it. Keep the disposal papers: they are the best proof.',
  verify: 'Check that the device has gone, then confirm it. Whoever removed it cannot be the one who checks.',
};

export const AGREEMENT = {
  heading: 'Agree that it is not on the list',
  whatToDo:
    'Somebody has looked at the device and says that it is not on the list. Look at the evidence and agree, or say what it is.',
  reportedBy: 'record-assessment --result not-covered',
} as const;

/** For people who are told about somebody else's task. */
export const HELP = 'You need not do this yourself. Please ask what stands in the way, and help to clear it.';

/** What reports a stage, after `clearsite cases act REFERENCE`. */
export const REPORTED_BY: Readonly<Record<WorkStage, string>> = {
  assess: 'record-assessment --result covered|not-covered|not-found|already-removed',
  disconnect: 'confirm-disconnection',
  schedule: 'schedule-replacement --on DATE',
  remove: 'confirm-removal',
  verify: 'verify-removal',
};
