import { type Decision, type ScreeningResult } from '../vocabulary';
import { unreachable } from '../errors';

/** Where a device stands against the policy's scope; one word, the first that applies. */
export type ScopeAnswer = 'type-out' | 'site-out' | 'before-cease-date' | 'in';

/**
 * The deployment gate: may it be installed?
 *
 * | result | in scope | before the cease date | site out of scope | type out of scope |
 * |---|---|---|---|---|
 * | covered | block | refer | refer | refer |
 * | suspect, unknown-make | refer | refer | refer | allow |
 * | clear | allow | allow | allow | allow |
 *
 * A covered make is never waved through: elsewhere the department decides. Before the cease date it may be deployed,
 * but would have to be removed again, so it is referred.
 */
export function deploymentDecision(result: ScreeningResult, scope: ScopeAnswer): Decision {
  switch (result) {
    case 'covered':
      return scope === 'in' ? 'block' : 'refer';
    case 'suspect':
    case 'unknown-make':
      return scope === 'type-out' ? 'allow' : 'refer';
    case 'clear':
      return 'allow';
    default:
      return unreachable(result);
  }
}
