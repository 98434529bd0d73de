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
const NAMELESS = new Set(['ieee registration authority', 'private']);
/** Lengths of MA-S, MA-M and MA-L prefixes in hexadecimal digits, longest first. */
const LENGTHS = [9, 7, 6] as const;

const LOCALLY_ADMINISTERED = 0b10;
const MULTICAST = 0b01;

/**
 * Builds the lookup from prefixes and holders' names.
 * @param entries pairs of hexadecimal prefix (6, 7 or 9 digits, any case) and organisation
 */
export function createOuiRegistry(entries: Iterable<readonly [prefix: string, organisation: string]>): OuiRegistry {
  const names: string[] = [];
  const indexes = new Map<string, number>();
  const tables = new Map<number, Map<number, number>>(LENGTHS.map((length) => [length, new Map()]));
  for (const [prefix, organisation] of entries) {
    let index = indexes.get(organisation);
    if (index === undefined) {
      index = names.push(organisation) - 1;
      indexes.set(organisation, index);
    }
    tables.get(prefix.length)?.set(Number.parseInt(prefix, 16), index);
  }
  const nameless = new Set([...indexes].filter(([name]) => NAMELESS.has(name.toLowerCase())).map(([, index]) => index));

  return {
    find(mac) {
      const first = Number.parseInt(mac.slice(0, 2), 16);
      if ((first & (LOCALLY_ADMINISTERED | MULTICAST)) !== 0) return null;
      const hex = mac.slice(0, 2) + mac.slice(3, 5) + mac.slice(6, 8) + mac.slice(9, 11) + mac.slice(12, 14);
      for (const length of LENGTHS) {
        const prefix = hex.slice(0, length);
        const index = tables.get(length)?.get(Number.parseInt(prefix, 16));
        const organisation = index === undefined || nameless.has(index) ? undefined : names[index];
        if (organisation !== undefined) return { prefix, organisation };
      }
      return null;
    },
    *assignments() {
      for (const length of LENGTHS) {
        for (const [prefix, index] of tables.get(length) ?? []) {
          const organisation = names[index];
          if (organisation !== undefined && !nameless.has(index))
            yield { prefix: prefix.toString(16).padStart(length, '0'), organisation };
        }
      }
    },
  };
}
