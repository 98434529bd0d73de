import { type CalendarRules, type Ladder, type MailDisclosure, type MailPacing, type MailRules, type Policy, type Provenance, type RagThresholds } from './policy';

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

/** Few messages, in working hours. */
export const DEFAULT_PACING: MailPacing = { gatherMinutes: 15, digestAt: '08:00', workingHours: { from: '08:00', to: '18:00' }, capPerDay: 3 };

/** Mail names references only: the department's asset numbers. */
export const DEFAULT_MAIL: MailRules = { revealAssets: true, revealSites: false, revealMakes: false, ...DEFAULT_PACING, ...PRODUCT };

/** A policy as an earlier release may have stored it: what came later is missing. */
export type StoredPolicy = Omit<Policy, 'calendar' | 'mail'> &
  Partial<Pick<Policy, 'calendar'>> & { readonly mail: MailDisclosure & Partial<MailPacing> };

/** A stored policy with what it lacks as the product has it. */
export function completed(stored: StoredPolicy): Policy {
  return { ...stored, calendar: stored.calendar ?? DEFAULT_CALENDAR, mail: { ...DEFAULT_PACING, ...stored.mail } };
}
