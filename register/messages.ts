import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../domain/records';
import { type Nation } from '../domain/vocabulary';
import { inTransaction } from './transaction';

/** A message as it was composed, to the last byte. */
export interface NewMessage {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly programmeId: string;
  readonly contactId: string;
  readonly address: string;
  /** The absent person whose deputy it goes to; null = it goes to the person. */
  readonly deputyFor: string | null;
  readonly subject: string;
  readonly body: Buffer;
}

const INSERT = `
  INSERT INTO messages (message_id, programme_id, contact_id, address, subject, body, state, lease_until, created_at, deputy_for)
  VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $7, $8)
  ON CONFLICT (message_id) DO UPDATE SET state = 'claimed', attempts = 0, refusals = 0, lease_until = excluded.lease_until,
    last_error = NULL, ordered_at = NULL
  RETURNING xmax = 0 AS new`;

const BIND = `UPDATE outbox SET state = 'claimed', message_id = $1 WHERE outbox_id = ANY($2::bigint[])`;

/**
 * Keeps a message and binds its rows to it; from now on only these bytes are sent for them. It may be taken at once.
 * One that was given up and is due again, since its address has been put right, keeps the bytes that it had.
 * @returns `kept`: it was there before, with those bytes
 */
export async function keepMessage(
  client: PoolClient,
  message: NewMessage,
  outboxIds: readonly string[],
  now: Instant,
): Promise<'new' | 'kept'> {
  const { messageId, programmeId, contactId, address, deputyFor, subject, body } = message;
  const values = [messageId, programmeId, contactId, address, subject, body, now, deputyFor];
  const { rows } = await client.query<{ new: boolean }>(INSERT, values);
  await client.query(BIND, [messageId, outboxIds]);
  return rows[0]?.new === true ? 'new' : 'kept';
}

const MAY_BE_TAKEN = `
  m.state = 'claimed' AND m.lease_until <= $1 AND p.started_at IS NOT NULL AND NOT p.mail_held AND NOT EXISTS (
    SELECT FROM mail_holds h WHERE (h.scope = 'message' AND h.subject = m.message_id) OR (h.scope = 'contact' AND h.subject IN (
      SELECT x.contact_id FROM contacts x WHERE lower(x.email) = lower(m.address))))`;

/** A message that has been composed and not been taken by a server. */
export interface UnsentMessage {
  readonly messageId: string;
  readonly programmeId: string;
  /** Of the person that it is for. */
  readonly nation: Nation;
  /** A person had it sent again: it does not wait for working hours. */
  readonly ordered: boolean;
}

/** Messages that wait to be sent or whose lease has run out, the least tried first. */
export async function unsentMessages(pool: Pool, now: Instant): Promise<UnsentMessage[]> {
  const { rows } = await pool.query<UnsentMessage>(
    `SELECT m.message_id AS "messageId", m.programme_id AS "programmeId", n.nation, m.ordered_at IS NOT NULL AS ordered
     FROM messages m JOIN programmes p USING (programme_id) JOIN contact_nations n USING (contact_id)
     WHERE ${MAY_BE_TAKEN} ORDER BY m.attempts, m.created_at, m.message_id`,
    [now],
  );
  return rows;
}

/** Whether anybody may still be written to there: whose address it is or, of a deputy's, who is stood in for. */
const OWNER = `
  CASE WHEN EXISTS (
    SELECT FROM contacts c WHERE c.left_at IS NULL AND CASE WHEN m.deputy_for IS NULL
      THEN lower(c.email) = lower(m.address) AND c.refused_at IS NULL
      ELSE c.contact_id = m.deputy_for AND lower(c.deputy_email) = lower(m.address)
        AND lower(c.deputy_email) IS DISTINCT FROM lower(c.deputy_refused) END
  ) THEN 'somebody' ELSE 'nobody' END AS owner`;

/** A message in one sender's hands until its lease runs out. */
export interface TakenMessage {
  readonly messageId: string;
  readonly programmeId: string;
  readonly address: string;
  /** As of {@link NewMessage}. */
  readonly deputyFor: string | null;
  readonly body: Buffer;
  /** Counting this one. */
  readonly attempts: number;
  readonly refusals: number;
  /** `nobody`: whoever had this address has left, changed it, or is refused there. */
  readonly owner: 'somebody' | 'nobody';
}

const TAKE = `
  UPDATE messages m SET attempts = attempts + 1, lease_until = $3, last_error = NULL
  FROM programmes p WHERE p.programme_id = m.programme_id AND m.message_id = $2 AND ${MAY_BE_TAKEN}
  RETURNING m.message_id AS "messageId", m.programme_id AS "programmeId", m.address, m.deputy_for AS "deputyFor", m.body, m.attempts,
    m.refusals, ${OWNER}`;

/**
 * Takes a message for sending.
 * @param leaseUntil when another may take it, should nothing be heard of this one
 * @returns null where it was taken, sent or held meanwhile
 */
export async function takeMessage(
  pool: Pool,
  messageId: string,
  now: Instant,
  leaseUntil: Instant,
): Promise<TakenMessage | null> {
  const { rows } = await pool.query<TakenMessage>(TAKE, [now, messageId, leaseUntil]);
  return rows[0] ?? null;
}

/** The server has taken responsibility for a message. */
export async function markSent(pool: Pool, messageId: string, at: Instant): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE messages SET state = 'sent', sent_at = $2, lease_until = $2, ordered_at = NULL, last_error = NULL WHERE message_id = $1`,
      [messageId, at],
    );
    await client.query(
      `UPDATE outbox SET state = 'sent', settled_at = $2 WHERE message_id = $1 AND state IN ('claimed', 'failed')`,
      [messageId, at],
    );
  });
}

/**
 * Puts a message back until an instant.
 * @param refusals how often it has been refused for good so far
 */
export async function postpone(
  pool: Pool,
  messageId: string,
  until: Instant,
  error: string,
  refusals: number,
): Promise<void> {
  await pool.query(
    `UPDATE messages SET lease_until = $2, last_error = $3, refusals = $4 WHERE message_id = $1 AND state = 'claimed'`,
    [messageId, until, error, refusals],
  );
}

/** Gives a message up. @returns false where it has been settled otherwise */
export async function markFailed(client: PoolClient, messageId: string, error: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE messages SET state = 'failed', last_error = $2 WHERE message_id = $1 AND state = 'claimed'`,
    [messageId, error],
  );
  return rowCount === 1;
}

/** A post whose address was refused for good. */
export interface RefusedContact {
  readonly contactId: string;
  readonly departmentId: string | null;
  readonly role: string;
}

/** Marks everybody who has this address as not to be written to. @returns those who were not marked before */
export async function refuseAddress(
  client: PoolClient,
  address: string,
  reason: string,
  at: Instant,
): Promise<RefusedContact[]> {
  const { rows } = await client.query<RefusedContact>(
    `UPDATE contacts SET refused_at = $3, refused_reason = $2
     WHERE lower(email) = lower($1) AND left_at IS NULL AND refused_at IS NULL
     RETURNING contact_id AS "contactId", department_id AS "departmentId", role`,
    [address, reason, at],
  );
  return rows;
}

/** A message as far as a person who wants it sent again must know it. */
export interface StoredMessage {
  readonly programmeId: string;
  /** `in-hand`: a sender has it at this moment, or was killed and its lease still runs. */
  readonly state: 'waiting' | 'in-hand' | 'sent' | 'failed';
  readonly subject: string;
  readonly owner: 'somebody' | 'nobody';
}

const FIND = `
  SELECT m.programme_id AS "programmeId", m.subject,
    CASE WHEN m.state <> 'claimed' THEN m.state WHEN m.lease_until > $2 AND m.last_error IS NULL THEN 'in-hand' ELSE 'waiting' END AS state,
    ${OWNER}
  FROM messages m WHERE m.message_id = $1 FOR UPDATE`;

/** Locks a message; null where there is none of that id. */
export async function lockMessage(client: PoolClient, messageId: string, now: Instant): Promise<StoredMessage | null> {
  return (await client.query<StoredMessage>(FIND, [messageId, now])).rows[0] ?? null;
}

/** Lets the next delivery run send a message again, whatever became of it: the same bytes. */
export async function offerAgain(client: PoolClient, messageId: string, now: Instant): Promise<void> {
  await client.query(
    `UPDATE messages SET state = 'claimed', attempts = 0, refusals = 0, lease_until = $2, ordered_at = $2, last_error = NULL
     WHERE message_id = $1`,
    [messageId, now],
  );
}
