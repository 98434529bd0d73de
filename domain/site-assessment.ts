import { Failure } from './errors';
import { type Sensitivity } from './vocabulary';

/**
 * The four questions of a site assessment, by what is typed for each. One yes makes a site sensitive. Source: the
 * definition of a sensitive site in a UK ministerial answer of 9 April 2024.
 */
export const SITE_QUESTIONS = {
  secret: 'Does the building or complex routinely hold secret material or above?',
  vetted: 'Does it host a significant proportion of officials with developed vetting?',
  ministers: 'Is it routinely used by Ministers?',
  socpa: 'Is it covered under the Serious Organised Crime and Police Act 2005?',
} as const;

export type SiteQuestion = keyof typeof SITE_QUESTIONS;
export const QUESTIONS = Object.keys(SITE_QUESTIONS) as readonly SiteQuestion[];

export const ANSWERS = ['yes', 'no'] as const;
export type Answer = (typeof ANSWERS)[number];

/** What somebody answered; a question that is not there has no answer yet. */
export type SiteAnswers = { readonly [Q in SiteQuestion]?: Answer };

/** What the answers make of a site; null while they leave it open. */
export function classByAnswers(answers: SiteAnswers): Extract<Sensitivity, 'sensitive' | 'not-sensitive'> | null {
  if (QUESTIONS.some((question) => answers[question] === 'yes')) return 'sensitive';
  return QUESTIONS.every((question) => answers[question] === 'no') ? 'not-sensitive' : null;
}

/**
 * The class of a site by an assessment.
 * @param stated the class that the assessor names; null = none, the answers decide
 * @throws Failure `answers-contradict`, `answers-incomplete`, `nothing-assessed`
 */
export function assessedClass(stated: Sensitivity | null, answers: SiteAnswers): Sensitivity {
  const found = classByAnswers(answers);
  if (found !== null && stated !== null && stated !== found) {
    throw new Failure('answers-contradict', `The answers make the site ${found}, not ${stated}.`, {
      hint: 'Correct an answer, or leave out --sensitivity: one yes makes a site sensitive, four times no not sensitive.',
    });
  }
  const result = stated ?? found;
  if (result !== null) return result;
  const open = QUESTIONS.filter((question) => answers[question] === undefined);
  if (open.length === QUESTIONS.length) {
    throw new Failure('nothing-assessed', 'Nothing says how sensitive the site is.', {
      hint: `Name it with --sensitivity, or answer the four questions: ${open.map((question) => `--${question}`).join(', ')}.`,
    });
  }
  throw new Failure('answers-incomplete', 'The answers so far leave open whether the site is sensitive.', {
    hint: `Answer the rest (${open.map((question) => `--${question}`).join(', ')}), or name the class with --sensitivity.`,
  });
}
