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

/** In this order names are looked for, so that no brand and no false friend hides a vendor. */
const KINDS = ['vendor', 'rebrand', 'false-friend'] as const satisfies readonly KnownName['kind'][];

/** Finds the names that a policy knows in the words of a text. */
export class NameIndex {
  readonly #byKey = {
    vendor: new Map<string, KnownName>(),
    rebrand: new Map<string, KnownName>(),
    'false-friend': new Map<string, KnownName>(),
  };
  readonly #misspellable: Misspellable[] = [];
  #longest = 0;

  constructor(policy: Policy) {
    for (const name of knownNames(policy)) {
      const key = nameKey(name.written);
      const names = this.#byKey[name.kind];
      // The first row to claim a name keeps it; a policy file that says it twice does not parse.
      if (key === '' || names.has(key)) continue;
      names.set(key, name);
      this.#longest = Math.max(this.#longest, key.length);
      const limit = misspellingLimit(key, name);
      if (limit > 0) this.#misspellable.push({ key, characters: characterSet(key), limit, name });
    }
  }

  /** True where the whole name is a false friend's. */
  isFalseFriend(key: string): boolean {
    return this.#byKey['false-friend'].has(key);
  }

  /** Every known name in the words, longest first from the left; then, in what is left, what is spelt like one. */
  find(words: readonly string[]): readonly Occurrence[] {
    const found: Occurrence[] = [];
    const taken: boolean[] = [];
    const collect = (at: (start: number) => Occurrence | null): void => {
      for (let start = 0; start < words.length;) {
        const occurrence = taken[start] === true ? null : at(start);
        if (occurrence !== null) found.push(occurrence);
        for (let word = start; word < (occurrence?.end ?? start); word++) taken[word] = true;
        start = occurrence?.end ?? start + 1;
      }
    };
    for (const kind of KINDS) collect((start) => this.#exactAt(words, start, this.#byKey[kind], taken));
    collect((start) => this.#misspeltAt(words, start, taken));
    return found.sort((a, b) => a.start - b.start);
  }

  #exactAt(
    words: readonly string[],
    start: number,
    names: ReadonlyMap<string, KnownName>,
    taken: readonly boolean[],
  ): Occurrence | null {
    let found: Occurrence | null = null;
    let key = '';
    for (let end = start; end < words.length && taken[end] !== true;) {
      key += words[end] ?? '';
      end += 1;
      if (key.length > this.#longest) break;
      const name = names.get(key);
      if (name !== undefined) found = { start, end, name, exact: true };
    }
    return found;
  }

  #misspeltAt(words: readonly string[], start: number, taken: readonly boolean[]): Occurrence | null {
    let key = '';
    let common = true;
    for (let end = start; end < words.length && end < start + MISSPELT_WORDS && taken[end] !== true;) {
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
