import { canonicalJson } from '../canonical';
import { type Rule, type Screening } from './screening';

/** Rules that speak of the scope, not of what the device is. */
const OF_SCOPE: ReadonlySet<Rule> = new Set(['device-type-out-of-scope', 'site-out-of-scope', 'before-cease-date']);

/**
 * True where two screenings of one device say the same of what it is: the same result for the same reasons. How a source
 * is cited does not count, nor does the scope. A security officer's clearance rests on this.
 */
export function isSameFinding(one: Screening, other: Screening): boolean {
  return one === other || finding(one) === finding(other);
}

function finding({ result, reasons }: Screening): string {
  const said = reasons.filter(({ rule }) => !OF_SCOPE.has(rule));
  return canonicalJson({ result, said: said.map(({ rule, strength, text }) => ({ rule, strength, text })) });
}
