import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../domain/records';
import { type Nation } from '../domain/vocabulary';
import { isoInstant } from './instants';

/** Programmes whose mail may leave: started, and not held. */
export async function servedProgrammes(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT programme_id AS id FROM programmes WHERE started_at IS NOT NULL AND NOT mail_held ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

/** A waiting row that nobody has said yet when it may leave. */
export interface UnpacedRow {
  readonly id: string;
  readonly kind: string;
  /** UTC. */
  readonly writtenAt: Instant;
  /** Of the recipient. */
  readonly nation: Nation;
}

const UNPACED = `
  WITH found AS MATERIALIZED (
    SELECT outbox_id, kind, created_at, contact_id FROM outbox
    WHERE state = 'pending' AND not_before IS NULL AND programme_id = $1 ORDER BY outbox_id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), people AS MATERIALIZED (
    SELECT n.contact_id, n.nation FROM contact_nations n WHERE n.contact_id IN (SELECT contact_id FROM found)
  )
  SELECT f.outbox_id::text AS id, f.kind, ${isoInstant('f.created_at')} AS "writtenAt", p.nation
  FROM found f JOIN people p USING (contact_id)`;

/** Locks rows that have not been paced; at most `limit`. */
export async function lockUnpaced(client: PoolClient, programmeId: string, limit: number): Promise<UnpacedRow[]> {
  return (await client.query<UnpacedRow>(UNPACED, [programmeId, limit])).rows;
}

/** A row and the earliest moment at which it may leave. */
export interface PacedRow {
  readonly id: string;
  readonly notBefore: Instant;
}

/** Says when waiting rows may leave. */
export async function paceRows(client: PoolClient, rows: readonly PacedRow[]): Promise<void> {
  await client.query(
    `UPDATE outbox o SET not_before = p.at FROM unnest($1::bigint[], $2::timestamptz[]) AS p (id, at)
     WHERE o.outbox_id = p.id AND o.state = 'pending'`,
    [rows.map(({ id }) => id), rows.map(({ notBefore }) => notBefore)],
  );
}

/** Lets rows be paced anew that wait for a moment later than any can. @returns how many */
export async function unpaceBeyond(pool: Pool, programmeId: string, latest: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE outbox SET not_before = NULL WHERE state = 'pending' AND not_before > $2 AND programme_id = $1`,
    [programmeId, latest],
  );
  return rowCount ?? 0;
}

/** Lets a message be tried at `until` whose next try lies beyond `latest`: a clock had been ahead. @returns how many */
export async function bringLeasesBack(pool: Pool, latest: Instant, until: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE messages SET lease_until = $2 WHERE state = 'claimed' AND lease_until > $1`,
    [latest, until],
  );
  return rowCount ?? 0;
}

// Blocking, and the last lock that a claim takes: two who write to one address at a moment count each other's.
const LOCK_COUNT = `SELECT pg_advisory_xact_lock(hashtextextended('messages to ' || lower($1), 0))`;

const COUNT = `
  SELECT count(*)::int AS n FROM messages
  WHERE lower(address) = lower($1) AND (state = 'claimed' OR (state = 'sent' AND sent_at >= $2 AND sent_at < $3))`;

/**
 * How many messages an address has had between two moments, those composed and not taken yet included.
 * Everything that is sent through `messages` counts.
 */
export async function messagesTo(db: Pool | PoolClient, address: string, from: Instant, to: Instant): Promise<number> {
  return (await db.query<{ n: number }>(COUNT, [address, from, to])).rows[0]?.n ?? 0;
}

/** As {@link messagesTo}; nobody else counts or adds to them until the transaction ends. */
export async function lockMessagesTo(client: PoolClient, address: string, from: Instant, to: Instant): Promise<number> {
  await client.query(LOCK_COUNT, [address]);
  return messagesTo(client, address, from, to);
}
