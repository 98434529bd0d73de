import { type Instant } from '../../domain/records';
import { type Role, type WorkStage } from '../../domain/vocabulary';

/** What an entry is told by: REQUEST shows or moves it, CANCEL takes it out. */
export type CalendarMethod = 'REQUEST' | 'CANCEL';

/** What an invitation is composed from: one version of one calendar entry. Instants in UTC. */
export interface InvitationRow {
  /** Of the outbox row: the same letter always has the same. */
  readonly key: string;
  readonly uid: string;
  readonly method: CalendarMethod;
  /** iCalendar SEQUENCE: rises with each version of the entry. */
  readonly sequence: number;
  readonly stage: WorkStage;
  readonly due: Instant;
  /** The post because of which the recipient has it. */
  readonly role: Role;
  readonly tasks: readonly { readonly caseId: string; readonly assetId: string }[];
  /** An earlier version of the entry has gone out. */
  readonly knownBefore: 'yes' | 'no';
}
