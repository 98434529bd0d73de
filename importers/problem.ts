/** Why a value or a line is not imported. Other programs read these: keep them. */
export const REJECT_CODES = [
  'ambiguous-date',
  'asset-id-taken',
  'bad-characters',
  'bad-date',
  'bad-email',
  'bad-ip',
  'bad-mac',
  'bad-number',
  'date-out-of-range',
  'duplicate-asset',
  'duplicate-contact',
  'duplicate-site',
  'impossible-date',
  'mangled-number',
  'missing-value',
  'other-department',
  'own-parent',
  'site-id-taken',
  'stray-quote',
  'too-long',
  'too-many-cells',
  'truncated-line',
  'unknown-department',
  'unknown-site',
  'unknown-word',
  'wrong-post',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** What is wrong with one value. */
export class CellProblem {
  constructor(
    readonly code: RejectCode,
    /** A sentence without the value. */
    readonly reason: string,
    /** What to do, as a sentence. */
    readonly hint: string,
  ) {}
}

/** A problem and where on its line it is. */
export interface LineProblem {
  /** The column as the file names it; null = the line as a whole. */
  readonly column: string | null;
  /** The offending value, shortened to {@link MAX_SHOWN}. */
  readonly value: string;
  readonly code: RejectCode;
  readonly reason: string;
  readonly hint: string;
}

/** A line that was not imported. */
export interface Reject extends LineProblem {
  readonly line: number;
}

/** How much of an offending value is shown, in characters. */
export const MAX_SHOWN = 80;

/** A value as it is shown to people: on one line, and short. */
export function shown(value: string): string {
  const flat = value
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
    .trim();
  return flat.length <= MAX_SHOWN ? flat : `${flat.slice(0, MAX_SHOWN - 1)}…`;
}

export function lineProblem(column: string | null, value: string, problem: CellProblem): LineProblem {
  return { column, value: shown(value), code: problem.code, reason: problem.reason, hint: problem.hint };
}
