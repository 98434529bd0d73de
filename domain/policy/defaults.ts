import { canonicalJson } from '../canonical';
import {
  type CalendarRules,
  type DeadlineRules,
  type ExceptionLimits,
  type ExtensionLimits,
  type Ladder,
  type MailDisclosure,
  type MailPacing,
  type MailRules,
  type Policy,
  type Provenance,
  type RagThresholds,
} from './policy';

const PRODUCT: Provenance = { source: 'clearsite: used where the policy file says nothing', date: '2026-11-23', confidence: 'high' };

export const DEFAULT_ZONE = 'Europe/London';

export const DEFAULT_DEADLINES: DeadlineRules = { upgradeMarginDays: 10, orderLeadDays: 42, ...PRODUCT };

export const DEFAULT_EXTENSIONS: ExtensionLimits = { longestDays: 92, most: 2, ...PRODUCT };

export const DEFAULT_EXCEPTIONS: ExceptionLimits = { longestDays: 366, most: 2, ...PRODUCT };

/** Bank holidays as the product's data has them. */
export const DEFAULT_CALENDAR: CalendarRules = { closeOfDay: '17:00', startOfDay: '08:00', add: [], remove: [], ...PRODUCT };

/** Two reminders, the day itself, then higher up, and never quiet. */
export const DEFAULT_LADDER: Ladder = {
  rungs: [
    { days: -10, to: ['task-owner'] },
    { days: -3, to: ['task-owner'] },
    { days: 0, to: ['task-owner'] },
    { days: 1, to: ['task-owner', 'security-officer'] },
    { days: 3, to: ['head'] },
    { days: 5, to: ['programme-manager'] },
    { days: 10, to: ['sro'] },
  ],
  thenEvery: { days: 5, to: 'everyone-told' },
  ...PRODUCT,
};

export const DEFAULT_RAG: RagThresholds = { amberWithinDays: 10, ...PRODUCT };

/** Few messages, in working hours. */
export const DEFAULT_PACING: MailPacing = { gatherMinutes: 15, digestAt: '08:00', workingHours: { from: '08:00', to: '18:00' }, capPerDay: 3 };

/** Mail names references only: the department's asset numbers. */
export const DEFAULT_MAIL: MailRules = { revealAssets: true, revealSites: false, revealMakes: false, ...DEFAULT_PACING, ...PRODUCT };

/** Sections that a policy file may leave out, as the product has them. */
const DEFAULTS = {
  calendar: DEFAULT_CALENDAR,
  deadlines: DEFAULT_DEADLINES,
  extensions: DEFAULT_EXTENSIONS,
  exceptions: DEFAULT_EXCEPTIONS,
  ladder: DEFAULT_LADDER,
  rag: DEFAULT_RAG,
  mail: DEFAULT_MAIL,
} as const satisfies Partial<Policy>;

type Optional = keyof typeof DEFAULTS;

/** A policy as its file or an earlier release may have it: sections are missing. */
export type StoredPolicy = Omit<Policy, Optional> & {
  readonly [Section in Exclude<Optional, 'mail'>]?: Policy[Section] | undefined;
} & { readonly mail?: (MailDisclosure & Partial<MailPacing>) | undefined };

/** A policy with what it leaves out as the product has it. */
export function completed(stored: StoredPolicy): Policy {
  const { mail, ...rest } = stored;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...given, mail: mail === undefined ? DEFAULT_MAIL : { ...DEFAULT_PACING, ...mail } } as Policy;
}

/**
 * What a policy says of its own: sections, and values of mail's pace, that are the product's are left out, so that a file stays the
 * same policy when a release brings a section that it does not speak of.
 */
export function ownWords(policy: Policy): Readonly<Record<string, unknown>> {
  const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
  const without = (all: object, defaults: object): Readonly<Record<string, unknown>> => {
    const known = new Map(Object.entries(defaults));
    return Object.fromEntries(Object.entries(all).filter(([key, value]) => !known.has(key) || !same(value, known.get(key))));
  };
  const said = without(policy, DEFAULTS);
  return 'mail' in said ? { ...said, mail: without(policy.mail, DEFAULT_PACING) } : said;
}
