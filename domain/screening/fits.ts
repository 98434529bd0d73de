import { endsWith, isChinese } from './normalise';

/** Phrases that say "goes with, and is not": what follows is another's product. Longest first. */
const FITS = phrases(
  'not manufactured by|replacement for|replacement of|alternative to|equivalent to|compatible with|compatible to|compatible for',
  'integrates with|working with|works with|designed for|suitable for|suitable to|for use with|use with|used with|connected to',
  'connects to|attached to|in place of|instead of|other than|not made by|intended for|similar to|not by|to suit|to fit|supports',
  'replacing|replaces|unlike|suits|fits|not|non|for',
);
/** Before "for" these mean the opposite: it was made to be sold as the listed make's. */
const MADE = new Set(['made', 'manufactured', 'built', 'produced', 'oem', 'odm', 'assembled']);
const CHINESE_FITS = ['适用于', '兼容', '用于', '替代'];
const DETERMINERS = new Set(
  'a an the all most many any some your our old older new newer original existing'.split(' '),
);

/** By their last word. */
function phrases(...lines: string[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const all = lines.flatMap((line) => line.split('|')).map((phrase) => phrase.split(' '));
  all.sort((a, b) => b.length - a.length);
  const byLast = new Map<string, string[][]>();
  for (const phrase of all) byLast.set(phrase.at(-1) ?? '', [...(byLast.get(phrase.at(-1) ?? '') ?? []), phrase]);
  return byLast;
}

/**
 * Where a phrase such as "compatible with" or "replaces the old" begins that ends right before `end`.
 * @returns the index of its first word, or null where none does
 */
export function fitsPhraseBefore(all: readonly string[], end: number): number | null {
  let stop = end;
  while (stop > 0 && DETERMINERS.has(all[stop - 1] ?? '')) stop -= 1;
  for (let candidate = end; candidate >= stop; candidate--) {
    const start = phraseEndingAt(all, candidate);
    if (start !== null) return start;
  }
  return null;
}

function phraseEndingAt(all: readonly string[], stop: number): number | null {
  const last = all[stop - 1] ?? '';
  const chinese = isChinese(last) ? CHINESE_FITS.find((phrase) => endsWith(all, stop, phrase)) : undefined;
  if (chinese !== undefined) return stop - chinese.length;
  for (const phrase of FITS.get(last) ?? []) {
    const start = stop - phrase.length;
    if (start < 0 || !phrase.every((word, offset) => all[start + offset] === word)) continue;
    const madeFor = phrase.length === 1 && phrase[0] === 'for' && MADE.has(all[start - 1] ?? '');
    return madeFor ? null : start;
  }
  return null;
}

/** How many words right after a name make it what the device goes with ("Hikvision compatible"); 0 = none. */
export function fitsWordsAt(all: readonly string[], index: number): number {
  if (all[index] === '兼' && all[index + 1] === '容') return 2;
  const next = all[index + 1] ?? '';
  return all[index] === 'compatible' && !['with', 'to', 'for'].includes(next) ? 1 : 0;
}

/** The words up to a phrase such as "for" or "compatible with": what the device itself is. None where all may be what it fits. */
export function withoutWhatItFits(all: readonly string[]): readonly string[] {
  if (all.some((_word, index) => fitsWordsAt(all, index) > 0)) return [];
  for (let end = 1; end <= all.length; end++) {
    const start = phraseEndingAt(all, end);
    if (start !== null && all[start] !== 'not' && all[start] !== 'non') return all.slice(0, start);
  }
  return all;
}
