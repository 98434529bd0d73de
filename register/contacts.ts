import { type Pool, type PoolClient } from 'pg';
import { Failure } from '../domain/errors';
import { type IsoDate } from '../domain/records';
import { type Nation, type Role } from '../domain/vocabulary';
import { type Page } from './cases';
import { isoInstant } from './instants';
import { inTransaction } from './transaction';

/** A post that a person holds. Personal data: shown to ops, never logged. */
export interface ContactRow {
  readonly contactId: string;
  /** Null = programme-wide. */
  readonly departmentId: string | null;
  /** Null = every site of the department. */
  readonly siteId: string | null;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  readonly nation: Nation | null;
  readonly deputyEmail: string | null;
  readonly awayFrom: IsoDate | null;
  readonly awayTo: IsoDate | null;
  /** Instant in UTC; null = still there. */
  readonly leftAt: string | null;
  /** Instant in UTC since which mail to the address is refused; null = it is not. */
  readonly refusedAt: string | null;
}

/** What a list is narrowed to; an absent member narrows nothing. */
export interface ContactFilter {
  readonly departmentId?: string;
  readonly role?: Role;
  /** People who have left are shown only where asked for. */
  readonly who: 'present' | 'everybody';
}

const COLUMNS = `
  contact_id AS "contactId", department_id AS "departmentId", site_id AS "siteId", role, name, email, nation,
  deputy_email AS "deputyEmail", to_char(away_from, 'YYYY-MM-DD') AS "awayFrom", to_char(away_to, 'YYYY-MM-DD') AS "awayTo",
  ${isoInstant('left_at')} AS "leftAt", ${isoInstant('refused_at')} AS "refusedAt"`;

const FILTER = `($1::text IS NULL OR department_id = $1) AND ($2::text IS NULL OR role = $2) AND ($3 = 'everybody' OR left_at IS NULL)`;

/** Programme-wide posts first, then by department; within one the order of roles as they climb. */
const ORDER = `
  coalesce(department_id, ''), array_position(ARRAY['task-owner', 'security-officer', 'head', 'programme-manager', 'sro'], role),
  coalesce(site_id, ''), lower(email), contact_id`;

/** Contacts that a filter lets through. `after` is a contact id. */
export async function listContacts(
  pool: Pool,
  { departmentId, role, who }: ContactFilter,
  { limit, after }: Page,
): Promise<ContactRow[]> {
  const { rows } = await pool.query<ContactRow>(
    `SELECT ${COLUMNS} FROM contacts WHERE ${FILTER}
       AND ($4::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM contacts WHERE contact_id = $4)) ORDER BY ${ORDER} LIMIT $5`,
    [departmentId, role, who, after, limit],
  );
  return rows;
}

/** How many contacts a filter lets through. */
export async function countContacts(pool: Pool, { departmentId, role, who }: ContactFilter): Promise<number> {
  const { rows } = await pool.query<{ total: number }>(`SELECT count(*)::int AS total FROM contacts WHERE ${FILTER}`, [
    departmentId,
    role,
    who,
  ]);
  return rows[0]?.total ?? 0;
}

/** A post to fill, or to change. An absent member leaves what is known as it is; null takes it away. */
export interface ContactChange {
  readonly departmentId: string | null;
  readonly siteId: string | null;
  readonly role: Role;
  readonly email: string;
  readonly name?: string;
  readonly nation?: Nation | null;
  readonly deputyEmail?: string | null;
  readonly awayFrom?: IsoDate | null;
  readonly awayTo?: IsoDate | null;
}

export interface ContactSet {
  readonly contact: ContactRow;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

const PLACE = `
  SELECT ($1::text IS NULL OR EXISTS (SELECT FROM departments WHERE department_id = $1)) AS department,
    ($2::text IS NULL OR EXISTS (SELECT FROM sites WHERE site_id = $2 AND department_id = $1)) AS site`;

const FIND = `
  SELECT contact_id AS id FROM contacts
  WHERE coalesce(department_id, '') = coalesce($1, '') AND coalesce(site_id, '') = coalesce($2, '') AND role = $3 AND lower(email) = lower($4)
  ORDER BY left_at DESC NULLS FIRST LIMIT 1 FOR UPDATE`;

const INSERT = `
  INSERT INTO contacts (contact_id, department_id, site_id, role, email, name, nation, deputy_email, away_from, away_to)
  VALUES ('c_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING contact_id AS id`;

/** What an import wrote is a person's word from now on: undoing that import leaves it. */
const UPDATE = `
  UPDATE contacts SET name = coalesce($2, name), email = $3, nation = CASE WHEN $4 THEN $5 ELSE nation END,
    deputy_email = CASE WHEN $6 THEN $7 ELSE deputy_email END,
    deputy_refused = CASE WHEN $6 THEN NULL ELSE deputy_refused END, away_from = CASE WHEN $8 THEN $9::date ELSE away_from END,
    away_to = CASE WHEN $10 THEN $11::date ELSE away_to END, left_at = NULL, refused_at = NULL, refused_reason = NULL,
    last_import_id = NULL, before_import = NULL, updated_at = now()
  WHERE contact_id = $1`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'contact-set', $2, $3)`;

async function checkPlace(client: PoolClient, { departmentId, siteId }: ContactChange): Promise<void> {
  const { rows } = await client.query<{ department: boolean; site: boolean }>(PLACE, [departmentId, siteId]);
  if (rows[0]?.department !== true) {
    throw new Failure('unknown-department', `There is no department ${departmentId ?? ''}.`, {
      hint: 'See "clearsite sites list".',
    });
  }
  if (rows[0].site) return;
  throw new Failure('unknown-site', `Department ${departmentId ?? '(none)'} has no site ${siteId ?? ''}.`, {
    hint: 'See "clearsite sites list".',
  });
}

async function read(client: PoolClient, id: string): Promise<ContactRow> {
  const { rows } = await client.query<ContactRow>(`SELECT ${COLUMNS} FROM contacts WHERE contact_id = $1`, [id]);
  if (rows[0] === undefined) throw new Error('a contact that was just written is not there');
  return rows[0];
}

/**
 * Fills a post, or changes what is known of who holds it. Post and address say who is meant; somebody who had left is
 * back, and an address that had been refused is tried again.
 * @param actor contact id or `ops:<user>`
 * @throws Failure `unknown-department`, `unknown-site`, `name-needed` for a new contact without a name
 */
export async function setContact(pool: Pool, change: ContactChange, actor: string): Promise<ContactSet> {
  return inTransaction(pool, async (client) => {
    // Two at once must not both find nobody and both add somebody.
    await client.query('LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE');
    await checkPlace(client, change);
    const { departmentId, siteId, role, email, name, nation, deputyEmail, awayFrom, awayTo } = change;
    const known = (await client.query<{ id: string }>(FIND, [departmentId, siteId, role, email])).rows[0];
    if (known === undefined) {
      if (name === undefined)
        throw new Failure('name-needed', 'Nobody of this address holds the post yet, so the name is needed.', {
          hint: 'Add --name.',
        });
      const { rows } = await client.query<{ id: string }>(INSERT, [
        departmentId,
        siteId,
        role,
        email,
        name,
        nation,
        deputyEmail,
        awayFrom,
        awayTo,
      ]);
      const contact = await read(client, rows[0]?.id ?? '');
      await client.query(LOG, [actor, contact.contactId, { outcome: 'created' }]);
      return { contact, outcome: 'created' };
    }
    const before = await read(client, known.id);
    const given = [nation, deputyEmail, awayFrom, awayTo].flatMap((value) => [value !== undefined, value ?? null]);
    await client.query(UPDATE, [known.id, name ?? null, email, ...given]);
    const contact = await read(client, known.id);
    const outcome = JSON.stringify(before) === JSON.stringify(contact) ? 'unchanged' : 'updated';
    if (outcome === 'updated') await client.query(LOG, [actor, contact.contactId, { outcome }]);
    return { contact, outcome };
  });
}
