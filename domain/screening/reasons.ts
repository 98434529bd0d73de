import { type DeviceType, type Policy, type Provenance } from '../policy/policy';
import { type ScreeningResult, type Sensitivity, type Strength, STRENGTHS } from '../vocabulary';
import { type ScopeAnswer } from './decision';
import { type Reason } from './screening';

/** A longer cell is cut in a sentence. */
const LONGEST_QUOTE = 80;
/** One printed line without surprises. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;
const SITE_WORDS = {
  sensitive: 'sensitive',
  'not-sensitive': 'not sensitive',
  unassessed: 'not yet assessed',
} as const;

/** A policy row's source as reasons cite it. */
export function citation({ source, date, confidence }: Provenance): string {
  return `${source} (${date}, confidence ${confidence})`;
}

/** Reasons strongest first; those of one strength stay as they were. */
export function inOrder(reasons: readonly Reason[]): readonly Reason[] {
  const ordered = reasons.map(({ rule, strength, text, source }) => Object.freeze({ rule, strength, text, source }));
  return Object.freeze(ordered.sort((a, b) => STRENGTHS.indexOf(a.strength) - STRENGTHS.indexOf(b.strength)));
}

/** No row makes a rule stronger than its own confidence. */
export function capped(strength: Strength, { confidence }: Provenance): Strength {
  const cap = ({ high: 'strong', medium: 'moderate', low: 'weak' } as const)[confidence];
  return STRENGTHS.indexOf(strength) < STRENGTHS.indexOf(cap) ? cap : strength;
}

/** Inventory text in a sentence, cut to a readable length and on one line. */
export function quote(text: string | null): string {
  const given = text ?? '';
  if (given.length <= LONGEST_QUOTE && PLAIN.test(given)) return `“${given}”`;
  const line = [
    ...given
      .slice(0, LONGEST_QUOTE * 4)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim(),
  ];
  return line.length > LONGEST_QUOTE ? `“${line.slice(0, LONGEST_QUOTE).join('')}…”` : `“${line.join('')}”`;
}

/** A prefix as people write it: `4419b6` is 44:19:b6. */
export function prefixText(prefix: string): string {
  return (prefix.match(/..?/g) ?? []).join(':');
}

/** Why the device is out of the policy's scope, or not yet under the deployment ban; none where it is in scope. */
export function scopeReasons(
  policy: Policy,
  result: ScreeningResult,
  scope: ScopeAnswer,
  type: DeviceType | null,
  sensitivity: Sensitivity | null,
): readonly Reason[] {
  switch (scope) {
    case 'type-out':
      return type === null
        ? []
        : [
            Object.freeze({
              rule: 'device-type-out-of-scope',
              strength: 'strong',
              text: `The policy does not cover this kind of device: ${type.type}.`,
              source: citation(type),
            } as const),
          ];
    case 'site-out':
      return sensitivity === null
        ? []
        : [
            Object.freeze({
              rule: 'site-out-of-scope',
              strength: 'strong',
              text: `The policy does not ask for removal from a site that is ${SITE_WORDS[sensitivity]}.`,
              source: citation(policy.siteClasses[sensitivity]),
            } as const),
          ];
    case 'before-cease-date':
      return result === 'covered'
        ? [
            Object.freeze({
              rule: 'before-cease-date',
              strength: 'strong',
              text: `From ${policy.ceaseDeployment.from} it must not be installed; what is installed before will have to be removed.`,
              source: citation(policy.ceaseDeployment),
            } as const),
          ]
        : [];
    case 'in':
      return [];
  }
}
