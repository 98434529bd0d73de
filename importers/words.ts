import { type Nation, type Network, type Role, type Sensitivity } from '../domain/vocabulary';
import { CellProblem } from './problem';
import { type CellParser, tidy } from './values';

/** The words that departments use for each of the field's own; the field's word itself always counts. */
type Synonyms<T extends string> = Readonly<Record<T, readonly string[]>>;

export const NETWORK_WORDS: Synonyms<Network> = {
  core: ['core network', 'departmental core', 'corporate', 'corporate network', 'corporate lan', 'enterprise network'],
  segregated: [
    'segregated network',
    'segregated vlan',
    'separate',
    'separate network',
    'separated',
    'segmented',
    'dedicated network',
    'cctv network',
    'off core',
    'ring fenced',
  ],
  isolated: [
    'standalone',
    'stand alone',
    'air gapped',
    'airgapped',
    'air gap',
    'not connected',
    'not networked',
    'no network',
    'offline',
    'disconnected',
  ],
  unknown: ['', '?', '-', 'n a', 'na', 'tbc', 'tbd', 'not known', 'not recorded', 'unk'],
};

export const NATION_WORDS: Synonyms<Nation> = {
  'england-and-wales': ['england', 'wales', 'england wales', 'e w', 'ew', 'eng', 'wal', 'cymru', 'gb eng', 'gb wls'],
  scotland: ['scot', 'sct', 'gb sct', 'alba'],
  'northern-ireland': ['ni', 'n ireland', 'nireland', 'gb nir'],
};

export const SENSITIVITY_WORDS: Synonyms<Sensitivity> = {
  sensitive: ['yes', 'y', 'true'],
  'not-sensitive': ['non sensitive', 'nonsensitive', 'no', 'n', 'false'],
  unassessed: ['not assessed', 'not yet assessed', 'to be assessed', 'unknown', 'not known', 'tbc', 'tbd', '?'],
};

export const ROLE_WORDS: Synonyms<Role> = {
  'task-owner': ['owner', 'device owner', 'asset owner'],
  'security-officer': ['departmental security officer', 'department security officer', 'dso', 'so'],
  head: ['head of department', 'department head', 'hod'],
  'programme-manager': ['program manager', 'pm'],
  sro: ['senior responsible owner', 'senior responsible officer'],
};

/** Case, punctuation and spacing do not count. */
function wordKey(text: string): string {
  if (text === '?' || text === '-') return text;
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A word of a closed set, by itself or a synonym; any other is a problem that names the set. A blank cell is `blank`. */
function word<T extends string>(synonyms: Synonyms<T>, blank: T | null): CellParser<T> {
  const words = Object.keys(synonyms) as T[];
  const known = new Map<string, T>(
    words.flatMap((own) => [own, ...synonyms[own]].map((other): [string, T] => [wordKey(other), own])),
  );
  const problem = new CellProblem(
    'unknown-word',
    'It is not a word that the import knows.',
    `Write one of ${words.join(', ')}.`,
  );
  return (cell) => {
    const value = tidy(cell);
    if (value === null) return problem;
    if (value === '') return blank;
    return known.get(wordKey(value)) ?? problem;
  };
}

/** Blank is `unknown`: a network is never guessed, since being off core spares a task. */
export const network = word(NETWORK_WORDS, 'unknown');
export const nation = word(NATION_WORDS, null);
export const sensitivity = word(SENSITIVITY_WORDS, null);
export const role = word(ROLE_WORDS, null);
