import { type CalendarRules, type Ladder, type MailDisclosure, type Policy, type Provenance, type RagThresholds } from './policy';

const PRODUCT: Provenance = { source: 'clearsite: used where the policy file says nothing', date: '2026-11-23', confidence: 'high' };

export const DEFAULT_ZONE = 'Europe/London';

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

/** Mail names references only: the department's asset numbers. */
export const DEFAULT_MAIL: MailDisclosure = { revealAssets: true, revealSites: false, revealMakes: false, ...PRODUCT };

/** A policy as an earlier release may have stored it: sections that came later are missing. */
export type StoredPolicy = Omit<Policy, 'calendar'> & Partial<Pick<Policy, 'calendar'>>;

/** A stored policy with what it lacks as the product has it. */
export function completed(stored: StoredPolicy): Policy {
  return { ...stored, calendar: stored.calendar ?? DEFAULT_CALENDAR };
}
