import { type KnownName, type NameIndex } from './names';
import { fold, withoutLegalForm, wordsOf } from './normalise';
import { type Part, takeApart } from './parts';
import { isAccessory, statesNothingInChinese } from './words';

/** What a text that should name a maker says. */
export type MakeReading =
  /** No maker; `fits`: it says only what listed make it goes with, or is not. */
  | { readonly kind: 'none'; readonly fits: KnownName | null }
  /** A maker that the policy does not know. */
  | { readonly kind: 'other' }
  /** Somebody else's product that goes with a listed make. */
  | { readonly kind: 'accessory'; readonly fits: KnownName }
  /** A listed vendor and nothing that casts doubt on it. */
  | { readonly kind: 'listed'; readonly name: KnownName }
  /** A listed vendor among other words: another make, "OEM", "ex", a question mark. */
  | { readonly kind: 'names-listed'; readonly name: KnownName }
  | { readonly kind: 'misspelt'; readonly name: KnownName }
  /** A re-selling brand; `alone`: nothing else is said. */
  | { readonly kind: 'rebrand'; readonly name: KnownName; readonly exact: boolean; readonly alone: boolean };

const NONE: MakeReading = { kind: 'none', fits: null };
const OTHER: MakeReading = { kind: 'other' };

/** Reads a make, or a model that may state one. Total: any text has a reading. */
export function readMake(text: string | null, index: NameIndex): MakeReading {
  const folded = fold(text ?? '');
  const words = wordsOf(folded);
  if (words.length === 0 || statesNothingInChinese(words)) return NONE;
  const reading = readWords(folded, words, index);
  // A false friend excuses doubt, never a vendor's own name.
  return reading.kind !== 'listed' && index.isFalseFriend(withoutLegalForm(words).join('')) ? OTHER : reading;
}

function readWords(folded: string, words: readonly string[], index: NameIndex): MakeReading {
  const { parts, stated, fitted } = takeApart(folded, words, index.find(words));
  const consistsOf = (...allowed: readonly Part[]): boolean => parts.every((part) => allowed.includes(part));
  const asked = folded.includes('?');
  const certain = !asked && consistsOf('stated', 'fitted', 'number', 'harmless', 'legal form');

  const vendors = stated.filter(({ name }) => name.kind === 'vendor');
  const vendor = vendors.find(({ exact }) => exact)?.name;
  if (vendor !== undefined) {
    const alone = stated.every(({ name, exact }) => exact && name.kind === 'vendor');
    return { kind: certain && alone ? 'listed' : 'names-listed', name: vendor };
  }
  const misspelt = vendors[0]?.name;
  if (misspelt !== undefined) return { kind: 'misspelt', name: misspelt };

  // In the middle of a longer name a brand is a common word: "Beverly Hills Cameras".
  const brand = stated.find(({ name, start }) => name.kind === 'rebrand' && (start === 0 || certain));
  if (brand !== undefined) return { kind: 'rebrand', name: brand.name, exact: brand.exact, alone: certain };

  const fits = fitted.find(({ name }) => name.kind !== 'false-friend')?.name;
  if (fits !== undefined && stated.length === 0) {
    const somebodys = parts.some(
      (part, at) => part === 'other' || (part === 'harmless' && isAccessory(words[at] ?? '')),
    );
    return somebodys && !asked ? { kind: 'accessory', fits } : { kind: 'none', fits };
  }
  return consistsOf('number', 'harmless', 'nothing') ? NONE : OTHER;
}
