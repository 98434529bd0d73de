import { type OuiAssignment, type OuiRegistry } from '../oui';
import { type OuiOrganisation, type Policy, type Vendor } from '../policy/policy';
import { fold, wordsOf } from './normalise';

/** Who holds an address's prefix, and the policy row that knows the holder. */
export interface HolderMatch {
  readonly assignment: OuiAssignment;
  readonly listed: { readonly row: OuiOrganisation; readonly vendor: Vendor } | null;
}

/** True where the registered name begins with the row's words, whole words compared. */
export function holderBeginsWith(registered: readonly string[], row: readonly string[]): boolean {
  return row.length > 0 && row.every((word, at) => registered[at] === word);
}

/** Words of an organisation's name, as {@link holderBeginsWith} compares them. */
export function holderWords(organisation: string): readonly string[] {
  return wordsOf(fold(organisation));
}

/**
 * Finds who holds a MAC address's prefix. One answer per prefix is kept: the registry is finite, so that is bounded.
 * @param mac lower-case, colon-separated; null, malformed, random and multicast addresses have no holder
 */
export function holderFinder(policy: Policy, registry: OuiRegistry): (mac: string | null) => HolderMatch | null {
  const rows = policy.ouis.flatMap((row) => {
    const vendor = policy.vendors.find(({ id }) => id === row.vendor);
    return vendor === undefined ? [] : [{ row, vendor, words: holderWords(row.organisation) }];
  });
  // The row with more words is the closer one.
  rows.sort((a, b) => b.words.length - a.words.length);
  const matches = new Map<OuiAssignment, HolderMatch>();
  const match = (assignment: OuiAssignment): HolderMatch => {
    const registered = holderWords(assignment.organisation);
    const found = { assignment, listed: rows.find(({ words }) => holderBeginsWith(registered, words)) ?? null };
    matches.set(assignment, found);
    return found;
  };
  return (mac) => {
    const assignment = mac === null ? null : registry.find(mac);
    return assignment === null ? null : (matches.get(assignment) ?? match(assignment));
  };
}
