import { type Policy, type Provenance, type Vendor } from '../policy/policy';
import { isLegalForm, nameKey } from './normalise';
import { characterSet, isWithin, mayBeWithin, slipsAllowed } from './misspelling';
import { isHarmless } from './words';

/** A name that the policy knows: of a covered vendor, of a brand that re-sells, or of somebody to be left alone. */
export type KnownName =
  | { readonly kind: 'vendor'; readonly written: string; readonly vendor: Vendor; readonly row: Provenance }
  | { readonly kind: 'rebrand'; readonly written: string; readonly vendor: Vendor; readonly row: Provenance }
  | { readonly kind: 'false-friend'; readonly written: string; readonly row: Provenance };

/** A known name found in a text: words `start` up to, not including, `end`. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly name: KnownName;
  /** False where it is only spelt like the name. */
  readonly exact: boolean;
}

/** A name that is long enough to be recognised when misspelt. */
interface Misspellable {
  readonly key: string;
  readonly characters: number;
  readonly limit: number;
  readonly name: KnownName;
}

/** Most words that one misspelt name is looked for in: "Hik Vison". */
const MISSPELT_WORDS = 3;
/** A brand is suspect as it is; a slip in a short one would catch too much. */
const SHORTEST_MISSPELT_REBRAND = 6;

/** Finds the names that a policy knows in the words of a text. */
export class NameIndex {
  readonly #byKey = new Map<string, KnownName>();
  readonly #misspellable: Misspellable[] = [];
  #longest = 0;

  constructor(policy: Policy) {
    for (const name of knownNames(policy)) {
      const key = nameKey(name.written);
      // The first row to claim a name keeps it; a policy file that says it twice does not parse.
      if (key === '' || this.#byKey.has(key)) continue;
      this.#byKey.set(key, name);
      this.#longest = Math.max(this.#longest, key.length);
      const limit = misspellingLimit(key, name);
      if (limit > 0) this.#misspellable.push({ key, characters: characterSet(key), limit, name });
    }
  }

  /** The known name that is the whole text, if one is. */
  whole(key: string): KnownName | null {
    return this.#byKey.get(key) ?? null;
  }

  /** Every known name in the words, longest first from the left; then, in what is left, what is spelt like one. */
  find(words: readonly string[]): readonly Occurrence[] {
    const exact: Occurrence[] = [];
    for (let start = 0; start < words.length;) {
      const found = this.#exactAt(words, start);
      if (found !== null) exact.push(found);
      start = found?.end ?? start + 1;
    }
    const taken = new Set(exact.flatMap(({ start, end }) => range(start, end)));
    const all = [...exact];
    for (let start = 0; start < words.length;) {
      const found = this.#misspeltAt(words, start, taken);
      if (found !== null) all.push(found);
      start = found?.end ?? start + 1;
    }
    return all.sort((a, b) => a.start - b.start);
  }

  #exactAt(words: readonly string[], start: number): Occurrence | null {
    let found: Occurrence | null = null;
    let key = '';
    for (let end = start; end < words.length;) {
      key += words[end] ?? '';
      end += 1;
      if (key.length > this.#longest) break;
      const name = this.#byKey.get(key);
      if (name !== undefined) found = { start, end, name, exact: true };
    }
    return found;
  }

  #misspeltAt(words: readonly string[], start: number, taken: ReadonlySet<number>): Occurrence | null {
    let key = '';
    let common = true;
    for (let end = start; end < words.length && end < start + MISSPELT_WORDS && !taken.has(end);) {
      const word = words[end] ?? '';
      key += word;
      end += 1;
      common &&= isHarmless(word) || isLegalForm(word);
      const name = common ? null : this.#spelledLike(key);
      if (name !== null) return { start, end, name, exact: false };
    }
    return null;
  }

  #spelledLike(text: string): KnownName | null {
    const characters = characterSet(text);
    for (const { key, characters: wanted, limit, name } of this.#misspellable) {
      if (Math.abs(key.length - text.length) > limit || !mayBeWithin(characters, wanted, limit)) continue;
      if (isWithin(text, key, limit)) return name;
    }
    return null;
  }
}

function misspellingLimit(key: string, name: KnownName): number {
  switch (name.kind) {
    case 'vendor':
      return slipsAllowed(key);
    case 'rebrand':
      return key.length >= SHORTEST_MISSPELT_REBRAND ? 1 : 0;
    case 'false-friend':
      return 0;
  }
}

function* knownNames(policy: Policy): Generator<KnownName> {
  const vendors = new Map(policy.vendors.map((vendor) => [vendor.id, vendor]));
  for (const vendor of policy.vendors) {
    for (const written of [vendor.name, ...vendor.aliases]) yield { kind: 'vendor', written, vendor, row: vendor };
    for (const row of vendor.subsidiaries) {
      for (const written of [row.name, ...row.aliases]) yield { kind: 'vendor', written, vendor, row };
    }
  }
  for (const row of policy.rebrands) {
    const vendor = vendors.get(row.vendor);
    if (vendor === undefined) continue;
    for (const written of [row.brand, ...row.aliases]) yield { kind: 'rebrand', written, vendor, row };
  }
  for (const row of policy.falseFriends) yield { kind: 'false-friend', written: row.name, row };
}

function range(start: number, end: number): readonly number[] {
  return Array.from({ length: end - start }, (_, offset) => start + offset);
}
