import { type DeadlineRules, type ExceptionLimits, type ExtensionLimits, type Ladder, type MailDisclosure, type Provenance, type RagThresholds } from './policy';

const PRODUCT: Provenance = { source: 'clearsite: used where the policy file says nothing', date: '2026-11-23', confidence: 'high' };

export const DEFAULT_ZONE = 'Europe/London';

export const DEFAULT_DEADLINES: DeadlineRules = { upgradeMarginDays: 10, orderLeadDays: 42, ...PRODUCT };

export const DEFAULT_EXTENSIONS: ExtensionLimits = { longestDays: 92, most: 2, ...PRODUCT };

export const DEFAULT_EXCEPTIONS: ExceptionLimits = { longestDays: 366, most: 2, ...PRODUCT };

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
