import { type Pool, type PoolClient } from 'pg';
import { type Reachable } from '../domain/notices/recipients';
import { type Instant, type IsoDate } from '../domain/records';
import { type Role } from '../domain/vocabulary';
import type { MailKind } from '../notify/rows';
import { deputyOf } from './deputies';

type Db = Pool | PoolClient;

/** No hold keeps the row `o` of contact `c` back. */
const NOT_HELD = `NOT EXISTS (
  SELECT FROM mail_holds h WHERE (h.scope = 'case' AND h.subject = o.case_id) OR (h.scope = 'contact' AND h.subject IN (
    SELECT x.contact_id FROM contacts x WHERE lower(x.email) = lower(c.email))))`;

/** Waiting, not held, and to somebody who can be reached. */
const WAITS = `o.state = 'pending' AND c.left_at IS NULL AND c.refused_at IS NULL AND ${NOT_HELD}`;

/** Somebody whom something is due to: their address, and who reads it in their place. Both lower-case. */
export interface DueAddress {
  readonly programmeId: string;
  readonly address: string;
  /** Where the mail goes while they are away; null = to themselves. */
  readonly deputy: string | null;
}

/** The moment up to which rows are due; `infinity`: whatever waits, whenever it may leave. */
export type DueBy = Instant | 'infinity';

// Rows that have not been paced are due to nobody, except where pace does not count.
const ADDRESSES = `
  SELECT o.programme_id AS "programmeId", lower(c.email) AS address, ${deputyOf('$3')} AS deputy
  FROM outbox o JOIN contacts c USING (contact_id)
  WHERE o.programme_id = $1 AND (o.not_before <= $2 OR (o.not_before IS NULL AND $2 = 'infinity'::timestamptz)) AND ${WAITS}
  GROUP BY 1, 2, 3 ORDER BY min(o.created_at), 2, 3`;

/**
 * Whom something is due to, longest waiting first; not whether the programme's mail may leave.
 * @param today the local date, on which people are there or away
 */
export async function dueAddresses(
  pool: Pool,
  programmeId: string,
  dueBy: DueBy,
  today: IsoDate,
): Promise<DueAddress[]> {
  return (await pool.query<DueAddress>(ADDRESSES, [programmeId, dueBy, today])).rows;
}

const MAY_LEAVE = `
  SELECT FROM programmes WHERE programme_id = $1 AND started_at IS NOT NULL AND NOT mail_held FOR SHARE`;

const LOCK_ROWS = `
  SELECT o.outbox_id::text AS id, coalesce(o.not_before <= $1, false) OR $1 = 'infinity'::timestamptz AS due, o.contact_id AS "contactId"
  FROM outbox o JOIN contacts c USING (contact_id)
  WHERE o.programme_id = $2 AND lower(c.email) = $3 AND ${deputyOf('$5')} IS NOT DISTINCT FROM $4 AND ${WAITS}
  ORDER BY o.outbox_id FOR UPDATE OF o SKIP LOCKED`;

// Rows alone are not enough: two runs that lock the same rows at one moment could get some each, and write two messages.
const LOCK_ADDRESS = `SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) AS locked`;

/** A waiting row in this transaction's hands. */
export interface LockedRow {
  readonly id: string;
  readonly due: boolean;
  readonly contactId: string;
}

/**
 * Locks everything that waits for somebody until the transaction ends, what is not due yet included; an address that
 * another run has in hand is left to it.
 * @returns empty where nothing is due, or mail was held, superseded or claimed meanwhile
 */
export async function lockWaitingRows(
  client: PoolClient,
  due: DueAddress,
  dueBy: DueBy,
  today: IsoDate,
): Promise<LockedRow[]> {
  // A hold that has been answered holds: it waits for this lock, or this sees it.
  if ((await client.query(MAY_LEAVE, [due.programmeId])).rowCount === 0) return [];
  const { programmeId, address, deputy } = due;
  const { rows: mine } = await client.query<{ locked: boolean }>(LOCK_ADDRESS, [programmeId, address]);
  if (mine[0]?.locked !== true) return [];
  const { rows } = await client.query<LockedRow>(LOCK_ROWS, [dueBy, programmeId, address, deputy, today]);
  return rows.some((row) => row.due) ? rows : [];
}

/** A row that cannot reach the person it was written to. */
export interface StrandedRow {
  readonly id: string;
  readonly key: string;
  readonly kind: MailKind;
  readonly contactId: string;
  readonly role: Role;
  /** Of the case, else of the person; null = programme-wide. */
  readonly departmentId: string | null;
  /** Of the case; null = no case. */
  readonly siteId: string | null;
  readonly owner: string | null;
}

const STRANDED = `
  SELECT o.outbox_id::text AS id, o.key, o.kind, o.contact_id AS "contactId", c.role,
    coalesce(k.department_id, c.department_id) AS "departmentId", k.site_id AS "siteId", k.owner_contact_id AS owner
  FROM outbox o JOIN contacts c USING (contact_id) LEFT JOIN cases k ON k.case_id = o.case_id`;

const UNREACHABLE = `
  SELECT c.contact_id AS id FROM contacts c WHERE (c.left_at IS NOT NULL OR c.refused_at IS NOT NULL)
    AND EXISTS (SELECT FROM outbox o WHERE o.contact_id = c.contact_id AND o.state = 'pending')`;

/** People who have left or whose address is refused, and something waits for. */
export async function strandedPeople(pool: Pool): Promise<string[]> {
  return (await pool.query<{ id: string }>(UNREACHABLE)).rows.map(({ id }) => id);
}

/** Locks what waits for these people, as far as they cannot be reached; at most `limit` rows, by id after `after`. */
export async function lockStrandedRows(
  client: PoolClient,
  contactIds: readonly string[],
  after: string,
  limit: number,
): Promise<StrandedRow[]> {
  const { rows } = await client.query<StrandedRow>(
    `${STRANDED} WHERE o.state = 'pending' AND o.contact_id = ANY($3) AND (c.left_at IS NOT NULL OR c.refused_at IS NOT NULL)
       AND o.outbox_id > $1
     ORDER BY o.outbox_id LIMIT $2 FOR UPDATE OF o SKIP LOCKED`,
    [after, limit, contactIds],
  );
  return rows;
}

/** The rows of a message that have not reached anybody. */
export async function rowsOfMessage(client: PoolClient, messageId: string): Promise<StrandedRow[]> {
  return (
    await client.query<StrandedRow>(
      `${STRANDED} WHERE o.message_id = $1 AND o.state IN ('claimed', 'failed') ORDER BY o.outbox_id FOR UPDATE OF o`,
      [messageId],
    )
  ).rows;
}

/** Somebody who can be written to. */
export interface ReachablePerson extends Reachable {
  readonly departmentId: string | null;
  readonly name: string;
  /** Lower-case. */
  readonly email: string;
}

/** Everybody of a department and of the whole programme who can be written to; null = of the whole programme only. */
export async function reachablePeople(db: Db, departmentId: string | null): Promise<ReachablePerson[]> {
  const { rows } = await db.query<ReachablePerson>(
    `SELECT contact_id AS "contactId", role, site_id AS "siteId", department_id AS "departmentId", name, lower(email) AS email
     FROM contacts WHERE (department_id = $1 OR department_id IS NULL) AND left_at IS NULL AND refused_at IS NULL ORDER BY contact_id`,
    [departmentId],
  );
  return rows;
}

const COPY = `
  INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, rung_days, payload, created_at)
  SELECT CASE WHEN o.key LIKE '%/' || o.contact_id THEN left(o.key, -length(o.contact_id) - 1) ELSE o.key END || '/' || n.contact,
    o.programme_id, o.case_id, n.contact, o.kind, o.stage,
    o.due_at, o.rung_days, o.payload, o.created_at
  FROM outbox o, unnest($2::text[]) AS n (contact) WHERE o.outbox_id = $1
  ON CONFLICT (key) DO NOTHING`;

/** Writes a row again for other people, as old as it is; who was told the same before is not told twice. */
export async function copyRow(client: PoolClient, id: string, contactIds: readonly string[]): Promise<void> {
  await client.query(COPY, [id, contactIds]);
}

/** What becomes of a row that did not reach its person. */
export type RowEnd = 'superseded' | 'failed' | 'pending';

/** Ends rows, or (`pending`) lets them wait again for a message of their own. */
export async function endRows(client: PoolClient, ids: readonly string[], state: RowEnd, at: Instant): Promise<void> {
  const waits = state === 'pending';
  await client.query(
    `UPDATE outbox SET state = $2, settled_at = $3, message_id = CASE WHEN $4 THEN NULL ELSE message_id END
     WHERE outbox_id = ANY($1::bigint[])`,
    [ids, state, waits ? null : at, waits],
  );
}

/** A notice that no case asked for: about people whose mail does not arrive. */
export interface MailNotice {
  /** Unique with the recipient. */
  readonly key: string;
  readonly programmeId: string;
  readonly kind: Extract<MailKind, 'dead-address' | 'mail-refused'>;
  /** Whose mail it is about, and whether it was sent to them or to their deputy. */
  readonly about: string;
  readonly sentTo: 'person' | 'deputy';
  /** Without addresses. */
  readonly reason: string;
  readonly to: readonly string[];
  readonly at: Instant;
}

/** Queues a notice, once for each recipient. */
export async function queueMailNotice(client: PoolClient, notice: MailNotice): Promise<void> {
  const { key, programmeId, kind, about, sentTo, reason, to, at } = notice;
  await client.query(
    `INSERT INTO outbox (key, programme_id, contact_id, kind, payload, created_at)
     SELECT $1 || '/' || n.contact, $2, n.contact, $3, $4, $6 FROM unnest($5::text[]) AS n (contact)
     ON CONFLICT (key) DO NOTHING`,
    [key, programmeId, kind, { contactId: about, reason, ...(sentTo === 'deputy' ? { sentTo } : {}) }, to, at],
  );
}
