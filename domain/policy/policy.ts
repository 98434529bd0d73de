import { type IsoDate } from '../records';
import { type Nation, type Role, type Sensitivity, type WorkStage } from '../vocabulary';

/** How sure the row's source is. `low` never speaks against a make that the inventory states. */
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Where a policy row comes from. Every row of every section has one. */
export interface Provenance {
  /** What was read, so that another person finds it again: a publication, a register, a decision. */
  readonly source: string;
  /** Day on which the source said so, or was read. */
  readonly date: IsoDate;
  readonly confidence: Confidence;
}

/** A company within a vendor's group, listed as the vendor is. */
export interface Subsidiary extends Provenance {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A covered company. Its name, aliases and subsidiaries are matched exactly after normalisation. */
export interface Vendor extends Provenance {
  /** Short and stable, e.g. `hikvision`; other sections name the vendor by it. */
  readonly id: string;
  readonly name: string;
  /** In any script; registered names need no row of their own where they only add a legal form. */
  readonly aliases: readonly string[];
  readonly subsidiaries: readonly Subsidiary[];
}

/** A brand reported to sell some equipment made by a covered vendor: suspect, never covered. */
export interface Rebrand extends Provenance {
  readonly brand: string;
  readonly aliases: readonly string[];
  /** {@link Vendor.id}. */
  readonly vendor: string;
}

/** A maker whose name looks like a covered one and is not: a look-alike spelling of it is never suspect. */
export interface FalseFriend extends Provenance {
  readonly name: string;
}

/** A holder of MAC prefixes in the IEEE registry that belongs to a covered vendor. */
export interface OuiOrganisation extends Provenance {
  /** The first words of the registered name, e.g. `Zhejiang Dahua`. Whole words are compared, after normalisation. */
  readonly organisation: string;
  /** {@link Vendor.id}. */
  readonly vendor: string;
}

/** A model number's shape. Weak whatever its confidence: numbers are copied and re-used. */
export interface ModelPattern extends Provenance {
  /** A glob: `*` any characters, `?` one; case, spaces and punctuation do not count. E.g. `DS-2CD*`. */
  readonly pattern: string;
  /** {@link Vendor.id}. */
  readonly vendor: string;
}

/** A kind of device that the policy speaks about. A type that no row names, or none at all, counts as in scope. */
export interface DeviceType extends Provenance {
  readonly type: string;
  readonly synonyms: readonly string[];
  readonly scope: Scope;
}

export const SCOPES = ['in', 'out'] as const;
export type Scope = (typeof SCOPES)[number];

/** What the policy asks of sites of one class. */
export interface SiteClass extends Provenance {
  /** `unassessed` is always `in`: a site counts until somebody has assessed it. */
  readonly scope: Scope;
  /** Last day on which covered equipment may be there, in the policy's zone; null = the policy sets no date. */
  readonly removalDate: IsoDate | null;
}

/** From when covered equipment must not be newly installed on sites in scope. */
export interface CeaseDeployment extends Provenance {
  readonly from: IsoDate;
}

/** A day on which the calendar of working days differs from the bank holidays that it was made with. */
export interface CalendarDay extends Provenance {
  /** The day itself; `date` is when the source said so. */
  readonly on: IsoDate;
  /** Null = all three. */
  readonly nation: Nation | null;
  readonly name: string;
}

/** Which days are working days, and their hours, in the policy's zone. */
export interface CalendarRules extends Provenance {
  /** `HH:MM` at which a working day closes and what is due that day is late. @default 17:00 */
  readonly closeOfDay: string;
  /** `HH:MM` at which reminders go out. @default 08:00 */
  readonly startOfDay: string;
  /** Further days on which people do not work. */
  readonly add: readonly CalendarDay[];
  /** Bank holidays on which they do. */
  readonly remove: readonly CalendarDay[];
}

/** Working days that each stage may take. */
export interface StageBudgets extends Provenance {
  readonly days: Readonly<Record<WorkStage, number>>;
}

/** What binds removal besides the programme's date, and what it waits for. */
export interface DeadlineRules extends Provenance {
  /** Working days by which removal has to be done before the next scheduled upgrade. */
  readonly upgradeMarginDays: number;
  /** Plain days from ordering a replacement to having it. */
  readonly orderLeadDays: number;
}

/** How far a programme manager may agree to more time; beyond it the SRO decides. */
export interface ExtensionLimits extends Provenance {
  /** Plain days that one extension may add. */
  readonly longestDays: number;
  /** Extensions of one stage of a case. */
  readonly most: number;
}

/** How far a programme manager may let a device stay; beyond it the SRO decides. */
export interface ExceptionLimits extends Provenance {
  /** Plain days from the decision to the expiry. */
  readonly longestDays: number;
  /** Exceptions of one case, renewals included. */
  readonly most: number;
}

/** One step of the ladder: who is told when a due date is `days` working days away (negative: before it; positive: late). */
export interface Rung {
  readonly days: number;
  readonly to: readonly Role[];
}

/** Who is told, and when, that a due date comes near or has passed. It never goes quiet: `thenEvery` has no end. */
export interface Ladder extends Provenance {
  /** In the order of their days, each day once. */
  readonly rungs: readonly Rung[];
  /** After the last rung: every `days` days, to everyone told so far. */
  readonly thenEvery: { readonly days: number; readonly to: 'everyone-told' };
}

/** When a case that is not late shows as at risk. */
export interface RagThresholds extends Provenance {
  /** Amber when the due date is at most so many days away. */
  readonly amberWithinDays: number;
}

/** What a mail may name. Sites and makes are hidden unless the programme says otherwise. */
export interface MailDisclosure extends Provenance {
  /** The department's own asset numbers; hide them where they give away a site, and mail names opaque case ids instead. @default true */
  readonly revealAssets: boolean;
  readonly revealSites: boolean;
  readonly revealMakes: boolean;
}

/** When mail leaves, and how much of it: few messages, in working hours. Times are `HH:MM`, local in the policy's zone. */
export interface MailPacing {
  /** Urgent notices are gathered so long before they leave as one message; the morning's message gathers as long. @default 15 */
  readonly gatherMinutes: number;
  /** When the working morning's message begins to gather; within working hours. @default 08:00 */
  readonly digestAt: string;
  /** Mail leaves on working days of the recipient's nation between these, both included. @default 08:00 to 18:00 */
  readonly workingHours: { readonly from: string; readonly to: string };
  /** Most messages to one person on a local date, calendar entries included; the rest waits for the next morning. @default 3 */
  readonly capPerDay: number;
}

/** What mail may name, and when it leaves. */
export interface MailRules extends MailDisclosure, MailPacing {}

/**
 * The rules of one programme: what is covered, where, by when, and who is told. Owned by its user; nothing in the
 * code knows a company, a date or a zone. Plain JSON, so that it is stored and passed as it is.
 */
export interface Policy {
  /** Also the programme's id. */
  readonly id: string;
  /** Changes whenever the content does. */
  readonly version: string;
  readonly title: string;
  /** IANA zone in which the policy's dates are days. @default Europe/London */
  readonly zone: string;
  readonly calendar: CalendarRules;
  readonly ceaseDeployment: CeaseDeployment;
  readonly deviceTypes: readonly DeviceType[];
  readonly siteClasses: Readonly<Record<Sensitivity, SiteClass>>;
  readonly stageBudgets: StageBudgets;
  readonly deadlines: DeadlineRules;
  readonly extensions: ExtensionLimits;
  readonly exceptions: ExceptionLimits;
  readonly ladder: Ladder;
  readonly rag: RagThresholds;
  readonly mail: MailRules;
  readonly vendors: readonly Vendor[];
  readonly rebrands: readonly Rebrand[];
  readonly falseFriends: readonly FalseFriend[];
  readonly ouis: readonly OuiOrganisation[];
  readonly modelPatterns: readonly ModelPattern[];
}

/** True where covered equipment on a site of this class opens a case. */
export function isSiteInScope(policy: Policy, sensitivity: Sensitivity): boolean {
  return policy.siteClasses[sensitivity].scope === 'in';
}
