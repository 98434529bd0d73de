import { type Pool, type PoolClient } from 'pg';
import { type Role } from '../domain/vocabulary';
import { revokeLinksOf } from './task-links';

/** A post as far as leaving it goes. Personal data apart from the ids. */
export interface HeldPost {
  readonly contactId: string;
  /** Null = programme-wide. */
  readonly departmentId: string | null;
  /** Null = every site of the department. */
  readonly siteId: string | null;
  readonly role: Role;
  readonly left: boolean;
  /** Mail to the address is refused. */
  readonly refused: boolean;
}

const POSTS = `
  SELECT contact_id AS "contactId", department_id AS "departmentId", site_id AS "siteId", role,
    left_at IS NOT NULL AS left, refused_at IS NOT NULL AS refused
  FROM contacts WHERE lower(email) = lower($1) ORDER BY contact_id`;

/** Every post that an address holds or held. */
export async function postsOf(db: Pool | PoolClient, email: string): Promise<HeldPost[]> {
  return (await db.query<HeldPost>(POSTS, [email])).rows;
}

/** Two people at once must not both be put into a post, nor hand on what the other is given. */
export async function lockContacts(client: PoolClient): Promise<void> {
  await client.query('LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE');
}

/** The successor's own row of the same post: the one that stands, else the newest that has ended. */
const SAME_POST = `
  SELECT s.contact_id AS "contactId", s.left_at IS NOT NULL AS left FROM contacts s, contacts l
  WHERE l.contact_id = $1 AND lower(s.email) = lower($2) AND s.role = l.role
    AND s.department_id IS NOT DISTINCT FROM l.department_id AND s.site_id IS NOT DISTINCT FROM l.site_id
  ORDER BY s.left_at DESC NULLS FIRST LIMIT 1`;

const COME_BACK = `
  UPDATE contacts SET left_at = NULL, last_import_id = NULL, before_import = NULL, updated_at = now() WHERE contact_id = $1`;

/** What is known of the successor goes with them; a deputy who is the leaver is none. */
const APPOINT = `
  INSERT INTO contacts (contact_id, department_id, site_id, role, name, email, nation, deputy_email, away_from, away_to)
  SELECT 'c_' || replace(gen_random_uuid()::text, '-', ''), l.department_id, l.site_id, l.role, s.name, s.email, s.nation,
    CASE WHEN lower(s.deputy_email) <> lower(l.email) THEN s.deputy_email END, s.away_from, s.away_to
  FROM contacts l, contacts s
  WHERE l.contact_id = $1 AND s.contact_id = $2 RETURNING contact_id AS id`;

/** Undoing an import leaves what a person has said. */
const LEAVE = `
  UPDATE contacts SET left_at = now(), last_import_id = NULL, before_import = NULL, updated_at = now() WHERE contact_id = $1`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'contact-left', $2, $3)`;

/** Who gets a post, and who says so. */
export interface Succession {
  /** The leaver's post. */
  readonly contactId: string;
  readonly successorEmail: string;
  /** Any post that the successor holds. */
  readonly successorId: string;
  /** Contact id or `ops:<user>`. */
  readonly actor: string;
  readonly reason: string;
}

/**
 * Gives a post to the successor, unless they hold it, ends it for the leaver, and notes both.
 * @returns the successor's contact id in that post, and whether it is new to them
 */
export async function handOver(
  client: PoolClient,
  { contactId, successorEmail, successorId, actor, reason }: Succession,
): Promise<{ readonly to: string; readonly outcome: 'held' | 'given' }> {
  const same = (await client.query<{ contactId: string; left: boolean }>(SAME_POST, [contactId, successorEmail]))
    .rows[0];
  let to = same?.contactId;
  if (same?.left === true) await client.query(COME_BACK, [same.contactId]);
  to ??= (await client.query<{ id: string }>(APPOINT, [contactId, successorId])).rows[0]?.id;
  if (to === undefined) throw new Error('a successor who was just found is not there');
  await client.query(LEAVE, [contactId]);
  await revokeLinksOf(client, contactId);
  await client.query(LOG, [actor, contactId, { successor: to, reason }]);
  return { to, outcome: same?.left === false ? 'held' : 'given' };
}

/** An open case whose tasks are still with somebody who has left, and who they go to. */
export interface TaskToHandOn {
  readonly caseId: string;
  readonly assetId: string;
  /** The leaver's contact id. */
  readonly from: string;
  readonly to: string;
  /** Who said that they leave: contact id or `ops:<user>`. */
  readonly actor: string;
  /** Number of the note, for a command id that is this leaving's own. */
  readonly logId: string;
}

/** A successor may have left in turn before the tasks had reached them: then whoever followed. */
const TASKS = `
  WITH RECURSIVE notes AS (
    SELECT DISTINCT ON (subject) subject, log_id, actor, details ->> 'successor' AS successor FROM register_log
    WHERE action = 'contact-left' ORDER BY subject, log_id DESC
  ), heirs AS (
    SELECT n.subject AS leaver, n.successor AS heir, n.log_id, n.actor, 1 AS steps
    FROM notes n JOIN contacts o ON o.contact_id = n.subject AND o.left_at IS NOT NULL
    UNION ALL
    SELECT h.leaver, n.successor, h.log_id, h.actor, h.steps + 1
    FROM heirs h JOIN contacts c ON c.contact_id = h.heir AND c.left_at IS NOT NULL JOIN notes n ON n.subject = h.heir
    WHERE h.steps < 20
  )
  SELECT k.case_id AS "caseId", k.asset_id AS "assetId", h.leaver AS "from", h.heir AS "to", h.actor, h.log_id::text AS "logId"
  FROM cases k JOIN heirs h ON h.leaver = k.owner_contact_id JOIN contacts c ON c.contact_id = h.heir AND c.left_at IS NULL
  WHERE k.status = 'open' AND ($1::text[] IS NULL OR h.leaver = ANY($1)) AND k.case_id > $2 ORDER BY k.case_id LIMIT $3`;

/** Tasks that were with leavers by name, by case id after `after`. @param leavers contact ids; null = all */
export async function tasksToHandOn(
  pool: Pool,
  leavers: readonly string[] | null,
  after: string,
  limit: number,
): Promise<TaskToHandOn[]> {
  const { rows } = await pool.query<TaskToHandOn>(TASKS, [leavers, after, limit]);
  return rows;
}

/** How many open cases have their tasks with these contacts by name. */
export async function countTasksOf(db: Pool | PoolClient, contactIds: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM cases WHERE status = 'open' AND owner_contact_id = ANY($1)`,
    [contactIds],
  );
  return rows[0]?.count ?? 0;
}

/** Mail that waits for these contacts and has found nobody else. */
export async function countWaitingMail(pool: Pool, contactIds: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox WHERE state = 'pending' AND contact_id = ANY($1)`,
    [contactIds],
  );
  return rows[0]?.count ?? 0;
}

/** Posts, still held, whose deputy has an address: by contact id. */
export async function deputisedBy(pool: Pool, email: string): Promise<string[]> {
  const { rows } = await pool.query<{ contactId: string }>(
    `SELECT contact_id AS "contactId" FROM contacts WHERE lower(deputy_email) = lower($1) AND left_at IS NULL ORDER BY contact_id`,
    [email],
  );
  return rows.map(({ contactId }) => contactId);
}

/** To whom these posts were handed, by the leaver's contact id. */
export async function successorsOf(db: Pool | PoolClient, contactIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ subject: string; successor: string }>(
    `SELECT DISTINCT ON (subject) subject, details ->> 'successor' AS successor FROM register_log
     WHERE action = 'contact-left' AND subject = ANY($1) ORDER BY subject, log_id DESC`,
    [contactIds],
  );
  return new Map(rows.map(({ subject, successor }) => [subject, successor]));
}
