import { type Pool, type PoolClient } from 'pg';
import { type Reachable } from '../domain/notices/recipients';
import { type Instant } from '../domain/records';
import { type Role } from '../domain/vocabulary';
import type { MailKind } from '../notify/rows';

type Db = Pool | PoolClient;

/** No hold keeps the row `o` of contact `c` back. */
const NOT_HELD = `NOT EXISTS (
  SELECT FROM mail_holds h WHERE (h.scope = 'case' AND h.subject = o.case_id) OR (h.scope = 'contact' AND h.subject IN (
    SELECT x.contact_id FROM contacts x WHERE lower(x.email) = lower(c.email))))`;

/** Waiting, due, not held, and to somebody who can be reached; $1 = now. */
const DUE = `
  o.state = 'pending' AND (o.not_before IS NULL OR o.not_before <= $1) AND c.left_at IS NULL AND c.refused_at IS NULL
  AND ${NOT_HELD}`;

/** An address that something is due to, lower-case. */
export interface DueAddress {
  readonly programmeId: string;
  readonly address: string;
}

const ADDRESSES = `
  SELECT o.programme_id AS "programmeId", lower(c.email) AS address
  FROM outbox o JOIN contacts c USING (contact_id) JOIN programmes p USING (programme_id)
  WHERE p.started_at IS NOT NULL AND NOT p.mail_held AND ${DUE}
  GROUP BY 1, 2 ORDER BY min(o.created_at), 2`;

/** Addresses that something is due to, longest waiting first. Nothing is due before programme start nor while mail is held. */
export async function dueAddresses(pool: Pool, now: Instant): Promise<DueAddress[]> {
  return (await pool.query<DueAddress>(ADDRESSES, [now])).rows;
}

const MAY_LEAVE = `
  SELECT FROM programmes WHERE programme_id = $1 AND started_at IS NOT NULL AND NOT mail_held FOR SHARE`;

const LOCK_ROWS = `
  SELECT o.outbox_id::text AS id FROM outbox o JOIN contacts c USING (contact_id)
  WHERE o.programme_id = $2 AND lower(c.email) = $3 AND ${DUE}
  ORDER BY o.outbox_id FOR UPDATE OF o SKIP LOCKED`;

// Rows alone are not enough: two runs that lock the same rows at one moment could get some each, and write two messages.
const LOCK_ADDRESS = `SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) AS locked`;

/**
 * Locks everything that is due to an address until the transaction ends; an address that another run has in hand is left to it.
 * @returns outbox ids; empty where mail was held, superseded or claimed meanwhile
 */
export async function lockDueRows(client: PoolClient, due: DueAddress, now: Instant): Promise<string[]> {
  // A hold that has been answered holds: it waits for this lock, or this sees it.
  if ((await client.query(MAY_LEAVE, [due.programmeId])).rowCount === 0) return [];
  const { programmeId, address } = due;
  const { rows: mine } = await client.query<{ locked: boolean }>(LOCK_ADDRESS, [programmeId, address]);
  if (mine[0]?.locked !== true) return [];
  const { rows } = await client.query<{ id: string }>(LOCK_ROWS, [now, programmeId, address]);
  return rows.map(({ id }) => id);
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

/** Locks waiting rows of people who have left or whose address is refused; at most `limit`, by id after `after`. */
export async function lockStrandedRows(client: PoolClient, after: string, limit: number): Promise<StrandedRow[]> {
  const { rows } = await client.query<StrandedRow>(
    `${STRANDED} WHERE o.state = 'pending' AND (c.left_at IS NOT NULL OR c.refused_at IS NOT NULL) AND o.outbox_id > $1
     ORDER BY o.outbox_id LIMIT $2 FOR UPDATE OF o SKIP LOCKED`,
    [after, limit],
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
  INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, rung_days, payload, not_before)
  SELECT CASE WHEN o.key LIKE '%/' || o.contact_id THEN left(o.key, -length(o.contact_id) - 1) ELSE o.key END || '/' || n.contact,
    o.programme_id, o.case_id, n.contact, o.kind, o.stage,
    o.due_at, o.rung_days, o.payload, o.not_before
  FROM outbox o, unnest($2::text[]) AS n (contact) WHERE o.outbox_id = $1
  ON CONFLICT (key) DO NOTHING`;

/** Writes a row again for other people; who was told the same before is not told twice. */
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
  /** Whose mail it is about. */
  readonly about: string;
  /** Without addresses. */
  readonly reason: string;
  readonly to: readonly string[];
}

/** Queues a notice, once for each recipient. */
export async function queueMailNotice(client: PoolClient, notice: MailNotice): Promise<void> {
  await client.query(
    `INSERT INTO outbox (key, programme_id, contact_id, kind, payload)
     SELECT $1 || '/' || n.contact, $2, n.contact, $3, $4 FROM unnest($5::text[]) AS n (contact)
     ON CONFLICT (key) DO NOTHING`,
    [notice.key, notice.programmeId, notice.kind, { contactId: notice.about, reason: notice.reason }, notice.to],
  );
}
