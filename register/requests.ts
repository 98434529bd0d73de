import { type Pool } from 'pg';
import { type Ask, type Decider, type RequestKind } from '../domain/lifecycle/requests';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { read } from './read';

export const REQUEST_STATES = ['pending', 'agreed', 'refused', 'superseded', 'lapsed'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Something that was asked for, and what became of it. Instants in UTC. */
export interface StoredRequest {
  readonly requestId: string;
  readonly caseId: string;
  readonly assetId: string;
  readonly siteId: string;
  readonly departmentId: string;
  readonly ask: Ask;
  readonly text: string;
  readonly needs: Decider;
  readonly state: RequestState;
  /** Contact id, `ops:<user>` or `system`. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly conditions: string | null;
  /** The stage's due date now: of the stage that an extension is for, else of the one whose turn it is. */
  readonly due: Instant | null;
  /** How many of its kind (and stage) the case was given before. */
  readonly agreedBefore: number;
}

const COLUMNS = `
  r.request_id AS "requestId", r.case_id AS "caseId", c.asset_id AS "assetId", c.site_id AS "siteId",
  c.department_id AS "departmentId", r.ask, r.reason AS text, r.needs, r.state, r.requested_by AS "requestedBy",
  ${isoInstant('r.requested_at')} AS "requestedAt", r.decided_by AS "decidedBy", ${isoInstant('r.decided_at')} AS "decidedAt",
  r.conditions, (SELECT ${isoInstant('m.due')} FROM case_milestones m
    WHERE m.case_id = r.case_id AND m.stage = coalesce(r.stage, c.stage)) AS due,
  (SELECT count(*)::int FROM case_requests o WHERE o.case_id = r.case_id AND o.kind = r.kind AND o.stage IS NOT DISTINCT FROM r.stage
    AND o.state = 'agreed' AND o.request_id <> r.request_id) AS "agreedBefore"`;

const FROM = `FROM case_requests r JOIN cases c USING (case_id)`;

/** One request; null where there is none of that id. */
export async function findRequest(pool: Pool, requestId: string): Promise<StoredRequest | null> {
  const rows = await read<StoredRequest>(pool, `SELECT ${COLUMNS} ${FROM} WHERE r.request_id = $1`, [requestId]);
  return rows[0] ?? null;
}

/** What a list of requests is narrowed to. */
export interface RequestFilter {
  readonly kinds: readonly RequestKind[];
  readonly state: RequestState | null;
  readonly departmentId: string | null;
}

/** Requests, the longest waiting first. */
export async function listRequests(
  pool: Pool,
  { kinds, state, departmentId }: RequestFilter,
): Promise<readonly StoredRequest[]> {
  const rows = await read<StoredRequest>(
    pool,
    `SELECT ${COLUMNS} ${FROM} WHERE r.kind = ANY($1) AND ($2::text IS NULL OR r.state = $2)
       AND ($3::text IS NULL OR c.department_id = $3) ORDER BY r.requested_at, r.request_id`,
    [kinds, state, departmentId],
  );
  return rows;
}

/** Everything that was asked for on a case, oldest first. */
export async function requestsOf(pool: Pool, caseId: string): Promise<readonly StoredRequest[]> {
  const rows = await read<StoredRequest>(pool, `SELECT ${COLUMNS} ${FROM} WHERE r.case_id = $1 ORDER BY r.sequence`, [
    caseId,
  ]);
  return rows;
}

/** How many of a kind a case has been given; for extensions, of one stage. */
export async function agreedCount(
  pool: Pool,
  caseId: string,
  kind: RequestKind,
  stage: WorkStage | null,
): Promise<number> {
  const rows = await read<{ count: number }>(
    pool,
    `SELECT count(*)::int AS count FROM case_requests
     WHERE case_id = $1 AND kind = $2 AND stage IS NOT DISTINCT FROM $3 AND state = 'agreed'`,
    [caseId, kind, stage],
  );
  return rows[0]?.count ?? 0;
}

/** True where a decider has refused these very facts for a case: nobody is asked twice. */
export async function wasRefused(pool: Pool, caseId: string, ask: Ask): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM case_requests WHERE case_id = $1 AND state = 'refused' AND ask = $2::jsonb LIMIT 1`,
    [caseId, JSON.stringify(ask)],
  );
  return rowCount === 1;
}
