import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../domain/records';
import { isoInstant } from './instants';

/** What is held back: somebody's mail, mail about a case, or one message that has not left. */
export type HoldScope = 'contact' | 'case' | 'message';

export interface Hold {
  readonly scope: HoldScope;
  readonly subject: string;
  readonly reason: string;
  readonly heldAt: Instant;
  readonly heldBy: string;
}

/** Who did what, why; kept in the register's log. */
export interface MailDeed {
  readonly actor: string;
  readonly action: 'mail-held' | 'mail-released' | 'mail-resent';
  /** Programme id, contact id, case id or message id. */
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Writes what somebody did about mail into the register's log. */
export async function logMailDeed(client: PoolClient, { actor, action, subject, details }: MailDeed): Promise<void> {
  await client.query(`INSERT INTO register_log (actor, action, subject, details) VALUES ($1, $2, $3, $4)`, [
    actor,
    action,
    subject,
    details,
  ]);
}

/** Holds or releases all mail of a programme. @returns false where it was so already */
export async function setProgrammeHold(
  client: PoolClient,
  programmeId: string,
  mail: 'held' | 'released',
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE programmes SET mail_held = $2 WHERE programme_id = $1 AND mail_held <> $2`,
    [programmeId, mail === 'held'],
  );
  return rowCount === 1;
}

/** @returns false where it was held already; the first reason stays */
export async function addHold(client: PoolClient, hold: Omit<Hold, 'heldAt'>): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO mail_holds (scope, subject, reason, held_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [hold.scope, hold.subject, hold.reason, hold.heldBy],
  );
  return rowCount === 1;
}

/** @returns how many of these holds there were */
export async function removeHolds(client: PoolClient, scope: HoldScope, subjects: readonly string[]): Promise<number> {
  const { rowCount } = await client.query(`DELETE FROM mail_holds WHERE scope = $1 AND subject = ANY($2)`, [
    scope,
    subjects,
  ]);
  return rowCount ?? 0;
}

/** Everything that is held by itself, longest first. */
export async function mailHolds(pool: Pool): Promise<Hold[]> {
  const { rows } = await pool.query<Hold>(
    `SELECT scope, subject, reason, ${isoInstant('held_at')} AS "heldAt", held_by AS "heldBy"
     FROM mail_holds ORDER BY held_at, subject`,
  );
  return rows;
}

/** Contact ids of every post that an address has held. */
export async function contactsOfAddress(client: PoolClient, email: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT contact_id AS id FROM contacts WHERE lower(email) = lower($1) ORDER BY contact_id`,
    [email],
  );
  return rows.map(({ id }) => id);
}
