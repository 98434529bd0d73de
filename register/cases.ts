import { type Pool } from 'pg';
import { type CaseStatus } from '../domain/case-actions';
import { type Finding, type Milestone, type PendingRef } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { type Outcome, type Rag, type Stage } from '../domain/vocabulary';
import { isoInstant } from './instants';

export type { CaseStatus };

/** A case as the register holds it. Instants in UTC. */
export interface CaseRecord {
  readonly caseId: string;
  readonly programmeId: string;
  readonly assetId: string;
  readonly spell: number;
  readonly previousCaseId: string | null;
  readonly siteId: string;
  readonly departmentId: string;
  readonly finding: Finding;
  /** A person inspected it and said that it is covered. */
  readonly confirmedCovered: boolean;
  readonly status: CaseStatus;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  /** Of the stage whose turn it is; null = no clock runs. */
  readonly due: Instant | null;
  readonly rule: string | null;
  readonly nextAction: string;
  readonly ownerContactId: string | null;
  readonly acknowledgedUntil: Instant | null;
  /** The device may stay until then, with approval. */
  readonly exceptionUntil: Instant | null;
  /** Exceptions agreed so far, renewals included. */
  readonly exceptionsAgreed: number;
  /** What waits for a decision, oldest first. */
  readonly pending: readonly PendingRef[];
  readonly revision: number;
  readonly planNumber: number;
  readonly sequence: number;
  readonly openedAt: Instant | null;
  readonly closedAt: Instant | null;
  /** In the order of the stages; empty until the case is open. */
  readonly milestones: readonly Milestone[];
}

/** What a list is narrowed to; an absent member narrows nothing. */
export interface CaseFilter {
  readonly stage?: Stage;
  readonly departmentId?: string;
  readonly siteId?: string;
  readonly rag?: Rag;
  /** Due before this instant. */
  readonly dueBefore?: Instant;
  readonly status?: CaseStatus;
  readonly finding?: Finding;
  readonly assetId?: string;
}

/** The instant that "now" is and how near a due date shows as at risk: what RAG is derived from. */
export interface RagBasis {
  readonly now: Instant;
  /** Plain days, by the policy. */
  readonly amberWithinDays: number;
}

/** A page of a list. `after` is the last case id of the page before; null limit = all. */
export interface Page {
  readonly limit: number | null;
  readonly after: string | null;
}

const STAGE_ORDER = `array_position(ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify'], m.stage)`;

const MILESTONES = `
  SELECT coalesce(json_agg(json_build_object('stage', m.stage, 'baseline', ${isoInstant('m.baseline')}, 'due', ${isoInstant('m.due')},
    'forecast', ${isoInstant('m.forecast')}, 'actual', ${isoInstant('m.actual')}, 'rule', m.rule, 'skipped', m.skipped)
    ORDER BY ${STAGE_ORDER}), '[]')
  FROM case_milestones m WHERE m.case_id = c.case_id`;

const COLUMNS = `c.case_id AS "caseId", c.programme_id AS "programmeId", c.asset_id AS "assetId", c.spell,
  c.previous_case_id AS "previousCaseId", c.site_id AS "siteId", c.department_id AS "departmentId", c.finding,
  c.confirmed_covered AS "confirmedCovered", c.status, c.stage, c.outcome, ${isoInstant('c.due_at')} AS due, c.rule,
  c.next_action AS "nextAction", c.owner_contact_id AS "ownerContactId",
  ${isoInstant('c.acknowledged_until')} AS "acknowledgedUntil", ${isoInstant('c.exception_until')} AS "exceptionUntil",
  c.exceptions_agreed AS "exceptionsAgreed", (SELECT coalesce(json_agg(json_build_object('requestId', r.request_id, 'kind', r.kind) ORDER BY r.sequence), '[]')
    FROM case_requests r WHERE r.case_id = c.case_id AND r.state = 'pending') AS pending, c.revision, c.plan_number AS "planNumber", c.sequence,
  ${isoInstant('c.opened_at')} AS "openedAt", ${isoInstant('c.closed_at')} AS "closedAt", (${MILESTONES}) AS milestones`;

/** The rule of domain/rag.ts in SQL, for filters over many cases; a test holds the two together. $1 = now, $2 = days. */
const RAG = `
  CASE WHEN c.status = 'open' THEN (
    SELECT CASE
      WHEN bool_or(m.due < $1 OR m.forecast > m.due) THEN 'red'
      WHEN bool_or(m.due <= $1::timestamptz + $2 * interval '24 hours') THEN 'amber'
      WHEN count(*) > 0 THEN 'green' END
    FROM case_milestones m WHERE m.case_id = c.case_id AND m.due IS NOT NULL AND m.actual IS NULL AND NOT m.skipped) END`;

const FILTER = `
  ($3::text IS NULL OR c.stage = $3) AND ($4::text IS NULL OR c.department_id = $4) AND ($5::text IS NULL OR c.site_id = $5)
  AND ($6::text IS NULL OR (${RAG}) = $6) AND ($7::timestamptz IS NULL OR (c.status <> 'closed' AND c.due_at < $7))
  AND ($8::text IS NULL OR c.status = $8) AND ($9::text IS NULL OR c.finding = $9) AND ($10::text IS NULL OR c.asset_id = $10)`;

/** Live cases first, the earliest due first. */
const ORDER = (alias: string): string =>
  `(${alias}.status = 'closed'), coalesce(${alias}.due_at, 'infinity'), ${alias}.case_id`;

const LIST = `
  SELECT ${COLUMNS}, (${RAG}) AS rag FROM cases c
  WHERE ${FILTER} AND ($11::text IS NULL OR (${ORDER('c')}) > (SELECT ${ORDER('a')} FROM cases a WHERE a.case_id = $11))
  ORDER BY ${ORDER('c')} LIMIT $12`;

const COUNT = `SELECT count(*)::int AS total FROM cases c WHERE ${FILTER}`;

function parameters({ now, amberWithinDays }: RagBasis, filter: CaseFilter): unknown[] {
  const { stage, departmentId, siteId, rag, dueBefore, status, finding, assetId } = filter;
  return [now, amberWithinDays, stage, departmentId, siteId, rag, dueBefore, status, finding, assetId];
}

/** A case with its colour; null while no clock runs and once closed. */
export interface ListedCase extends CaseRecord {
  readonly rag: Rag | null;
}

/** Cases that a filter lets through: live ones first, the earliest due first. */
export async function listCases(pool: Pool, basis: RagBasis, filter: CaseFilter, page: Page): Promise<ListedCase[]> {
  const { rows } = await pool.query<ListedCase>(LIST, [...parameters(basis, filter), page.after, page.limit]);
  return rows;
}

/** How many cases a filter lets through. */
export async function countCases(pool: Pool, basis: RagBasis, filter: CaseFilter): Promise<number> {
  const { rows } = await pool.query<{ total: number }>(COUNT, parameters(basis, filter));
  return rows[0]?.total ?? 0;
}

/**
 * Every case that an id may mean: the case of that id, else all spells of the device of that asset id, the newest first.
 */
export async function casesCalled(pool: Pool, id: string): Promise<CaseRecord[]> {
  const byCase = await pool.query<CaseRecord>(`SELECT ${COLUMNS} FROM cases c WHERE c.case_id = $1`, [id]);
  if (byCase.rows.length > 0) return byCase.rows;
  const byAsset = await pool.query<CaseRecord>(
    `SELECT ${COLUMNS} FROM cases c WHERE c.asset_id = $1 ORDER BY c.spell DESC`,
    [id],
  );
  return byAsset.rows;
}

/** True where a department, or a site, of that id is in the register. */
export async function isKnown(pool: Pool, kind: 'department' | 'site', id: string): Promise<boolean> {
  const query = {
    department: `SELECT 1 FROM departments WHERE department_id = $1`,
    site: `SELECT 1 FROM sites WHERE site_id = $1`,
  }[kind];
  return ((await pool.query(query, [id])).rowCount ?? 0) > 0;
}
