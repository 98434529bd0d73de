import { type Pool, type PoolClient } from 'pg';
import { type UserRole } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { deputyOf } from '../deputies';
import { read } from '../read';

/** A role that an address has, and because of what. */
export interface Holding {
  /** `deputy`: that of an absent programme manager or SRO, whose deputy the address is. */
  readonly because: 'post' | 'deputy' | 'grant';
  readonly role: UserRole;
  readonly departmentId: string | null;
  readonly siteId: string | null;
  /** Of the post or of the user; of a deputy the absent person's contact id. */
  readonly id: string;
  /** As `id`: whose name it is. */
  readonly name: string;
}

/** Everything that the register knows of an address. */
export interface Holdings {
  readonly holdings: readonly Holding[];
  /** The id of users without a post, where there is one already. */
  readonly user: { readonly id: string; readonly name: string } | null;
}

/** The policy's zone; PostgreSQL asks for it only where somebody's deputy is looked at. */
const ZONE = `coalesce((SELECT p.document ->> 'zone' FROM programmes g JOIN policies p ON p.programme_id = g.programme_id AND p.digest = g.policy_digest
    ORDER BY g.created_at LIMIT 1), 'Europe/London')`;

/**
 * SQL for the roles of an address. A deputy who was a contact and has left every post stands in for nobody any more.
 * @param email SQL of the address, in lower case
 * @param now SQL of the instant
 */
export function holdingsSql(email: string, now: string): string {
  return `
  SELECT 'post' AS because, role, department_id AS "departmentId", site_id AS "siteId", contact_id AS id, name
  FROM contacts WHERE lower(email) = ${email} AND left_at IS NULL
  UNION ALL
  SELECT 'deputy', c.role, NULL, NULL, c.contact_id, c.name
  FROM contacts c
  WHERE lower(c.deputy_email) = ${email} AND c.deputy_email IS NOT NULL AND c.left_at IS NULL AND c.department_id IS NULL
    AND c.role IN ('programme-manager', 'sro') AND ${deputyOf(`(${now}::timestamptz AT TIME ZONE ${ZONE})`)} IS NOT NULL
    AND (EXISTS (SELECT FROM contacts d WHERE lower(d.email) = ${email} AND d.left_at IS NULL)
      OR NOT EXISTS (SELECT FROM contacts d WHERE lower(d.email) = ${email}))
  UNION ALL
  SELECT 'grant', g.role, g.department_id, NULL, u.user_id, u.name
  FROM users u JOIN role_grants g USING (user_id) WHERE u.email = ${email} AND g.revoked_at IS NULL
  UNION ALL
  SELECT 'user', NULL, NULL, NULL, user_id, name FROM users WHERE email = ${email}
  ORDER BY because, id`;
}

const HOLDINGS = holdingsSql('$1', '$2');

/** A row of {@link holdingsSql}. */
export type HoldingRow =
  Holding | (Omit<Holding, 'because' | 'role'> & { readonly because: 'user'; readonly role: null });

/** What rows of {@link holdingsSql} say. */
export function holdingsIn(rows: readonly HoldingRow[]): Holdings {
  const holdings: Holding[] = [];
  let user: Holdings['user'] = null;
  for (const row of rows) {
    if (row.because === 'user') user = { id: row.id, name: row.name };
    else holdings.push(row);
  }
  return { holdings, user };
}

/**
 * The roles that an address has now: its posts, what was granted to it, and those of absent people whose deputy it is.
 * @param now says who is away, by the date in the policy's zone
 */
export async function holdingsOf(db: Pool | PoolClient, email: string, now: Instant): Promise<Holdings> {
  return holdingsIn(await read<HoldingRow>(db, HOLDINGS, [email.toLowerCase(), now]));
}

const ADD_USER = `
  INSERT INTO users (user_id, email, name, created_at)
  VALUES ('u_' || replace(gen_random_uuid()::text, '-', ''), lower($1), $2, $3)
  ON CONFLICT (email) DO UPDATE SET name = CASE WHEN $4 THEN excluded.name ELSE users.name END RETURNING user_id AS id`;

/** What becomes of the name of a user who is there already. */
export type NameChange = 'rename' | 'keep';

/** The id of an address in `users`, which it is added to where it is not there yet. */
export async function ensureUser(
  db: Pool | PoolClient,
  { email, name, change }: { readonly email: string; readonly name: string; readonly change: NameChange },
  now: Instant,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(ADD_USER, [email, name, now, change === 'rename']);
  if (rows[0] === undefined) throw new Error('a user who was just written is not there');
  return rows[0].id;
}
