import { type Finding } from '../domain/lifecycle/state';
import { EXTENSION_REASON_SHOWN } from '../domain/case-words';
import { EXTENSION_REASONS } from '../domain/lifecycle/requests';
import { isOneOf, type Role, type WorkStage } from '../domain/vocabulary';
import { type AnswerKind, type DecisionMatter } from '../domain/mail/news';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  'task-owner': 'task owner',
  'security-officer': 'departmental security officer',
  head: 'head of department',
  'programme-manager': 'programme manager',
  sro: 'senior responsible owner',
};

/** What screening found, as people read it. */
export const FINDING_WORDS: Readonly<Record<Finding, string>> = {
  covered: 'Must be removed',
  suspect: 'Check the make',
  'unknown-make': 'Make not known',
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

/** What somebody asks for, what whoever decides does, and what reports it; REQUEST stands for the request's id. */
export const DECISIONS: Readonly<
  Record<DecisionMatter, { readonly heading: string; readonly whatToDo: string; readonly command: string }>
> = {
  extension: {
    heading: 'More time is asked for',
    whatToDo: 'Look at the reason and the date, then agree or refuse. Whoever asked cannot decide.',
    command: 'To decide: clearsite extensions decide REQUEST agree|refuse',
  },
  exception: {
    heading: 'A device is to be allowed to stay for a time',
    whatToDo:
      'Look at what is done meanwhile to make up for it and at the date on which it ends, then agree or refuse. Whoever asked cannot decide.',
    command: 'To decide: clearsite exceptions decide REQUEST agree|refuse',
  },
  upgrade: {
    heading: 'Later dates are asked for',
    whatToDo:
      'An upgrade has moved or a site counts differently, so that due dates would move later. Agree, or refuse and the dates stay.',
    command: 'To decide: clearsite extensions decide REQUEST agree|refuse',
  },
};

/** Answers to what was asked for, and what follows for the person whose task it is. */
export const ANSWERS: Readonly<
  Record<AnswerKind, { readonly heading: string; readonly whatToDo: string; readonly command: string }>
> = {
  'more-time-agreed': {
    heading: 'More time agreed',
    whatToDo: 'The new date holds. The original date stays on record.',
    command: '',
  },
  'more-time-refused': {
    heading: 'More time refused',
    whatToDo: 'The date stays as it was. Do the task by then, or ask again with new reasons.',
    command: 'To ask: clearsite cases act REFERENCE request-extension --stage STAGE --on DATE --reason CODE --text "…"',
  },
  'stay-agreed': {
    heading: 'Allowed to stay for a time',
    whatToDo:
      'Keep up what was agreed to make up for it. On that date the task opens again by itself: have it done by then, or ask for longer in good time.',
    command: 'To ask: clearsite cases act REFERENCE request-exception --until DATE --control "…" --text "…"',
  },
  'stay-refused': {
    heading: 'Not allowed to stay',
    whatToDo: 'The date stays as it was. Do the task by then.',
    command: '',
  },
  'stay-ended': {
    heading: 'The time is over for which it was allowed to stay',
    whatToDo: 'The task is open again. Do it now, or ask for longer.',
    command: 'To ask: clearsite cases act REFERENCE request-exception --until DATE --control "…" --text "…"',
  },
};

export const MOVED = {
  heading: 'Due dates that moved',
  whatToDo: 'Nothing to do but to note the new date.',
  command: 'To ask why: clearsite cases show REFERENCE',
} as const;

/** A reason code of a request as people read it; another is shown as it is. */
export function reasonWords(reason: string): string {
  return isOneOf(EXTENSION_REASONS, reason) ? EXTENSION_REASON_SHOWN[reason] : reason;
}
