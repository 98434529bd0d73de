import { type Pool } from 'pg';
import { type CaseFilter, caseConditions, type RagBasis } from '../case-list';
import { CASE_COLUMNS, type CaseRecord } from '../cases';
import { everyRow } from './everything';
import { orderBy, type Orders, type Slice, type Sorting } from './order';
import { read } from '../read';

/** A case with the names that people know it by. */
export interface ListedCase extends CaseRecord {
  readonly make: string | null;
  readonly model: string | null;
  readonly siteName: string;
  readonly departmentName: string;
}

export const CASE_SORTS = ['due', 'asset', 'site', 'department', 'stage', 'finding'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

/** Live ones before closed ones, whichever way; there is an index of the order by date. */
const LIVE_FIRST = [`(c.status = 'closed')`];
const ORDERS: Orders<CaseSort> = {
  first: { due: LIVE_FIRST },
  by: {
    due: [`coalesce(c.due_at, 'infinity'::timestamptz)`],
    asset: ['c.asset_id'],
    site: ['s.name', 'c.site_id'],
    department: ['p.name', 'c.department_id'],
    stage: [`array_position(ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify', 'closed'], c.stage)`],
    finding: ['c.finding'],
  },
  unique: 'c.case_id',
};

/** What an order needs besides the case. */
const JOINS: Readonly<Record<CaseSort, string>> = {
  due: '',
  asset: '',
  site: 'JOIN sites s USING (site_id)',
  department: 'JOIN departments p USING (department_id)',
  stage: '',
  finding: '',
};

/** Below so many, all that match are found at once; above, the first ones are soon met in passing. */
const FEW = 1_000;

function query(
  basis: RagBasis,
  filter: CaseFilter,
  sorting: Sorting<CaseSort>,
  matching: number,
): { readonly sql: string; readonly values: unknown[] } {
  const { where, values } = caseConditions(basis, filter, matching < FEW ? 'count' : 'list');
  const order = orderBy(ORDERS, sorting);
  return { sql: `SELECT c.case_id FROM cases c ${JOINS[sorting.column]} WHERE ${where} ${order}`, values };
}

const NAMED = `
  SELECT ${CASE_COLUMNS}, d.make, d.model, s.name AS "siteName", p.name AS "departmentName"
  FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = c.site_id
    JOIN departments p ON p.department_id = c.department_id`;

/**
 * A slice of the cases that a filter lets through.
 * @param matching how many they are, about: says how they are best found
 */
export async function sliceOfCases(
  pool: Pool,
  basis: RagBasis,
  filter: CaseFilter,
  sorting: Sorting<CaseSort>,
  { offset, limit }: Slice,
  matching: number,
): Promise<readonly ListedCase[]> {
  const { sql, values } = query(basis, filter, sorting, matching);
  const slice = `OFFSET $${values.push(offset)} LIMIT $${values.push(limit)}`;
  const rows = await read<ListedCase>(
    pool,
    `WITH page AS MATERIALIZED (${sql} ${slice}) ${NAMED} WHERE c.case_id IN (SELECT case_id FROM page) ${orderBy(ORDERS, sorting)}`,
    values,
  );
  return rows;
}

/** All cases that a filter lets through, some at a time; see {@link everyRow}. */
export function everyListedCase(
  pool: Pool,
  basis: RagBasis,
  filter: CaseFilter,
  sorting: Sorting<CaseSort>,
  onCases: (cases: readonly ListedCase[]) => Promise<void>,
): Promise<void> {
  const { where, values } = caseConditions(basis, filter, 'count');
  return everyRow(pool, `${NAMED} WHERE ${where} ${orderBy(ORDERS, sorting)}`, values, onCases);
}

/** Cases of these ids that a filter lets through, by asset id. */
export async function casesOf(
  pool: Pool,
  basis: RagBasis,
  filter: CaseFilter,
  ids: readonly string[],
): Promise<readonly ListedCase[]> {
  const { where, values } = caseConditions(basis, filter, 'count');
  const rows = await read<ListedCase>(
    pool,
    `${NAMED} WHERE c.case_id = ANY($${values.push(ids)}) AND ${where} ORDER BY c.asset_id, c.case_id`,
    values,
  );
  return rows;
}
