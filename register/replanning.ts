import { type Pool, type PoolClient } from 'pg';
import { type Decider } from '../domain/lifecycle/requests';

/** Why the dates of a case are to be computed anew. */
export type ReplanCause = 'upgrade' | 'site' | 'policy';

/** Who made it necessary. */
export interface ReplanBy {
  /** Contact id, `ops:<user>` or `system`. */
  readonly actor: string;
  /** The post by which this person may move dates later; null = a later date waits for a decision. */
  readonly authority: Decider | null;
}

const MARK = `
  UPDATE cases c SET replan_mark = nextval('replan_marks'), replan_by = $1, replan_authority = $2,
    replan_cause = CASE WHEN c.replan_mark IS NOT NULL AND (c.replan_cause = 'policy' OR (c.replan_cause = 'site' AND $3 = 'upgrade'))
      THEN c.replan_cause ELSE $3 END`;

const LIVE = `c.status <> 'closed'`;

/** The device's upgrade is another than the one that the case's dates follow from, or than one that waits for a decision. */
const MOVED = `(c.upgrade_on IS DISTINCT FROM d.scheduled_upgrade_on OR EXISTS (
  SELECT FROM case_requests r WHERE r.case_id = c.case_id AND r.kind = 'later-dates' AND r.state = 'pending'
    AND r.ask -> 'facts' ->> 'upgradeOn' IS DISTINCT FROM d.scheduled_upgrade_on::text))`;

async function mark(
  db: Pool | PoolClient,
  cause: ReplanCause,
  { actor, authority }: ReplanBy,
  where: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  return (await db.query(`${MARK} ${where}`, [actor, authority, cause, ...parameters])).rowCount ?? 0;
}

/** The live cases of staged devices whose upgrade is another than the one that their dates follow from. */
export function markStagedUpgrades(client: PoolClient, by: ReplanBy): Promise<number> {
  return mark(
    client,
    'upgrade',
    by,
    `FROM device_staging s JOIN devices d USING (asset_id)
     WHERE s.reject IS NULL AND c.asset_id = d.asset_id AND ${LIVE} AND c.sensitivity IS NOT NULL
       AND ${MOVED}`,
  );
}

/** The live cases whose device's upgrade is another than the one that their dates follow from, of these devices. */
export function markUpgradesOf(client: PoolClient, assetIds: readonly string[], by: ReplanBy): Promise<number> {
  return mark(
    client,
    'upgrade',
    by,
    `FROM devices d WHERE d.asset_id = ANY($4) AND c.asset_id = d.asset_id AND ${LIVE} AND c.sensitivity IS NOT NULL
       AND ${MOVED}`,
    [assetIds],
  );
}

/** The live cases of these sites. */
export function markSites(client: PoolClient, siteIds: readonly string[], by: ReplanBy): Promise<number> {
  return mark(client, 'site', by, `WHERE c.site_id = ANY($4) AND ${LIVE} AND c.sensitivity IS NOT NULL`, [siteIds]);
}

/** Every live case that a clock runs for. */
export function markAll(client: PoolClient, by: ReplanBy): Promise<number> {
  return mark(client, 'policy', by, `WHERE ${LIVE} AND c.plan_number > 0`);
}

/** A case that waits for new dates. */
export interface MarkedCase extends ReplanBy {
  readonly caseId: string;
  /** Bigint as text. */
  readonly mark: string;
  readonly cause: ReplanCause;
}

/** Open cases that wait for new dates, by id after `after`. One that is being opened waits until it is. */
export async function markedCases(pool: Pool, after: string, limit: number): Promise<MarkedCase[]> {
  const { rows } = await pool.query<MarkedCase>(
    `SELECT case_id AS "caseId", replan_mark::text AS mark, replan_cause AS cause, replan_by AS actor,
       replan_authority AS authority
     FROM cases WHERE replan_mark IS NOT NULL AND status = 'open' AND case_id > $1 ORDER BY case_id LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** How many cases wait for new dates. */
export async function countMarked(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM cases WHERE replan_mark IS NOT NULL AND status <> 'closed'`,
  );
  return rows[0]?.count ?? 0;
}

/** A case has its dates. A wish that has come since stays. */
export async function unmark(pool: Pool, caseId: string, mark: string): Promise<void> {
  await pool.query(
    `UPDATE cases SET replan_mark = NULL, replan_cause = NULL, replan_by = NULL, replan_authority = NULL
     WHERE case_id = $1 AND replan_mark = $2`,
    [caseId, mark],
  );
}
