/** Why a case refuses a command: a code for programs and a sentence for people. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

export type RejectionCode =
  | 'not-open'
  | 'case-closed'
  | 'already-open'
  | 'stale-revision'
  | 'stale-plan'
  | 'not-allowed'
  | 'same-person'
  | 'not-yet'
  | 'already-done'
  | 'not-needed'
  | 'later-stage-done'
  | 'nothing-to-retract'
  | 'evidence-needed'
  | 'note-needed'
  | 'reason-needed'
  | 'date-in-past'
  | 'after-upgrade'
  | 'too-long'
  | 'not-text'
  | 'not-later'
  | 'no-clock'
  | 'beyond-next-stage'
  | 'already-asked'
  | 'control-needed'
  | 'not-pending'
  | 'unchanged';

/** Thrown inside `decide` only, and caught there: keeps each action a straight line. */
export class Refusal extends Error {
  constructor(
    readonly code: RejectionCode,
    message: string,
  ) {
    super(message);
  }
}

/** @throws Refusal unless `condition` holds */
export function insist(condition: boolean, code: RejectionCode, message: string): asserts condition {
  if (!condition) throw new Refusal(code, message);
}
