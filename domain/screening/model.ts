import { type ModelPattern, type Policy, type Vendor } from '../policy/policy';
import { withoutWhatItFits } from './fits';
import { fold, wordsOf } from './normalise';

/** A model pattern that a text matches. */
export interface PatternMatch {
  readonly pattern: ModelPattern;
  readonly vendor: Vendor;
}

interface Compiled extends PatternMatch {
  /** Folded, without spaces and punctuation; `*` and `?` as in the pattern. */
  readonly glob: string;
  /** What comes before the first `*` or `?`. */
  readonly start: string;
}

/** The glob as it is matched: folded, and only letters, digits, `*` and `?` kept. */
export function globOf(pattern: string): string {
  return pattern
    .split(/([*?])/)
    .map((piece) => (piece === '*' || piece === '?' ? piece : wordsOf(fold(piece)).join('')))
    .join('')
    .replace(/\*+/g, '*');
}

/**
 * Compiles a policy's model patterns.
 * @returns a function that gives the first pattern that matches a text from the beginning of one of its words to the
 * text's end; a surer row before a less sure one. What the text says that the device only fits is left out.
 */
export function modelMatcher(policy: Policy): (text: string | null) => PatternMatch | null {
  const order = { high: 0, medium: 1, low: 2 } as const;
  const compiled: Compiled[] = [];
  for (const pattern of policy.modelPatterns) {
    const vendor = policy.vendors.find(({ id }) => id === pattern.vendor);
    const glob = globOf(pattern.pattern);
    if (vendor !== undefined) compiled.push({ pattern, vendor, glob, start: glob.split(/[*?]/, 1)[0] ?? '' });
  }
  compiled.sort((a, b) => order[a.pattern.confidence] - order[b.pattern.confidence]);

  return (text) => {
    if (text === null) return null;
    const words = withoutWhatItFits(wordsOf(fold(text)));
    const joined = words.join('');
    let start = 0;
    const rests = words.map((word) => joined.slice((start += word.length) - word.length));
    return (
      compiled.find((one) => rests.some((rest) => rest.startsWith(one.start) && matchesGlob(rest, one.glob))) ?? null
    );
  };
}

/** Compares without a regular expression: at worst the product of both lengths, never exponential. */
export function matchesGlob(text: string, glob: string): boolean {
  let at = 0;
  let star: { readonly glob: number; text: number } | null = null;
  let position = 0;
  while (position < text.length) {
    if (glob[at] === '*') {
      star = { glob: at, text: position };
      at += 1;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[position])) {
      at += 1;
      position += 1;
    } else if (star !== null) {
      star.text += 1;
      position = star.text;
      at = star.glob + 1;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
