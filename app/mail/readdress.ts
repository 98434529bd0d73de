import { type Pool, type PoolClient } from 'pg';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Instant } from '../../domain/records';
import { type Role } from '../../domain/vocabulary';
import { refuseDeputy } from '../../register/deputies';
import { refuseAddress, type RefusedContact } from '../../register/messages';
import {
  copyRow,
  endRows,
  lockStrandedRows,
  queueMailNotice,
  reachablePeople,
  type RowEnd,
  type StrandedRow,
  strandedPeople,
} from '../../register/outbox';
import { inTransaction } from '../../register/transaction';
import { directory } from './directory';

/** Rows looked at in one transaction. */
const PAGE = 500;

/** What is about mail itself goes to whoever runs the programme; the rest stays with the role, or goes up from it. */
function rolesFor({ kind, role }: StrandedRow): readonly Role[] {
  return kind === 'dead-address' || kind === 'mail-refused' ? ['programme-manager'] : [role];
}

/**
 * Hands rows to the next person who can be reached, each once.
 * @param end what becomes of the rows themselves
 * @returns how many found nobody; they keep waiting
 */
export async function handOn(
  client: PoolClient,
  rows: readonly StrandedRow[],
  end: Exclude<RowEnd, 'pending'>,
  at: Instant,
): Promise<number> {
  const peopleOf = directory(client);
  const ended: string[] = [];
  const waiting: string[] = [];
  const entries = rows.filter(({ kind }) => kind === 'calendar').map(({ id }) => id);
  for (const row of rows) {
    // The same entry in another person's calendar would be nobody's to move: reconciling makes that person one of their own.
    if (row.kind === 'calendar') continue;
    const people = await peopleOf(row.departmentId);
    const where = { siteId: row.siteId ?? '', owner: row.owner };
    const next = recipientsOf(rolesFor(row), people, where).filter((contactId) => contactId !== row.contactId);
    if (next.length === 0) {
      waiting.push(row.id);
      continue;
    }
    await copyRow(client, row.id, next);
    ended.push(row.id);
  }
  await endRows(client, ended, end, at);
  await endRows(client, entries, 'superseded', at);
  await endRows(client, waiting, 'pending', at);
  return waiting.length;
}

/** Hands on everything that waits for people who have left or whose address is refused. */
export async function handOnStranded(pool: Pool, at: Instant): Promise<void> {
  const people = await strandedPeople(pool);
  if (people.length === 0) return;
  for (let after = '0'; ;) {
    const rows = await inTransaction(pool, async (client) => {
      const stranded = await lockStrandedRows(client, people, after, PAGE);
      if (stranded.length > 0) await handOn(client, stranded, 'superseded', at);
      return stranded;
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

/**
 * Tells the department's security officer that an address is dead; where that is the officer's own (or nobody's
 * department), the programme manager.
 */
export async function reportDeadAddress(
  client: PoolClient,
  programmeId: string,
  dead: readonly RefusedContact[],
  reason: string,
  at: Instant,
  sentTo: 'person' | 'deputy' = 'person',
): Promise<void> {
  const peopleOf = directory(client);
  for (const { contactId, departmentId, role } of dead) {
    const to: Role = departmentId === null || role === 'security-officer' ? 'programme-manager' : 'security-officer';
    const people = await peopleOf(departmentId);
    await queueMailNotice(client, {
      key: `dead-${sentTo === 'deputy' ? 'deputy' : 'address'}/${contactId}/${at}`,
      programmeId,
      kind: 'dead-address',
      about: contactId,
      sentTo,
      reason,
      to: recipientsOf([to], people, { siteId: '', owner: null }),
      at,
    });
  }
}

/**
 * Writes to a deputy's address no more, and says so as of any dead address. Where the deputy is a contact too, that
 * person is not written to either.
 */
export async function buryDeputy(
  client: PoolClient,
  programmeId: string,
  address: string,
  reason: string,
  at: Instant,
): Promise<void> {
  const bereft = await refuseDeputy(client, address);
  await reportDeadAddress(client, programmeId, bereft, reason, at, 'deputy');
  const dead = await refuseAddress(client, address, reason, at);
  await reportDeadAddress(client, programmeId, dead, reason, at);
}

/** A message that a server would not take although its address stands. */
export interface RefusedMessage {
  readonly messageId: string;
  readonly programmeId: string;
  readonly address: string;
  /** The absent person whose deputy's address it is; null = the person's own. */
  readonly deputyFor: string | null;
  readonly reason: string;
}

/**
 * Tells the programme manager that a message was refused; where it was the manager's own, the SRO. Mail about refused
 * mail, refused in its turn, is told to nobody: `doctor` shows it.
 */
export async function reportRefused(
  client: PoolClient,
  { messageId, programmeId, address, deputyFor, reason }: RefusedMessage,
  rows: readonly StrandedRow[],
  at: Instant,
): Promise<void> {
  const about = rows.find(({ kind }) => kind !== 'mail-refused');
  if (about === undefined) return;
  const to: Role = rows.some(({ role }) => role === 'programme-manager') ? 'sro' : 'programme-manager';
  const others = (await reachablePeople(client, about.departmentId)).filter(
    ({ email }) => email !== address.toLowerCase(),
  );
  await queueMailNotice(client, {
    key: `mail-refused/${messageId}`,
    programmeId,
    kind: 'mail-refused',
    about: about.contactId,
    sentTo: deputyFor === null ? 'person' : 'deputy',
    reason,
    to: recipientsOf([to], others, { siteId: '', owner: null }),
    at,
  });
}
