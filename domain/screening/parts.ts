import { fitsPhraseBefore, fitsWordsAt } from './fits';
import { type Occurrence } from './names';
import { isLegalForm, wordsOf } from './normalise';
import { chinesePhraseAt, isHarmless, statesNothing } from './words';

/** What one word of a text is there for. */
export type Part =
  /** A known name that the text states as the maker. */
  | 'stated'
  /** A known name, and the phrase around it, that the text only says it goes with, or is not. */
  | 'fitted'
  /** Of a model number. */
  | 'number'
  | 'harmless'
  | 'legal form'
  /** States no make: "unknown". */
  | 'nothing'
  | 'other';

/** A text's words, each with its part, and the known names in it. */
export interface Parts {
  readonly words: readonly string[];
  readonly parts: readonly Part[];
  readonly stated: readonly Occurrence[];
  readonly fitted: readonly Occurrence[];
}

/** Without a known name beside it, a shorter number is a brand ("3M", "2N"). */
const SHORTEST_MODEL_NUMBER = 5;
/** So few letters beside a number belong to it: DS 2CD2143. */
const LETTERS_OF_A_NUMBER = 3;
const JOINS = new Set(['and', 'or', 'und', 'with']);

/** Says of every word what it is there for. */
export function takeApart(folded: string, words: readonly string[], found: readonly Occurrence[]): Parts {
  const parts: (Part | undefined)[] = words.map(() => undefined);
  const stated: Occurrence[] = [];
  const fitted: Occurrence[] = [];
  for (const occurrence of found) {
    const span = fittedSpan(occurrence, fitted.at(-1), words);
    (span === null ? stated : fitted).push(occurrence);
    parts.fill(span === null ? 'stated' : 'fitted', span?.start ?? occurrence.start, span?.end ?? occurrence.end);
  }
  if (hasDigit(folded)) markNumbers(folded, words, parts, found.length > 0 ? 'beside a name' : 'alone');
  for (let at = 0; at < words.length; at++) {
    const phrase = chinesePhraseAt(words, at);
    for (let offset = 0; offset < phrase; offset++) parts[at + offset] ??= 'harmless';
    parts[at] ??= partOf(words[at] ?? '');
  }
  return { words, parts: parts.map((part) => part ?? 'other'), stated, fitted };
}

function partOf(word: string): Part {
  if (isHarmless(word)) return 'harmless';
  if (isLegalForm(word)) return 'legal form';
  return statesNothing(word) || /^\d+$/.test(word) ? 'nothing' : 'other';
}

/** The words of the phrase that makes the name only what the device goes with; null where the name is stated. */
function fittedSpan(
  name: Occurrence,
  previous: Occurrence | undefined,
  words: readonly string[],
): { start: number; end: number } | null {
  const before = fitsPhraseBefore(words, name.start);
  const after = fitsWordsAt(words, name.end);
  const listed = previous !== undefined && words.slice(previous.end, name.start).every((word) => JOINS.has(word));
  if (before === null && after === 0 && !listed) return null;
  return { start: before ?? name.start, end: name.end + after };
}

function markNumbers(
  folded: string,
  words: readonly string[],
  parts: (Part | undefined)[],
  place: 'beside a name' | 'alone',
): void {
  let at = 0;
  for (const chunk of folded.split(/\s+/)) {
    const inChunk = wordsOf(chunk);
    const modelNumber = chunk.length >= SHORTEST_MODEL_NUMBER && inChunk.some(hasDigit);
    for (const word of inChunk) {
      const counts = modelNumber
        ? hasDigit(word) || word.length <= LETTERS_OF_A_NUMBER
        : place === 'beside a name' && hasDigit(word);
      if (counts) parts[at] ??= 'number';
      at += 1;
    }
  }
  if (place === 'alone') return;
  const joins = (index: number, neighbour: number): void => {
    if (
      parts[index] === undefined &&
      parts[neighbour] === 'number' &&
      (words[index] ?? '').length <= LETTERS_OF_A_NUMBER
    )
      parts[index] = 'number';
  };
  for (let index = 1; index < words.length; index++) joins(index, index - 1);
  for (let index = words.length - 2; index >= 0; index--) joins(index, index + 1);
}

function hasDigit(word: string): boolean {
  return /\d/.test(word);
}
