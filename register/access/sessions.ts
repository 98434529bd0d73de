import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { isoInstant } from '../instants';
import { read } from '../read';
import { type HoldingRow, type Holdings, holdingsIn, holdingsSql } from './holdings';

/** How somebody came in. */
export type SignInWay = 'code' | 'link' | 'oidc';
/** Why a session ended before its time. */
export type SessionEnding = 'signed-out' | 'by-themselves' | 'by-admin' | 'left' | 'restored';

export interface NewSession {
  readonly tokenHash: string;
  readonly email: string;
  readonly how: SignInWay;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
}

/** A session as people are shown it. Instants in UTC. */
export interface SessionRow {
  readonly sessionId: string;
  readonly how: SignInWay;
  readonly startedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly expiresAt: Instant;
}

const ADD = `
  INSERT INTO sessions (session_id, token_hash, email, how, started_at, last_seen_at, expires_at)
  VALUES ('s_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, $3, $4, $4, $5) RETURNING session_id AS id`;

/** @returns the session's id, which is no secret */
export async function addSession(db: Pool | PoolClient, session: NewSession): Promise<string> {
  const { tokenHash, email, how, startedAt, expiresAt } = session;
  const { rows } = await db.query<{ id: string }>(ADD, [tokenHash, email, how, startedAt, expiresAt]);
  if (rows[0] === undefined) throw new Error('a session that was just written is not there');
  return rows[0].id;
}

const COLUMNS = `session_id AS "sessionId", how, ${isoInstant('started_at')} AS "startedAt",
  ${isoInstant('last_seen_at')} AS "lastSeenAt", ${isoInstant('expires_at')} AS "expiresAt"`;

/** A session, and what its address holds at the moment. */
export interface SessionFound extends SessionRow, Holdings {
  readonly email: string;
}

type FoundRow = SessionRow & { readonly email: string; readonly holdings: readonly HoldingRow[] };

const BY_TOKEN = `
  SELECT ${COLUMNS}, email,
    (SELECT coalesce(json_agg(h), '[]') FROM (${holdingsSql('s.email', '$2')}) h) AS holdings
  FROM sessions s WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2`;

/** The session of a token, while it lasts; every request asks. */
export async function findSession(
  db: Pool | PoolClient,
  tokenHash: string,
  now: Instant,
): Promise<SessionFound | null> {
  const [found] = await read<FoundRow>(db, BY_TOKEN, [tokenHash, now]);
  return found === undefined ? null : { ...found, ...holdingsIn(found.holdings) };
}

/** Notes that a session is in use. */
export async function touchSession(db: Pool | PoolClient, sessionId: string, now: Instant): Promise<void> {
  await db.query(`UPDATE sessions SET last_seen_at = $2 WHERE session_id = $1 AND last_seen_at < $2`, [sessionId, now]);
}

/** An address's sessions that last, the newest first. */
export async function listSessions(db: Pool | PoolClient, email: string, now: Instant): Promise<readonly SessionRow[]> {
  const rows = await read<SessionRow>(
    db,
    `SELECT ${COLUMNS} FROM sessions WHERE email = lower($1) AND ended_at IS NULL AND expires_at > $2
     ORDER BY started_at DESC, session_id`,
    [email, now],
  );
  return rows;
}

/** Ends sessions of an address. @param sessionId null = all of them. @returns the ids of those that it ended */
export async function endSessions(
  db: Pool | PoolClient,
  email: string,
  sessionId: string | null,
  why: SessionEnding,
  now: Instant,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE sessions SET ended_at = $4, ended_why = $3
     WHERE email = lower($1) AND ($2::text IS NULL OR session_id = $2) AND ended_at IS NULL AND expires_at > $4
     RETURNING session_id AS id`,
    [email, sessionId, why, now],
  );
  return rows.map(({ id }) => id);
}

/** Forgets sessions that ran out before a moment. */
export async function forgetSessions(db: Pool | PoolClient, before: Instant): Promise<void> {
  await db.query(`DELETE FROM sessions WHERE expires_at < $1`, [before]);
}

/** Somebody who is signed in somewhere. */
export interface SignedIn {
  readonly email: string;
  /** Null = they hold no role any more, so that they are nobody at their next request. */
  readonly name: string | null;
  readonly sessions: number;
  readonly lastSeenAt: Instant;
}

const SIGNED_IN = `
  SELECT s.email, coalesce(
      (SELECT c.name FROM contacts c WHERE lower(c.email) = s.email AND c.left_at IS NULL ORDER BY c.contact_id LIMIT 1),
      (SELECT u.name FROM users u WHERE u.email = s.email)) AS name,
    s.sessions, ${isoInstant('s.seen')} AS "lastSeenAt"
  FROM (SELECT email, count(*)::int AS sessions, max(last_seen_at) AS seen FROM sessions
    WHERE ended_at IS NULL AND expires_at > $1 GROUP BY email ORDER BY seen DESC, email LIMIT $2) s
  ORDER BY s.seen DESC, s.email`;

/** Whoever is signed in, the last seen first. */
export async function listSignedIn(db: Pool | PoolClient, now: Instant, limit: number): Promise<readonly SignedIn[]> {
  return await read<SignedIn>(db, SIGNED_IN, [now, limit]);
}
