/**
 * Exit codes of the command line, and so the classes of failure everywhere:
 * 0 done · 1 the answer is negative · 2 bad usage or bad input · 3 a needed service is not there.
 */
export type ExitCode = 0 | 1 | 2 | 3;

/** Details of a failure that a user can act on. */
export interface FailureDetails {
  /** Which exit code it ends a command with. @default 2 */
  readonly exit?: Exclude<ExitCode, 0>;
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  /** Further members for `--json`. Never personal data or a row's values beyond the offending one. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error that a user caused or can mend: printed as a code, a sentence and a hint, never with a stack. */
export class Failure extends Error {
  readonly code: string;
  readonly exit: Exclude<ExitCode, 0>;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, { exit = 2, hint, details = {}, cause }: FailureDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.code = code;
    this.exit = exit;
    this.hint = hint;
    this.details = details;
  }
}

/** Makes an exhaustive `switch` a compile-time check. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
