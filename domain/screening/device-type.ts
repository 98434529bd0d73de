import { type DeviceType, type Policy } from '../policy/policy';
import { withoutWhatItFits } from './fits';
import { fold, wordsOf } from './normalise';

/** Between two things in one cell: "camera with bracket", "camera / recorder". */
const JOINING_WORDS = new Set(['with', 'and', 'plus', 'incl', 'including']);
const JOINING_SIGNS = /[^\p{L}\p{N}\s-]+/u;

/** What a device type is compared by: without spaces, punctuation and the plural's s. */
export function typeKey(type: string): string {
  return keyOf(wordsOf(fold(type)));
}

/**
 * Finds the policy's row for a stated device type. A type in other words is found by its last listed noun ("PTZ dome
 * camera", "camera bracket"), less what it is for ("bracket for cameras"); of several things the one in scope counts.
 * @returns null where nothing is stated or no row names it: such a device counts as in scope
 */
export function deviceTypeFinder(policy: Policy): (deviceType: string | null) => DeviceType | null {
  const rows = new Map<string, DeviceType>();
  for (const row of policy.deviceTypes) {
    for (const name of [row.type, ...row.synonyms]) if (!rows.has(typeKey(name))) rows.set(typeKey(name), row);
  }
  return (deviceType) => {
    const folded = fold(deviceType ?? '');
    const whole = rows.get(typeKey(folded));
    if (whole !== undefined) return whole;
    const things = folded.split(JOINING_SIGNS).flatMap((part) => thingsIn(withoutWhatItFits(wordsOf(part))));
    const heads = things.flatMap((thing) => lastListed(thing, rows) ?? []);
    return heads.find(({ scope }) => scope === 'in') ?? heads[0] ?? null;
  };
}

function thingsIn(words: readonly string[]): readonly (readonly string[])[] {
  const things: string[][] = [[]];
  for (const word of words) {
    if (JOINING_WORDS.has(word)) things.push([]);
    else things.at(-1)?.push(word);
  }
  return things;
}

function lastListed(words: readonly string[], rows: ReadonlyMap<string, DeviceType>): DeviceType | null {
  for (let end = words.length; end > 0; end--) {
    for (let start = 0; start < end; start++) {
      const row = rows.get(keyOf(words.slice(start, end)));
      if (row !== undefined) return row;
    }
  }
  return null;
}

function keyOf(words: readonly string[]): string {
  return words.map((word) => (word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word)).join('');
}
