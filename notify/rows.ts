import { type WorkingCalendar } from '../domain/calendar';
import { type Finding } from '../domain/lifecycle/state';
import { type NoticeKind } from '../domain/notices/notices';
import { type Instant, type IsoDate } from '../domain/records';
import { type Nation, type Role, type WorkStage } from '../domain/vocabulary';
import { type News } from '../domain/mail/news';

/** Each of these is a message of its own: some clients see only the first calendar entry of one. */
export const OWN_MESSAGE_KINDS = ['calendar', 'programme-digest'] as const;
export type OwnMessageKind = (typeof OWN_MESSAGE_KINDS)[number];

/** Everything that mail is written about: what cases ask for, mail that a server refused, and messages of their own. */
export type MailKind = NoticeKind | 'mail-refused' | OwnMessageKind;

/** What may be known of a case when mail is composed; how much of it is named is the policy's choice. */
export interface MailCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly finding: Finding;
  readonly siteId: string;
  readonly siteName: string;
  readonly site: 'assessed' | 'unassessed';
  /** Of the site: in its working days it is counted how far a due date is. */
  readonly nation: Nation;
  readonly departmentId: string;
  readonly departmentName: string;
  /** The contact that the tasks were reassigned to; null = nobody by name. */
  readonly owner: string | null;
  /** `not-covered` was proposed and waits for the security officer. */
  readonly proposal: 'waiting' | 'none';
}

/** The colleague whose mail is refused. */
export interface Unreachable {
  readonly name: string;
  readonly role: Role;
  /** Whose address is refused: theirs, or that of whoever stands in for them. */
  readonly sentTo: 'person' | 'deputy';
  readonly email: string;
  /** The server's words, without addresses. */
  readonly reason: string;
}

/** One outbox row, joined with what its mail may need. Instants in UTC. */
export interface MailRow {
  readonly key: string;
  readonly kind: MailKind;
  readonly contactId: string;
  /** The post because of which the recipient is told. */
  readonly role: Role;
  /** Null = a programme-wide post. */
  readonly departmentId: string | null;
  readonly stage: WorkStage | null;
  readonly due: Instant | null;
  readonly case: MailCase | null;
  /** Roles of the other people who are told of the same task and due date. */
  readonly alsoTold: readonly Role[];
  readonly unreachable: Unreachable | null;
  readonly news: News | null;
}

/** The absent person whose mail somebody reads in their place. */
export interface Absent {
  readonly name: string;
  /** Last day of the absence; null = not known. */
  readonly until: IsoDate | null;
}

/** Who a message goes to: one address, whatever posts its owner holds. */
export interface Recipient {
  readonly name: string;
  readonly address: string;
  /** Null = it is their own mail. */
  readonly standsInFor: Absent | null;
}

/** What is the same for every message of a programme. */
export interface MailSetting {
  readonly programmeTitle: string;
  /** IANA name, in which instants are dates. */
  readonly zone: string;
  /** The working days of a nation. */
  readonly daysIn: (nation: Nation) => WorkingCalendar;
  /** Tasks are named by asset id and sites by site id; else by opaque case id and by number. */
  readonly revealAssets: boolean;
  readonly revealSites: boolean;
  readonly revealMakes: boolean;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** `MAIL_FROM`: an address, or `Name <address>`. */
  readonly from: string;
}
