import { type Pool, type PoolClient } from 'pg';
import { type AccessKind } from '../../domain/access/log';
import { type Instant } from '../../domain/records';
import { isoInstant } from '../instants';
import { read } from '../read';

/** An entry of the access log: ids only. */
export interface AccessEntry {
  readonly entryId: string;
  readonly at: Instant;
  /** Contact id, user id, `ops:<user>` or `nobody`. */
  readonly who: string;
  readonly what: AccessKind;
  readonly subject: string;
  /** Of a read: where it is. */
  readonly siteId: string | null;
}

export type NewAccessEntry = Omit<AccessEntry, 'entryId' | 'siteId'>;

/** Adds an entry. */
export async function addAccess(db: Pool | PoolClient, { at, who, what, subject }: NewAccessEntry): Promise<void> {
  await db.query(`INSERT INTO access_log (at, who, what, subject) VALUES ($1, $2, $3, $4)`, [at, who, what, subject]);
}

/** Read first, since most reads of a page come within an hour of another and write nothing. */
const ADD_READ = `
  INSERT INTO access_log (at, who, what, subject, site_id, hour)
  SELECT $1, $2, 'read-sensitive', $3, $4, date_trunc('hour', $1::timestamptz)
  WHERE NOT EXISTS (SELECT FROM access_log
    WHERE who = $2 AND subject = $3 AND what = 'read-sensitive' AND hour = date_trunc('hour', $1::timestamptz))
  ON CONFLICT DO NOTHING`;

/** Adds a read: one entry for each person, subject and hour. */
export async function addRead(
  db: Pool | PoolClient,
  { at, who, subject, siteId }: { at: Instant; who: string; subject: string; siteId: string },
): Promise<void> {
  await db.query(ADD_READ, [at, who, subject, siteId]);
}

/** What a list of the log is narrowed to; null narrows nothing. */
export interface AccessFilter {
  /** Any of these ids. */
  readonly who: readonly string[] | null;
  readonly what: AccessKind | null;
  /** Reads at sites of these departments alone. */
  readonly departmentIds: readonly string[] | null;
}

/** Entries, the newest first. @param before an entry's id: what is older than it; null = from the newest on */
export async function listAccess(
  pool: Pool,
  { who, what, departmentIds }: AccessFilter,
  before: string | null,
  limit: number,
): Promise<readonly AccessEntry[]> {
  const rows = await read<AccessEntry>(
    pool,
    `SELECT entry_id::text AS "entryId", ${isoInstant('at')} AS at, who, what, subject, site_id AS "siteId" FROM access_log
     WHERE ($1::text[] IS NULL OR who = ANY($1)) AND ($2::text IS NULL OR what = $2) AND ($3::bigint IS NULL OR entry_id < $3)
       AND ($5::text[] IS NULL OR site_id IN (SELECT s.site_id FROM sites s WHERE s.department_id = ANY($5)))
     ORDER BY entry_id DESC LIMIT $4`,
    [who, what, before, limit, departmentIds],
  );
  return rows;
}
