import { type Pool, type PoolClient } from 'pg';
import { read } from '../read';

const NAMES = `
  SELECT contact_id AS id, name FROM contacts WHERE contact_id = ANY($1)
  UNION ALL SELECT user_id, name FROM users WHERE user_id = ANY($1)`;

/** Names by contact id or user id; what is neither, as `ops:<user>`, has none. */
export async function namesOf(db: Pool | PoolClient, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await read<{ id: string; name: string }>(db, NAMES, [[...new Set(ids)]]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const IDS = `
  SELECT contact_id AS id FROM contacts WHERE lower(email) = lower($1)
  UNION ALL SELECT user_id FROM users WHERE email = lower($1)`;

/** Every id that an address has or had. */
export async function idsOf(db: Pool | PoolClient, email: string): Promise<string[]> {
  const rows = await read<{ id: string }>(db, IDS, [email]);
  return rows.map(({ id }) => id);
}
