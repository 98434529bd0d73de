/** The assignment that an address falls under. */
export interface OuiAssignment {
  /** Hexadecimal digits of the prefix: 6, 7 or 9 (24, 28 or 36 bits), lower-case. */
  readonly prefix: string;
  /** The holder's name as registered. */
  readonly organisation: string;
}

/** Who holds an address's prefix, by the IEEE registry. */
export interface OuiRegistry {
  /**
   * @param mac lower-case, colon-separated
   * @returns the longest matching assignment; null where none matches, the block was only set aside for smaller
   * ones, or the address carries no prefix: locally administered (random) or multicast.
   */
  find(mac: string): OuiAssignment | null;
  /** Every assignment to a named holder, longest prefixes first. */
  assignments(): Iterable<OuiAssignment>;
}

/** Holders that say nothing about a maker: the registry's own blocks for smaller assignments, and withheld names. */
const NAMELESS = /^(?:ieee registration authority|private)$/i;
/** Of MA-L, MA-M and MA-S prefixes, in hexadecimal digits. */
const LARGE = 6;
const MEDIUM = 7;
const SMALL = 9;
/** What a longer prefix is divided by to get the shorter one. */
const SMALL_TO_MEDIUM = 16 ** (SMALL - MEDIUM);
const SMALL_TO_LARGE = 16 ** (SMALL - LARGE);
const MEDIUM_TO_LARGE = 16 ** (MEDIUM - LARGE);

const LOCALLY_ADMINISTERED = 0b10;
const MULTICAST = 0b01;

/**
 * Builds the lookup from prefixes and holders' names.
 * @param entries pairs of hexadecimal prefix (6, 7 or 9 digits, any case) and organisation
 */
export function createOuiRegistry(entries: Iterable<readonly [prefix: string, organisation: string]>): OuiRegistry {
  const small = new Map<number, OuiAssignment>();
  const medium = new Map<number, OuiAssignment>();
  const large = new Map<number, OuiAssignment>();
  /** The 24-bit blocks that were divided: few, so most addresses need one look. */
  const divided = new Set<number>();
  for (const [prefix, organisation] of entries) {
    if (NAMELESS.test(organisation)) continue;
    const value = Number.parseInt(prefix, 16);
    const assignment = { prefix: prefix.toLowerCase(), organisation };
    if (prefix.length === LARGE) large.set(value, assignment);
    if (prefix.length === MEDIUM) {
      medium.set(value, assignment);
      divided.add(Math.floor(value / MEDIUM_TO_LARGE));
    }
    if (prefix.length === SMALL) {
      small.set(value, assignment);
      divided.add(Math.floor(value / SMALL_TO_LARGE));
    }
  }
  return {
    find(mac) {
      const value = firstDigits(mac, SMALL);
      const block = Math.floor(value / SMALL_TO_LARGE);
      const firstByte = block >> 16;
      if (Number.isNaN(value) || (firstByte & (LOCALLY_ADMINISTERED | MULTICAST)) !== 0) return null;
      const longer = divided.has(block)
        ? (small.get(value) ?? medium.get(Math.floor(value / SMALL_TO_MEDIUM)))
        : undefined;
      return longer ?? large.get(block) ?? null;
    },
    *assignments() {
      yield* small.values();
      yield* medium.values();
      yield* large.values();
    },
  };
}

/** The number that the first hexadecimal digits of a colon-separated address make; NaN where it is none. */
function firstDigits(mac: string, count: number): number {
  let value = 0;
  for (let digit = 0, at = 0; digit < count; at++) {
    if (at % 3 === 2) continue;
    const code = mac.charCodeAt(at);
    if (code >= 48 && code <= 57) value = value * 16 + code - 48;
    else if (code >= 97 && code <= 102) value = value * 16 + code - 87;
    else return Number.NaN;
    digit += 1;
  }
  return value;
}
