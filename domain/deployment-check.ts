import { MAC_NOTATIONS, parseMac } from './mac';
import { type Instant } from './records';
import { type Reason } from './screening/screening';
import { type Decision, type ScreeningResult, type Sensitivity } from './vocabulary';

/** What somebody types who asks "may we install this?"; every member may be empty. */
export const QUESTION_FIELDS = ['make', 'model', 'mac', 'type', 'site'] as const;
export type QuestionField = (typeof QUESTION_FIELDS)[number];
export type QuestionText = Readonly<Record<QuestionField, string>>;

/** A question that can be answered. Null = not said. */
export interface Question {
  readonly make: string | null;
  readonly model: string | null;
  /** Lower-case and colon-separated. */
  readonly mac: string | null;
  readonly deviceType: string | null;
  /** Id or name of the site that it is meant for, as typed. */
  readonly site: string | null;
}

/** Why a question cannot be answered, at the field where it is to be mended. */
export interface QuestionProblem {
  readonly field: QuestionField;
  readonly text: string;
}

/** Characters of a field; no make, model or name of a site is longer. */
export const LONGEST_ANSWER = 200;

const NAMED: Readonly<Record<QuestionField, string>> = {
  make: 'Make',
  model: 'Model',
  mac: 'MAC address',
  type: 'Kind of device',
  site: 'Site',
};

/** Spaces of every kind are one; what cannot be seen, or is no character, says nothing. */
function clean(text: string): string | null {
  const plain = text
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return plain === '' ? null : plain;
}

/** Reads what was typed. @returns the question, or at least one problem */
export function readQuestion(
  typed: QuestionText,
): { readonly question: Question } | { readonly problems: readonly QuestionProblem[] } {
  const make = clean(typed.make);
  const model = clean(typed.model);
  const macText = clean(typed.mac);
  const mac = macText === null ? null : parseMac(macText);
  const problems: QuestionProblem[] = [];
  if (make === null && model === null && macText === null)
    problems.push({ field: 'make', text: 'Enter the make, the model or the MAC address: one of them is needed' });
  for (const field of QUESTION_FIELDS)
    if (typed[field].length > LONGEST_ANSWER)
      problems.push({ field, text: `${NAMED[field]} must be ${LONGEST_ANSWER} characters or fewer` });
  if (macText !== null && mac === null && typed.mac.length <= LONGEST_ANSWER)
    problems.push({ field: 'mac', text: `This is not a MAC address. Write it as ${MAC_NOTATIONS}` });
  if (problems.length > 0) return { problems };
  return { question: { make, model, mac, deviceType: clean(typed.type), site: clean(typed.site) } };
}

/** Which site a check was answered for. */
export type CheckedSite =
  | { readonly known: true; readonly siteId: string; readonly name: string; readonly sensitivity: Sensitivity }
  /** None was named, or none that the asker may know of: answered as for a sensitive one. */
  | { readonly known: false };

/** An answer to "may we install this?" that was given; it is never changed. */
export interface DeploymentCheck {
  /** `DC-2026-7KQ4M2`. */
  readonly reference: string;
  readonly at: Instant;
  readonly question: Question;
  readonly site: CheckedSite;
  /** IANA zone in which its date is told. */
  readonly zone: string;
  readonly policyTitle: string;
  readonly policyVersion: string;
  readonly result: ScreeningResult;
  readonly decision: Decision;
  /** By the kind of device and the site's class. */
  readonly inScope: boolean;
  readonly reasons: readonly Reason[];
  /** Contact id or user id. */
  readonly askedBy: string;
  /** Their name now; null where nobody knows it any more. */
  readonly askedByName: string | null;
}

/** No letter or digit that is read for another: no 0 O 1 I L U. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 6;

/**
 * A reference that people read out, write down and type.
 * @param draw gives a whole number from 0 up to, not including, its argument
 */
export function makeReference(year: number, draw: (below: number) => number): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[draw(LETTERS.length)]);
  return `DC-${year}-${letters.join('')}`;
}

const REFERENCE = new RegExp(`^DC-\\d{4}-[${LETTERS}]{${LENGTH}}$`);

/** A reference as it was typed or followed, in upper case; null where it cannot be one. */
export function readReference(text: string): string | null {
  const upper = text.trim().toUpperCase();
  return REFERENCE.test(upper) ? upper : null;
}
