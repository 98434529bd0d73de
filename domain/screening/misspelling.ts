/** Shorter names have too many neighbours: "Sony" is one letter from "Sonny". */
const SHORTEST = 5;
/** From this length on two slips are allowed for. */
const TWO_SLIPS = 8;

/** How many slips still make a likely misspelling of a name: 0 below 5 letters, 1 up to 7, 2 from 8. */
export function slipsAllowed(name: string): 0 | 1 | 2 {
  if (name.length < SHORTEST) return 0;
  return name.length < TWO_SLIPS ? 1 : 2;
}

/**
 * Which characters a text has, one bit for a handful of characters each. A slip changes at most two bits, so texts whose
 * sets differ in more than twice the limit need no closer look.
 */
export function characterSet(text: string): number {
  let set = 0;
  for (let at = 0; at < text.length; at++) set |= 1 << (text.charCodeAt(at) % 31);
  return set;
}

/** True where two {@link characterSet}s are so alike that the texts may be within `limit` slips. */
export function mayBeWithin(one: number, other: number, limit: number): boolean {
  let different = one ^ other;
  for (let bits = 0; different !== 0; bits++) {
    if (bits === 2 * limit) return false;
    different &= different - 1;
  }
  return true;
}

/**
 * True where `text` becomes `name` by at most `limit` slips of typing: a letter left out, added, mistaken, or two
 * neighbours swapped (optimal string alignment distance; "Dahau" is one slip from "Dahua", plain Levenshtein says two).
 */
export function isWithin(text: string, name: string, limit: number): boolean {
  if (Math.abs(text.length - name.length) > limit) return false;
  let beforeLast: number[] = [];
  let last = Array.from({ length: name.length + 1 }, (_, column) => column);
  for (let row = 1; row <= text.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= name.length; column++) {
      const same = text[row - 1] === name[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && text[row - 1] === name[column - 2] && text[row - 2] === name[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return false;
    beforeLast = last;
    last = current;
  }
  return at(last, name.length) <= limit;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
