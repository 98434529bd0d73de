/**
 * The field's standard terms as closed sets. Every other module speaks these words and no synonyms;
 * what people read instead is in {@link ./wording}.
 */

/** Stages of a case in their order. `disconnect` and `schedule` run side by side once assessed. */
export const STAGES = ['assess', 'disconnect', 'schedule', 'remove', 'verify'] as const;
/** A stage that work happens in. */
export type WorkStage = (typeof STAGES)[number];
/** A stage as reports show it: `closed` follows the last one. */
export type Stage = WorkStage | 'closed';

/** How a closed case ended; null while it is open. */
export const OUTCOMES = ['removed', 'not-covered', 'not-found', 'duplicate', 'out-of-scope', 'withdrawn'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What screening says of a device. Only a person's inspection turns `suspect` or `unknown-make` into covered. */
export const SCREENING_RESULTS = ['covered', 'suspect', 'clear', 'unknown-make'] as const;
export type ScreeningResult = (typeof SCREENING_RESULTS)[number];

/** What the deployment gate answers. */
export const DECISIONS = ['allow', 'refer', 'block'] as const;
export type Decision = (typeof DECISIONS)[number];

/** Strength of a rule that fired, strongest first: proof, indication, hint. */
export const STRENGTHS = ['strong', 'moderate', 'weak'] as const;
export type Strength = (typeof STRENGTHS)[number];

export const ASSESSMENT_RESULTS = ['covered', 'not-covered', 'not-found', 'already-removed'] as const;
export type AssessmentResult = (typeof ASSESSMENT_RESULTS)[number];

export const ROLES = ['task-owner', 'security-officer', 'head', 'programme-manager', 'sro'] as const;
export type Role = (typeof ROLES)[number];

/** The United Kingdom's bank-holiday regions. */
export const NATIONS = ['england-and-wales', 'scotland', 'northern-ireland'] as const;
export type Nation = (typeof NATIONS)[number];
/** Where nothing says which: people of the programme, who belong to no site. */
export const DEFAULT_NATION: Nation = 'england-and-wales';

export const SENSITIVITIES = ['sensitive', 'not-sensitive', 'unassessed'] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

export const NETWORKS = ['core', 'segregated', 'isolated', 'unknown'] as const;
export type Network = (typeof NETWORKS)[number];

/** Evidence grades, weakest first. */
export const EVIDENCE_GRADES = ['assertion', 'photo', 'scan', 'certificate'] as const;
export type EvidenceGrade = (typeof EVIDENCE_GRADES)[number];

export const RAGS = ['green', 'amber', 'red'] as const;
export type Rag = (typeof RAGS)[number];

/** True where `word` is one of `set`; narrows outside text to a domain word. */
export function isOneOf<const T extends readonly string[]>(set: T, word: string): word is T[number] {
  return set.includes(word);
}
