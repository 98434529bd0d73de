import { type Pool, type PoolClient } from 'pg';
import { type Scope } from '../domain/access/permissions';
import { type CaseStatus } from '../domain/case-actions';
import { type Finding } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { type Rag, type Stage } from '../domain/vocabulary';
import { withClient } from './borrowed';
import { CASE_COLUMNS, type CaseRecord, type Page } from './cases';
import { withinScope } from './lists/scope';
import { containing } from './lists/search';
import { read } from './read';

/** What a list is narrowed to; an absent member narrows nothing. */
export interface CaseFilter {
  readonly stage?: Stage;
  readonly departmentId?: string;
  readonly siteId?: string;
  readonly rag?: Rag;
  /** Due before this instant. */
  readonly dueBefore?: Instant;
  /** What is due first was due at this instant or later, and is late. */
  readonly lateSince?: Instant;
  readonly status?: CaseStatus;
  readonly finding?: Finding;
  readonly assetId?: string;
  /** Where whoever asks may look. @default everywhere */
  readonly scope?: Scope;
  /** Part of asset id, make, model, or the site's id or name; case does not count. */
  readonly search?: string;
}

/** The instant that "now" is and how near a due date shows as at risk: what RAG is derived from. */
export interface RagBasis {
  readonly now: Instant;
  /** Plain days, by the policy. */
  readonly amberWithinDays: number;
}

/** Milestones whose clock runs. */
const AHEAD = `m.due IS NOT NULL AND m.actual IS NULL AND NOT m.skipped`;
const LATE = `(m.due < $1 OR m.forecast > m.due)`;
const SOON = `m.due <= $1::timestamptz + $2 * interval '24 hours'`;

/**
 * The rule of domain/rag.ts in SQL, twice; a test holds the three together. $1 = now, $2 = days. Lists ask case by case in
 * their order and stop when a page is full; as a set the planner would, for a page, look through all of it for each case.
 */
const COLOUR = `
  SELECT CASE WHEN bool_or(${LATE}) THEN 'red' WHEN bool_or(${SOON}) THEN 'amber' WHEN count(*) > 0 THEN 'green' END
  FROM case_milestones m WHERE m.case_id = c.case_id AND ${AHEAD}`;

/** For counts: the milestones are read once, where a question for each case would look them up 200,000 times. */
const OF_COLOUR: Readonly<Record<Rag, string>> = {
  red: `SELECT m.case_id FROM case_milestones m WHERE ${AHEAD} AND ${LATE}`,
  amber: `
    SELECT m.case_id FROM case_milestones m WHERE ${AHEAD} AND (${SOON} OR ${LATE})
    GROUP BY m.case_id HAVING NOT coalesce(bool_or(${LATE}), false)`,
  green: `
    SELECT m.case_id FROM case_milestones m WHERE ${AHEAD}
    GROUP BY m.case_id HAVING NOT coalesce(bool_or(${SOON} OR ${LATE}), false)`,
};

/** A condition on `cases c`. */
function searched(search: string, add: (value: unknown) => string): string {
  const like = add(containing(search));
  return `c.asset_id ILIKE ${like}
    OR EXISTS (SELECT FROM devices x WHERE x.asset_id = c.asset_id AND (x.make ILIKE ${like} OR x.model ILIKE ${like}))
    OR c.site_id IN (SELECT x.site_id FROM sites x WHERE x.site_id ILIKE ${like} OR x.name ILIKE ${like})`;
}

/**
 * Conditions for `cases c`, and their parameters: those of the colours first, whether one is asked for or not.
 * @param purpose `list` finds the first ones soon where many match, `count` finds all of them
 */
export function caseConditions(
  { now, amberWithinDays }: RagBasis,
  { stage, departmentId, siteId, rag, dueBefore, lateSince, status, finding, assetId, scope, search }: CaseFilter,
  purpose: 'list' | 'count',
): { readonly where: string; readonly values: unknown[] } {
  const values: unknown[] = [now, amberWithinDays];
  const parts = ['$1::timestamptz IS NOT NULL AND $2::int IS NOT NULL'];
  const equals = (column: string, value: string | undefined): void => {
    if (value !== undefined) parts.push(`c.${column} = $${values.push(value)}`);
  };
  equals('stage', stage);
  equals('department_id', departmentId);
  equals('site_id', siteId);
  equals('status', status);
  equals('finding', finding);
  equals('asset_id', assetId);
  if (dueBefore !== undefined) parts.push(`c.status <> 'closed' AND c.due_at < $${values.push(dueBefore)}`);
  if (lateSince !== undefined) {
    parts.push(`c.status = 'open' AND c.first_due >= $${values.push(lateSince)} AND c.first_due < $1`);
  }
  if (rag !== undefined) {
    const coloured = purpose === 'count' ? `c.case_id IN (${OF_COLOUR[rag]})` : `(${COLOUR}) = $${values.push(rag)}`;
    parts.push(`c.status = 'open' AND ${coloured}`);
  }
  const add = (value: unknown): string => `$${values.push(value)}`;
  if (scope !== undefined) parts.push(withinScope(scope, { department: 'c.department_id', site: 'c.site_id' }, add));
  if (search !== undefined) parts.push(searched(search, add));
  return { where: parts.map((part) => `(${part})`).join(' AND '), values };
}

/** Live cases first, the earliest due first; there is an index of it. */
const ORDER = `(c.status = 'closed'), coalesce(c.due_at, 'infinity'::timestamptz), c.case_id`;
const PLACE = `
  SELECT c.status = 'closed' AS closed, coalesce(c.due_at, 'infinity'::timestamptz)::text AS due FROM cases c WHERE c.case_id = $1`;

async function listSql(
  db: Pool | PoolClient,
  basis: RagBasis,
  filter: CaseFilter,
  after: string | null,
): Promise<{ readonly sql: string; readonly values: unknown[] }> {
  const { where, values } = caseConditions(basis, filter, 'list');
  const select = `SELECT ${CASE_COLUMNS} FROM cases c WHERE ${where}`;
  if (after === null) return { sql: `${select} ORDER BY ${ORDER}`, values };
  const place = (await read<{ closed: boolean; due: string }>(db, PLACE, [after]))[0];
  // A place that is given as values, unlike one that is selected, is found in the index.
  const from = [place?.closed ?? true, place?.due ?? 'infinity', after].map((value) => `$${values.push(value)}`);
  return {
    sql: `${select} AND (${ORDER}) > (${from[0]}::boolean, ${from[1]}::timestamptz, ${from[2]}) ORDER BY ${ORDER}`,
    values,
  };
}

/** Cases that a filter lets through, at most so many, after a case: live ones first, the earliest due first. */
export async function listCases(
  pool: Pool,
  basis: RagBasis,
  filter: CaseFilter,
  { limit, after }: Page,
): Promise<readonly CaseRecord[]> {
  const { sql, values } = await listSql(pool, basis, filter, after);
  return await read<CaseRecord>(pool, `${sql} LIMIT $${values.push(limit)}`, values);
}

/** How many cases a filter lets through. */
export async function countCases(db: Pool | PoolClient, basis: RagBasis, filter: CaseFilter): Promise<number> {
  const { where, values } = caseConditions(basis, filter, 'count');
  const rows = await read<{ total: number }>(db, `SELECT count(*)::int AS total FROM cases c WHERE ${where}`, values);
  return rows[0]?.total ?? 0;
}

/** Rows that are in memory at a time. */
const BATCH = 1_000;

/**
 * Hands over all cases that a filter lets through, in the order of {@link listCases}, some at a time, as they are at one
 * instant: however many there are, few are in memory.
 * @param onCases waited for before the next ones are fetched
 * @returns how many the filter lets through, those before `after` included
 */
export function everyCase(
  pool: Pool,
  basis: RagBasis,
  filter: CaseFilter,
  after: string | null,
  onCases: (cases: readonly CaseRecord[]) => Promise<void>,
): Promise<number> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      const { sql, values } = await listSql(client, basis, filter, after);
      const total = await countCases(client, basis, filter);
      await client.query(`DECLARE every_case NO SCROLL CURSOR FOR ${sql}`, values);
      for (;;) {
        const { rows } = await client.query<CaseRecord>(`FETCH ${BATCH} FROM every_case`);
        if (rows.length > 0) await onCases(rows);
        if (rows.length < BATCH) return total;
      }
    } finally {
      // Nothing was written: this only ends the snapshot.
      await client.query('ROLLBACK').catch(() => undefined);
    }
  });
}
