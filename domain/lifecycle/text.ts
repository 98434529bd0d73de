import { insist } from './rejection';

/** Longest note or reason, in characters; longer ones belong in an evidence file. */
export const LONGEST_TEXT = 2000;

/** What a person wrote, without blanks around it. @throws Refusal `too-long` */
export function text(value: string): string {
  const trimmed = value.trim();
  insist(
    trimmed.length <= LONGEST_TEXT,
    'too-long',
    `A note may have at most ${LONGEST_TEXT} characters: attach a file instead.`,
  );
  return trimmed;
}
