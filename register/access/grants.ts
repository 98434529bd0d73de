import { type Pool, type PoolClient } from 'pg';
import { type GrantedRole } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { isoInstant } from '../instants';
import { read } from '../read';

type Db = Pool | PoolClient;

/** A granted role, and where it counts. */
export interface Grant {
  readonly role: GrantedRole;
  /** Null = everywhere. */
  readonly departmentId: string | null;
}

/** A granted role as a list shows it. Personal data: shown to whoever manages users, never logged. */
export interface GrantRow extends Grant {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly grantedAt: Instant;
  /** Contact id, user id or `ops:<user>`. */
  readonly grantedBy: string;
}

const LIST = `
  SELECT u.user_id AS "userId", u.email, u.name, g.role, g.department_id AS "departmentId",
    ${isoInstant('g.granted_at')} AS "grantedAt", g.granted_by AS "grantedBy"
  FROM users u JOIN role_grants g USING (user_id) WHERE g.revoked_at IS NULL
  ORDER BY lower(u.name), u.email, array_position(ARRAY['admin', 'auditor', 'viewer', 'procurement'], g.role), g.department_id NULLS FIRST`;

/** Every granted role that stands, by name. */
export async function listGrants(db: Db): Promise<readonly GrantRow[]> {
  return await read<GrantRow>(db, LIST);
}

const ADD = `
  INSERT INTO role_grants (user_id, role, department_id, granted_at, granted_by) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (user_id, role, coalesce(department_id, '')) WHERE revoked_at IS NULL DO NOTHING`;

/** @returns `held` where the user has the role there already */
export async function addGrant(
  db: Db,
  userId: string,
  { role, departmentId }: Grant,
  by: string,
  now: Instant,
): Promise<'granted' | 'held'> {
  const { rowCount } = await db.query(ADD, [userId, role, departmentId, now, by]);
  return rowCount === 0 ? 'held' : 'granted';
}

/** Which granted roles are meant. */
export interface GrantChoice {
  /** Null = whatever was granted. */
  readonly role: GrantedRole | null;
  /** `anywhere`, or one place alone: a department, or null for a role that counts everywhere. */
  readonly at: 'anywhere' | { readonly departmentId: string | null };
}

const REVOKE = `
  UPDATE role_grants g SET revoked_at = $4, revoked_by = $3 FROM users u
  WHERE u.user_id = g.user_id AND u.email = lower($1) AND ($2::text IS NULL OR g.role = $2)
    AND ($5 OR g.department_id IS NOT DISTINCT FROM $6) AND g.revoked_at IS NULL
  RETURNING g.user_id AS "userId", g.role, g.department_id AS "departmentId"`;

/** Takes granted roles away from an address. @returns those that it had */
export async function endGrants(
  db: Db,
  email: string,
  { role, at }: GrantChoice,
  by: string,
  now: Instant,
): Promise<(Grant & { readonly userId: string })[]> {
  return (
    await db.query<Grant & { userId: string }>(REVOKE, [
      email,
      role,
      by,
      now,
      at === 'anywhere',
      at === 'anywhere' ? null : at.departmentId,
    ])
  ).rows;
}

/** Two administrators at once must not take each other's role away, until none is left. */
export async function lockGrants(client: PoolClient): Promise<void> {
  await client.query('LOCK TABLE role_grants IN SHARE ROW EXCLUSIVE MODE');
}

/** How many administrators there are besides an address. */
export async function countOtherAdmins(db: Db, email: string): Promise<number> {
  const rows = await read<{ count: number }>(
    db,
    `SELECT count(*)::int AS count FROM role_grants g JOIN users u USING (user_id)
     WHERE g.role = 'admin' AND g.revoked_at IS NULL AND u.email <> lower($1)`,
    [email],
  );
  return rows[0]?.count ?? 0;
}

/** The name that an address has in a post; null where it has none. */
export async function nameInPost(db: Db, email: string): Promise<string | null> {
  const rows = await read<{ name: string }>(
    db,
    `SELECT name FROM contacts WHERE lower(email) = lower($1) AND left_at IS NULL ORDER BY contact_id LIMIT 1`,
    [email],
  );
  return rows[0]?.name ?? null;
}

/** The name that an address has among users; null where it is none. */
export async function nameOfUser(db: Db, email: string): Promise<string | null> {
  const rows = await read<{ name: string }>(db, `SELECT name FROM users WHERE email = lower($1)`, [email]);
  return rows[0]?.name ?? null;
}
