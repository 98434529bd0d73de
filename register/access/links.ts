import { type Pool } from 'pg';
import { type Instant } from '../../domain/records';

/** A link that signs in once. */
export interface NewLink {
  readonly tokenHash: string;
  readonly email: string;
  readonly madeAt: Instant;
  readonly madeBy: string;
  readonly expiresAt: Instant;
}

/** Keeps a link, and forgets those that ran out before it was made. */
export async function keepLink(pool: Pool, { tokenHash, email, madeAt, madeBy, expiresAt }: NewLink): Promise<void> {
  await pool.query(`DELETE FROM sign_in_links WHERE expires_at < $1`, [madeAt]);
  await pool.query(
    `INSERT INTO sign_in_links (token_hash, email, made_at, made_by, expires_at) VALUES ($1, $2, $3, $4, $5)`,
    [tokenHash, email, madeAt, madeBy, expiresAt],
  );
}

/** Whom a link signs in, as it stands; null where there is none. Looking at it uses nothing up. */
export async function findLink(
  pool: Pool,
  tokenHash: string,
  now: Instant,
): Promise<{ readonly email: string; readonly state: 'valid' | 'used' | 'expired' } | null> {
  const { rows } = await pool.query<{ email: string; state: 'valid' | 'used' | 'expired' }>(
    `SELECT email, CASE WHEN used_at IS NOT NULL THEN 'used' WHEN expires_at <= $2 THEN 'expired' ELSE 'valid' END AS state
     FROM sign_in_links WHERE token_hash = $1`,
    [tokenHash, now],
  );
  return rows[0] ?? null;
}

/** Uses a link up. @returns whom it signs in; null where it is used, has run out or never was */
export async function takeLink(pool: Pool, tokenHash: string, now: Instant): Promise<string | null> {
  const { rows } = await pool.query<{ email: string }>(
    `UPDATE sign_in_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING email`,
    [tokenHash, now],
  );
  return rows[0]?.email ?? null;
}
