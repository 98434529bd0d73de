import { type Pool, type PoolClient } from 'pg';
import { type SinceEvent } from '../domain/tasks/since';
import { type Instant } from '../domain/records';
import { type Outcome } from '../domain/vocabulary';
import { isoInstant } from './instants';

/** A case of a link, with what has happened to it since the link was made. */
export interface LinkCase {
  readonly caseId: string;
  readonly assetId: string;
  /** Of the stage, as the mail said. */
  readonly due: Instant | null;
  readonly moved: boolean;
  readonly siteId: string;
  readonly departmentId: string;
  readonly outcome: Outcome | null;
  /** In order; only what may concern a task. */
  readonly since: readonly SinceEvent[];
}

const CASES = `
  SELECT lc.case_id AS "caseId", k.asset_id AS "assetId", ${isoInstant('lc.due_at')} AS due, lc.moved_at IS NOT NULL AS moved,
    k.site_id AS "siteId", k.department_id AS "departmentId", k.outcome, coalesce(e.since, '[]') AS since
  FROM task_link_cases lc JOIN cases k USING (case_id) LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('type', a.type, 'at', ${isoInstant('a.at')}, 'actor', a.actor, 'stage', a.payload -> 'stage',
      'to', a.payload -> 'to') ORDER BY a.sequence) AS since
    FROM audit_events a WHERE a.case_id = lc.case_id AND a.sequence > lc.sequence AND a.type IN ('assessed', 'assessment-proposed',
      'disconnected', 'scheduled', 'removed', 'verified', 'retracted', 'reassigned', 'closed')
  ) e ON true
  WHERE lc.link_id = $1 ORDER BY coalesce(lc.due_at, 'infinity'::timestamptz), k.asset_id`;

/** The cases of a link, in the order of the mail. */
export async function casesOfLink(db: Pool | PoolClient, linkId: string): Promise<LinkCase[]> {
  return (await db.query<LinkCase>(CASES, [linkId])).rows;
}
