import { type Pool } from 'pg';
import { type Instant } from '../../domain/records';
import { inTransaction } from '../transaction';

/** What a code to be typed is asked for. */
export type CodePurpose = 'sign-in' | 'task';

/** A code that was asked for; secrets as hashes only. */
export interface AskedCode {
  readonly challengeHash: string;
  readonly codeHash: string;
  readonly email: string;
  /** Network address that asked. */
  readonly client: string;
  readonly purpose: CodePurpose;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
}

/** How many codes may be asked for in a while. */
export interface CodeLimits {
  /** Asked for at or after this moment, they count. */
  readonly since: Instant;
  readonly perAddress: number;
  readonly perClient: number;
  /** What is older than this is forgotten. */
  readonly forgetBefore: Instant;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtext('sign-in code'), hashtext($1))`;

const COUNTS = `
  SELECT (SELECT count(*) FROM sign_in_codes WHERE email = $1 AND asked_at >= $3)::int AS address,
    (SELECT count(*) FROM sign_in_codes WHERE client = $2 AND asked_at >= $3)::int AS client`;

const END_EARLIER = `
  UPDATE sign_in_codes SET ended_at = $2, ended_why = 'newer' WHERE email = $1 AND ended_at IS NULL`;

const ADD = `
  INSERT INTO sign_in_codes (challenge_hash, code_hash, email, client, purpose, asked_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

/**
 * Keeps a code, which ends the address's earlier ones, unless too many were asked for. The same is done for every
 * address, whether anybody has it or not.
 */
export async function keepCode(pool: Pool, code: AskedCode, limits: CodeLimits): Promise<'kept' | 'too-many'> {
  const { challengeHash, codeHash, email, client, purpose, askedAt, expiresAt } = code;
  return inTransaction(pool, async (db) => {
    // Two at once must not both be the last that is allowed.
    await db.query(LOCK, [email]);
    await db.query(`DELETE FROM sign_in_codes WHERE asked_at < $1`, [limits.forgetBefore]);
    const { rows } = await db.query<{ address: number; client: number }>(COUNTS, [email, client, limits.since]);
    const counts = rows[0];
    if (counts === undefined || counts.address >= limits.perAddress || counts.client >= limits.perClient)
      return 'too-many';
    await db.query(END_EARLIER, [email, askedAt]);
    await db.query(ADD, [challengeHash, codeHash, email, client, purpose, askedAt, expiresAt]);
    return 'kept';
  });
}

/** How a try at a code ended. */
export type CodeTry =
  | { readonly outcome: 'right'; readonly email: string; readonly purpose: CodePurpose }
  | { readonly outcome: 'wrong'; readonly email: string; readonly triesLeft: number }
  | { readonly outcome: 'expired' | 'used' | 'newer' | 'too-many-tries'; readonly email: string }
  | { readonly outcome: 'unknown' };

interface CodeRow {
  readonly code_hash: string;
  readonly email: string;
  readonly purpose: CodePurpose;
  readonly attempts: number;
  readonly expires_at: Date;
  readonly ended_why: 'used' | 'newer' | null;
}

const FIND = `
  SELECT code_hash, email, purpose, attempts, expires_at, ended_why FROM sign_in_codes WHERE challenge_hash = $1 FOR UPDATE`;

/**
 * Tries a code once; a right one is used up by it. Tries at one code wait for each other, so that none goes uncounted.
 * @param isRight compares a stored hash with what was typed, in constant time
 * @param most tries that a code allows
 */
export async function tryCode(
  pool: Pool,
  challengeHash: string,
  isRight: (codeHash: string) => boolean,
  most: number,
  now: Instant,
): Promise<CodeTry> {
  return inTransaction(pool, async (db) => {
    const row = (await db.query<CodeRow>(FIND, [challengeHash])).rows[0];
    if (row === undefined) return { outcome: 'unknown' };
    const { email, purpose, attempts } = row;
    if (row.ended_why !== null) return { outcome: row.ended_why, email };
    if (row.expires_at.toISOString() <= now) return { outcome: 'expired', email };
    if (attempts >= most) return { outcome: 'too-many-tries', email };
    if (isRight(row.code_hash)) {
      await db.query(`UPDATE sign_in_codes SET ended_at = $2, ended_why = 'used' WHERE challenge_hash = $1`, [
        challengeHash,
        now,
      ]);
      return { outcome: 'right', email, purpose };
    }
    await db.query(`UPDATE sign_in_codes SET attempts = attempts + 1 WHERE challenge_hash = $1`, [challengeHash]);
    const triesLeft = most - attempts - 1;
    return triesLeft === 0 ? { outcome: 'too-many-tries', email } : { outcome: 'wrong', email, triesLeft };
  });
}
