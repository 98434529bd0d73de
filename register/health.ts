import { type Pool } from 'pg';

/** Signs of trouble that the register itself shows. */
export interface RegisterHealth {
  /** Cases that have waited for their workflow for more than `OPENING_MINUTES`. */
  readonly opening: number;
  /** Messages whose sending was begun and not ended, for longer than any sending takes. */
  readonly sending: number;
}

/** A case opens within seconds where a worker runs. */
export const OPENING_MINUTES = 5;
const SENDING_MINUTES = 15;

/** The version of the server, e.g. 18.4; for any register, migrated or not. */
export async function serverVersion(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version.split(' ', 1)[0] ?? 'unknown';
}

/** Reads the signs of trouble; only for a register with all migrations. */
export async function registerHealth(pool: Pool): Promise<RegisterHealth> {
  const { rows } = await pool.query<RegisterHealth>(
    `SELECT
       (SELECT count(*)::int FROM cases
        WHERE status = 'opening' AND requested_at < now() - make_interval(mins => $1)) AS opening,
       (SELECT count(*)::int FROM messages
        WHERE state = 'claimed' AND lease_until < now() - make_interval(mins => $2)) AS sending`,
    [OPENING_MINUTES, SENDING_MINUTES],
  );
  return rows[0] ?? { opening: 0, sending: 0 };
}
