import { type Pool } from 'pg';
import { type Ask, type Decider, type RequestKind } from '../domain/lifecycle/requests';
import { type Instant } from '../domain/records';
import { type Role, type Sensitivity } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { type RequestState } from './requests';
import { read } from './read';

/** A place as a permission names it, and what somebody sees of it. */
export interface DecisionPlace {
  readonly departmentId: string;
  /** Null = the whole department. */
  readonly siteId: string | null;
  readonly sees: 'everything' | 'agreements-only';
}

/** Whose decisions are listed. */
export interface DecisionScope {
  /** Requests and agreements of the whole programme, or of some places alone. */
  readonly of: 'programme' | 'places';
  /** Of no meaning where it is the programme. */
  readonly places: readonly DecisionPlace[];
}

/** What is common to a decision that waits and one that was made. Instants in UTC. */
interface OnCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly siteId: string;
  readonly siteName: string;
  readonly sensitivity: Sensitivity;
  readonly departmentId: string;
  readonly departmentName: string;
  /** Contact id, `ops:<user>` or `system`. */
  readonly askedBy: string;
  /** Null = not a contact. */
  readonly askedRole: Role | null;
  readonly askedAt: Instant;
  /** What is asked for; null = an agreement that the device is not covered. */
  readonly ask: Ask | null;
  /** In the asker's words. */
  readonly text: string;
}

/** Something that waits for somebody's yes or no. */
export interface WaitingDecision extends OnCase {
  readonly what: RequestKind | 'not-covered';
  /** Null = an agreement, which is given on the case. */
  readonly requestId: string | null;
  readonly needs: Decider | 'security-officer';
  /** The due date now, of the stage that it is about. */
  readonly due: Instant | null;
  /** How many of its kind (and stage) the case was given before. */
  readonly agreedBefore: number;
}

const DETAILS = `
  c.case_id AS "caseId", c.asset_id AS "assetId", d.make, d.model, c.site_id AS "siteId", s.name AS "siteName", s.sensitivity,
  c.department_id AS "departmentId", p.name AS "departmentName"`;
const TABLES = `JOIN cases c USING (case_id) JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = c.site_id
  JOIN departments p ON p.department_id = c.department_id`;

/** $1 = the whole programme, $2 = places. @param at a row with department_id and site_id */
const within = (at: string, what: string): string => `($1 OR EXISTS (
    SELECT FROM jsonb_to_recordset($2::jsonb) AS x ("departmentId" text, "siteId" text, sees text)
    WHERE x."departmentId" = ${at}.department_id AND (x."siteId" IS NULL OR x."siteId" = ${at}.site_id) AND (x.sees = 'everything' OR ${what})))`;

const MINE = `
  FROM decisions_waiting w WHERE ${within('w', `w.what = 'not-covered'`)}`;

/** $3 = now: what is late comes first, then what has waited longest. Sorted and counted in one go. */
const WAITING = `
  WITH mine AS (SELECT w.* ${MINE}
  ), page AS (
    SELECT w.*, m.due, count(*) OVER ()::int AS total,
      row_number() OVER (ORDER BY coalesce(m.due < $3::timestamptz, false) DESC, w.asked_at, w.case_id, w.sequence) AS place
    FROM mine w LEFT JOIN case_milestones m ON m.case_id = w.case_id AND m.stage = w.stage
    ORDER BY place LIMIT $4 OFFSET $5
  )
  SELECT ${DETAILS}, w.what, w.request_id AS "requestId", w.role AS needs, ${isoInstant('w.due')} AS due,
    w.asked_by AS "askedBy", a.role AS "askedRole", ${isoInstant('w.asked_at')} AS "askedAt", r.ask,
    coalesce(r.reason, e.payload ->> 'note', '') AS text,
    (SELECT count(*)::int FROM case_requests o WHERE o.case_id = w.case_id AND o.kind = w.what AND o.stage IS NOT DISTINCT FROM r.stage
      AND o.state = 'agreed') AS "agreedBefore", w.total
  FROM page w ${TABLES} LEFT JOIN case_requests r ON r.request_id = w.request_id LEFT JOIN contacts a ON a.contact_id = w.asked_by
    LEFT JOIN audit_events e ON w.request_id IS NULL AND e.case_id = w.case_id AND e.sequence = w.sequence
  ORDER BY w.place`;

const COUNT = `SELECT count(*)::int AS total ${MINE}`;

/** Which rows of a list, by their place. */
export interface Rows {
  readonly limit: number;
  readonly offset: number;
}

/** A page of a list, and how many there are in all. */
export interface Paged<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Decisions that wait for somebody: what is late first, then the longest waiting. */
export async function waitingDecisions(
  pool: Pool,
  { of, places }: DecisionScope,
  now: Instant,
  { limit, offset }: Rows,
): Promise<Paged<WaitingDecision>> {
  const scope = [of === 'programme', JSON.stringify(places)];
  const rows = await read<WaitingDecision & { total: number }>(pool, WAITING, [...scope, now, limit, offset]);
  const items = rows.map(({ total: _, ...one }) => one);
  if (rows[0] !== undefined || offset === 0) return { items, total: rows[0]?.total ?? 0 };
  // Beyond the last page: how many there are is still to be said.
  const count = await pool.query<{ total: number }>(COUNT, scope);
  return { items, total: count.rows[0]?.total ?? 0 };
}

/** A request that somebody decided. */
export interface MadeDecision extends OnCase {
  readonly what: RequestKind;
  readonly requestId: string;
  readonly state: Extract<RequestState, 'agreed' | 'refused'>;
  readonly decidedRole: Role | null;
  readonly decidedAt: Instant;
  readonly conditions: string;
  /** The due date that it moved; null = none. */
  readonly was: Instant | null;
}

const ANSWERED = `
  FROM case_requests r WHERE r.decided_at IS NOT NULL
    AND ($1 OR EXISTS (SELECT FROM cases k WHERE k.case_id = r.case_id AND ${within('k', 'false')}))`;

const MADE = `
  WITH page AS (
    SELECT r.* ${ANSWERED} ORDER BY r.decided_at DESC, r.request_id LIMIT $3 OFFSET $4
  )
  SELECT ${DETAILS}, r.kind AS what, r.request_id AS "requestId", r.state, r.ask, r.reason AS text, r.requested_by AS "askedBy",
    a.role AS "askedRole", ${isoInstant('r.requested_at')} AS "askedAt", b.role AS "decidedRole", ${isoInstant('r.decided_at')} AS "decidedAt",
    coalesce(r.conditions, '') AS conditions, ${isoInstant('r.was')} AS was
  FROM page r ${TABLES} LEFT JOIN contacts a ON a.contact_id = r.requested_by LEFT JOIN contacts b ON b.contact_id = r.decided_by
  ORDER BY r.decided_at DESC, r.request_id`;

/** Requests that were decided, the newest answer first: those of places whose requests somebody sees. */
export async function madeDecisions(
  pool: Pool,
  { of, places }: DecisionScope,
  { limit, offset }: Rows,
): Promise<Paged<MadeDecision>> {
  const scope = [of === 'programme', JSON.stringify(places)];
  const [items, count] = await Promise.all([
    pool.query<MadeDecision>(MADE, [...scope, limit, offset]),
    pool.query<{ total: number }>(`SELECT count(*)::int AS total ${ANSWERED}`, scope),
  ]);
  return { items: items.rows, total: count.rows[0]?.total ?? 0 };
}
