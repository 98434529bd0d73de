import { type Pool, type PoolClient } from 'pg';
import { type Instant, type IsoDate } from '../domain/records';
import { type Nation, type Role, type Sensitivity, type WorkStage } from '../domain/vocabulary';
import { deputyOf } from './deputies';
import { isoInstant } from './instants';

type Db = Pool | PoolClient;

/** A link that has just been made. The token itself is kept nowhere. */
export interface NewLink {
  readonly linkId: string;
  /** SHA-256, hexadecimal. */
  readonly tokenHash: string;
  readonly reference: string;
  readonly contactId: string;
  /** Lower-case. */
  readonly address: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  /** Null = asked for on a page. */
  readonly messageId: string | null;
  readonly expiresAt: Instant;
  readonly cases: readonly { readonly caseId: string; readonly due: Instant | null }[];
}

// One statement for all links of a message: a morning has hundreds of messages.
const KEEP = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1) AS l ("linkId" text, "tokenHash" text, reference text, "contactId" text, address text,
      "siteId" text, stage text, "messageId" text, "expiresAt" timestamptz, cases jsonb)
  ), made AS (
    INSERT INTO task_links (link_id, token_hash, reference, contact_id, address, site_id, stage, message_id, created_at, expires_at)
    SELECT "linkId", "tokenHash", reference, "contactId", address, "siteId", stage, "messageId", $2, "expiresAt" FROM given
  )
  INSERT INTO task_link_cases (link_id, case_id, revision, sequence, due_at)
  SELECT g."linkId", c.case_id, c.revision, c.sequence, t.due
  FROM given g, jsonb_to_recordset(g.cases) AS t ("caseId" text, due timestamptz) JOIN cases c ON c.case_id = t."caseId"`;

/** Keeps links with the cases that they open, as these stand now. */
export async function keepLinks(client: PoolClient, links: readonly NewLink[], now: Instant): Promise<void> {
  if (links.length > 0) await client.query(KEEP, [JSON.stringify(links), now]);
}

/** A link as it stands. Instants in UTC. */
export interface StoredLink {
  readonly linkId: string;
  readonly reference: string;
  readonly contactId: string;
  readonly address: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity;
  /** Of the site. */
  readonly departmentId: string;
  readonly stage: WorkStage;
  /** The post of the person whose tasks they are. */
  readonly role: Role;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
  readonly revokedWhy: 'left' | 'moved' | null;
  /** `nobody`: the person has left, or neither they nor whoever stands in for them has this address any more. */
  readonly holder: 'person' | 'deputy' | 'nobody';
}

const FIND = `
  SELECT l.link_id AS "linkId", l.reference, l.contact_id AS "contactId", l.address, l.site_id AS "siteId", s.name AS "siteName",
    s.nation, s.sensitivity, s.department_id AS "departmentId", l.stage, c.role, ${isoInstant('l.created_at')} AS "createdAt",
    ${isoInstant('l.expires_at')} AS "expiresAt", ${isoInstant('l.used_at')} AS "usedAt", l.revoked_why AS "revokedWhy",
    CASE WHEN c.left_at IS NOT NULL THEN 'nobody' WHEN lower(c.email) = l.address THEN 'person'
      WHEN ${deputyOf('$2')} = l.address THEN 'deputy' ELSE 'nobody' END AS holder
  FROM task_links l JOIN contacts c USING (contact_id) JOIN sites s ON s.site_id = l.site_id`;

/** The link of a token or of a reference; null where there is none. @param today the local date, on which people are there or away */
export async function findLink(
  db: Db,
  by: { readonly tokenHash: string } | { readonly reference: string },
  today: IsoDate,
): Promise<StoredLink | null> {
  const [column, value] = 'tokenHash' in by ? ['token_hash', by.tokenHash] : ['reference', by.reference];
  return (await db.query<StoredLink>(`${FIND} WHERE l.${column} = $1`, [value, today])).rows[0] ?? null;
}

/**
 * Takes a link for one form, so that no two are carried out at once.
 * @param lapsedBefore a claim from before is that of a process that was killed
 * @returns `busy`: another form is being carried out; `gone`: it was used or revoked
 */
export async function claimLink(
  db: Db,
  linkId: string,
  at: Instant,
  lapsedBefore: Instant,
): Promise<'claimed' | 'busy' | 'gone'> {
  const { rowCount } = await db.query(
    `UPDATE task_links SET claimed_at = $2 WHERE link_id = $1 AND used_at IS NULL AND revoked_at IS NULL
       AND (claimed_at IS NULL OR claimed_at < $3)`,
    [linkId, at, lapsedBefore],
  );
  if (rowCount === 1) return 'claimed';
  const open = await db.query(`SELECT FROM task_links WHERE link_id = $1 AND used_at IS NULL AND revoked_at IS NULL`, [
    linkId,
  ]);
  return open.rowCount === 1 ? 'busy' : 'gone';
}

/** Ends a claim. @param end `used`: a device accepted what was asked, so that the link is used up */
export async function endClaim(db: Db, linkId: string, end: 'used' | 'open', at: Instant): Promise<void> {
  await db.query(
    `UPDATE task_links SET claimed_at = NULL, used_at = CASE WHEN $2 = 'used' THEN coalesce(used_at, $3) ELSE used_at END
     WHERE link_id = $1`,
    [linkId, end, at],
  );
}

/** Somebody's links end with the post. */
export async function revokeLinksOf(client: PoolClient, contactId: string): Promise<void> {
  await client.query(
    `UPDATE task_links SET revoked_at = now(), revoked_why = 'left' WHERE contact_id = $1 AND used_at IS NULL AND revoked_at IS NULL`,
    [contactId],
  );
}

const MOVE = `
  UPDATE task_link_cases lc SET moved_at = now() FROM cases c
  WHERE c.case_id = lc.case_id AND c.asset_id = $1 AND lc.moved_at IS NULL RETURNING lc.link_id AS "linkId"`;

const REVOKE_MOVED = `
  UPDATE task_links l SET revoked_at = now(), revoked_why = 'moved'
  WHERE l.link_id = ANY($1) AND l.used_at IS NULL AND l.revoked_at IS NULL
    AND NOT EXISTS (SELECT FROM task_link_cases lc WHERE lc.link_id = l.link_id AND lc.moved_at IS NULL)`;

/** A device is somewhere else now: links do nothing for it any more, and those for it alone end. */
export async function endLinksOfDevice(client: PoolClient, assetId: string): Promise<void> {
  const { rows } = await client.query<{ linkId: string }>(MOVE, [assetId]);
  if (rows.length > 0) await client.query(REVOKE_MOVED, [rows.map(({ linkId }) => linkId)]);
}

/** How many fresh links an address has asked for since an instant. */
export async function freshLinksSince(db: Db, address: string, contactId: string, since: Instant): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM task_links WHERE contact_id = $2 AND address = $1 AND message_id IS NULL AND created_at > $3`,
    [address, contactId, since],
  );
  return rows[0]?.n ?? 0;
}
