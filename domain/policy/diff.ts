import { canonicalJson } from '../canonical';
import { type Policy } from './policy';

/** One difference between two policies. Values are plain JSON. */
export type PolicyChange =
  | { readonly kind: 'added'; readonly section: string; readonly row: string; readonly after: unknown }
  | { readonly kind: 'removed'; readonly section: string; readonly row: string; readonly before: unknown }
  /** A value that differs; `row` is empty where the section is one row or one value. */
  | { readonly kind: 'changed'; readonly section: string; readonly row: string; readonly field: string; readonly before: unknown; readonly after: unknown }
  /** A date that moved; `days` > 0 = later. */
  | { readonly kind: 'moved'; readonly section: string; readonly row: string; readonly field: string; readonly before: string; readonly after: string; readonly days: number };

/** What a row of each list is told apart by; everything else in it may change. */
const ROW_NAMES: Readonly<Record<string, readonly string[]>> = {
  deviceTypes: ['type'],
  vendors: ['id'],
  subsidiaries: ['name'],
  rebrands: ['brand'],
  falseFriends: ['name'],
  ouis: ['organisation'],
  modelPatterns: ['pattern'],
  rungs: ['days'],
  add: ['on', 'nation'],
  remove: ['on', 'nation'],
};
/** Maps whose members are rows: the classes of sites. */
const ROW_MAPS = new Set(['siteClasses']);
/** Changes words only. Confidence is no such member: it decides what a row says against a stated make. */
const PROVENANCE_ONLY = new Set(['source', 'date', 'removalDate']);
/** What decides how a device is screened, and whether it is in scope. */
const SCREENING = new Set(['siteClasses', 'deviceTypes', 'vendors', 'rebrands', 'falseFriends', 'ouis', 'modelPatterns']);
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY = 86_400_000;

/**
 * What differs between two policies, by meaning: rows are told apart by what they name, not by where they stand, and
 * the order of rows and of aliases does not count.
 * @returns in the order of `after`, what it lacks last; empty where both say the same
 */
export function diffPolicies(before: Policy, after: Policy): readonly PolicyChange[] {
  return diffMembers('', '', { ...before }, { ...after });
}

/** True where devices may be screened differently, so that they are to be screened again. */
export function affectsScreening(changes: readonly PolicyChange[]): boolean {
  return changes.some((change) => {
    const [section = ''] = change.section.split('.');
    return SCREENING.has(section) && !('field' in change && PROVENANCE_ONLY.has(lastOf(change.field)));
  });
}

type Members = Readonly<Record<string, unknown>>;

function diffMembers(section: string, row: string, before: Members, after: Members): readonly PolicyChange[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name) => {
    const inSection = section === '' ? name : section;
    const field = section === '' ? '' : name;
    return diffValue({ section: inSection, row, field, name }, before[name], after[name]);
  });
}

interface Place {
  readonly section: string;
  readonly row: string;
  readonly field: string;
  /** Of the member, to know a list of rows by. */
  readonly name: string;
}

function diffValue(place: Place, before: unknown, after: unknown): readonly PolicyChange[] {
  const { section, row, field, name } = place;
  const keys = ROW_NAMES[name];
  if (keys !== undefined && isRows(before) && isRows(after)) {
    const named = (rows: readonly Members[]): Members => Object.fromEntries(rows.map((one) => [rowName(one, keys), one]));
    return diffRows(name === section ? section : `${section}.${name}`, row, named(before), named(after));
  }
  if (ROW_MAPS.has(name) && isMembers(before) && isMembers(after)) return diffRows(section, row, before, after);
  if (isMembers(before) && isMembers(after)) {
    return diffMembers(section, row, before, after).map((change) => ('field' in change && field !== '' ? { ...change, field: `${field}.${change.field}` } : change));
  }
  if (sameValue(before, after)) return [];
  if (isDate(before) && isDate(after) && field !== 'date') {
    return [{ kind: 'moved', section, row, field, before, after, days: Math.round((Date.parse(after) - Date.parse(before)) / DAY) }];
  }
  return [{ kind: 'changed', section, row, field, before, after }];
}

function rowName(row: Members, keys: readonly string[]): string {
  return keys.map((key) => row[key] ?? null).filter((part) => part !== null).map(String).join(' ');
}

function diffRows(section: string, parent: string, before: Members, after: Members): readonly PolicyChange[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name): readonly PolicyChange[] => {
    const row = parent === '' ? name : `${parent} / ${name}`;
    const was = before[name];
    const is = after[name];
    if (was === undefined) return [{ kind: 'added', section, row, after: is }];
    if (is === undefined) return [{ kind: 'removed', section, row, before: was }];
    return isMembers(was) && isMembers(is) ? diffMembers(section, row, was, is) : [];
  });
}

function sameValue(before: unknown, after: unknown): boolean {
  return canonicalJson(sorted(before)) === canonicalJson(sorted(after));
}

/** Lists of names are sets: their order says nothing. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => canonicalJson(item)).sort() : value;
}

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isRows(value: unknown): value is readonly Members[] {
  return Array.isArray(value) && value.every(isMembers);
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && ISO_DATE.test(value);
}

function lastOf(field: string): string {
  return field.split('.').at(-1) ?? '';
}
