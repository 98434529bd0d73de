import { type Pool } from 'pg';
import { type Scope } from '../domain/access/permissions';
import { type Ask, type Decider, type RequestKind } from '../domain/lifecycle/requests';
import { type Instant } from '../domain/records';
import { type Role, type Sensitivity } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { withinScope } from './lists/scope';
import { type RequestState } from './requests';
import { read } from './read';

/** Whose decisions are listed. */
export interface DecisionScope {
  /** Where requests are seen, and agreements too. */
  readonly requests: Scope;
  /** Where agreements are seen that a device is not covered. */
  readonly agreements: Scope;
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

type Add = (value: unknown) => string;

function mine({ requests, agreements }: DecisionScope, add: Add): string {
  const at = { department: 'w.department_id', site: 'w.site_id' };
  return `
  FROM decisions_waiting w
  WHERE (${withinScope(requests, at, add)} OR (w.what = 'not-covered' AND ${withinScope(agreements, at, add)}))`;
}

/** What is late comes first, then what has waited longest. Sorted and counted in one go. */
const waiting = (scope: DecisionScope, now: Instant, { limit, offset }: Rows, add: Add): string => `
  WITH mine AS (SELECT w.* ${mine(scope, add)}
  ), page AS (
    SELECT w.*, m.due, count(*) OVER ()::int AS total,
      row_number() OVER (ORDER BY coalesce(m.due < ${add(now)}::timestamptz, false) DESC, w.asked_at, w.case_id, w.sequence) AS place
    FROM mine w LEFT JOIN case_milestones m ON m.case_id = w.case_id AND m.stage = w.stage
    ORDER BY place LIMIT ${add(limit)} OFFSET ${add(offset)}
  )
  SELECT ${DETAILS}, w.what, w.request_id AS "requestId", w.role AS needs, ${isoInstant('w.due')} AS due,
    w.asked_by AS "askedBy", a.role AS "askedRole", ${isoInstant('w.asked_at')} AS "askedAt", r.ask,
    coalesce(r.reason, e.payload ->> 'note', '') AS text,
    (SELECT count(*)::int FROM case_requests o WHERE o.case_id = w.case_id AND o.kind = w.what AND o.stage IS NOT DISTINCT FROM r.stage
      AND o.state = 'agreed') AS "agreedBefore", w.total
  FROM page w ${TABLES} LEFT JOIN case_requests r ON r.request_id = w.request_id LEFT JOIN contacts a ON a.contact_id = w.asked_by
    LEFT JOIN audit_events e ON w.request_id IS NULL AND e.case_id = w.case_id AND e.sequence = w.sequence
  ORDER BY w.place`;

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

/** A text with placeholders, and their values. */
function withValues(text: (add: Add) => string): { readonly sql: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  return { sql: text((value) => `$${values.push(value)}`), values };
}

async function countOf(pool: Pool, from: (add: Add) => string): Promise<number> {
  const { sql, values } = withValues((add) => `SELECT count(*)::int AS total ${from(add)}`);
  return (await pool.query<{ total: number }>(sql, values)).rows[0]?.total ?? 0;
}

/** Decisions that wait for somebody: what is late first, then the longest waiting. */
export async function waitingDecisions(
  pool: Pool,
  scope: DecisionScope,
  now: Instant,
  place: Rows,
): Promise<Paged<WaitingDecision>> {
  const { sql, values } = withValues((add) => waiting(scope, now, place, add));
  const rows = await read<WaitingDecision & { total: number }>(pool, sql, values);
  const items = rows.map(({ total: _, ...one }) => one);
  if (rows[0] !== undefined || place.offset === 0) return { items, total: rows[0]?.total ?? 0 };
  // Beyond the last page: how many there are is still to be said.
  return { items, total: await countOf(pool, (add) => mine(scope, add)) };
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

function answered({ requests }: DecisionScope, add: Add): string {
  const at = { department: 'k.department_id', site: 'k.site_id' };
  return `
  FROM case_requests r JOIN cases k USING (case_id)
  WHERE r.decided_at IS NOT NULL AND ${withinScope(requests, at, add)}`;
}

const made = (scope: DecisionScope, { limit, offset }: Rows, add: Add): string => `
  WITH page AS (
    SELECT r.* ${answered(scope, add)} ORDER BY r.decided_at DESC, r.request_id LIMIT ${add(limit)} OFFSET ${add(offset)}
  )
  SELECT ${DETAILS}, r.kind AS what, r.request_id AS "requestId", r.state, r.ask, r.reason AS text, r.requested_by AS "askedBy",
    a.role AS "askedRole", ${isoInstant('r.requested_at')} AS "askedAt", b.role AS "decidedRole", ${isoInstant('r.decided_at')} AS "decidedAt",
    coalesce(r.conditions, '') AS conditions, ${isoInstant('r.was')} AS was
  FROM page r ${TABLES} LEFT JOIN contacts a ON a.contact_id = r.requested_by LEFT JOIN contacts b ON b.contact_id = r.decided_by
  ORDER BY r.decided_at DESC, r.request_id`;

/** Requests that were decided, the newest answer first: those of places whose requests somebody sees. */
export async function madeDecisions(pool: Pool, scope: DecisionScope, place: Rows): Promise<Paged<MadeDecision>> {
  const { sql, values } = withValues((add) => made(scope, place, add));
  const [items, total] = await Promise.all([
    pool.query<MadeDecision>(sql, values),
    countOf(pool, (add) => answered(scope, add)),
  ]);
  return { items: items.rows, total };
}
