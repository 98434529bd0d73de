import { type Pool } from 'pg';
import { type Scope } from '../../domain/access/permissions';
import { type Instant } from '../../domain/records';
import { type Nation, type Sensitivity } from '../../domain/vocabulary';
import { isoInstant } from '../instants';
import { type SiteRow } from '../sites';
import { everyRow } from './everything';
import { orderBy, type Orders, type Slice, type Sorting } from './order';
import { withinScope } from './scope';
import { containing } from './search';
import { read } from '../read';

/** What a list is narrowed to; an absent member narrows nothing. */
export interface SiteListFilter {
  readonly scope: Scope;
  readonly departmentId?: string;
  readonly sensitivity?: Sensitivity;
  readonly nation?: Nation;
  /** Whether anything is still to be done there. */
  readonly cases?: 'some' | 'none';
  /** Part of its id or name; case does not count. */
  readonly search?: string;
}

/** A site with what is to be done there. */
export interface ListedSite extends SiteRow {
  /** The earliest of its live cases; null = none has a date. */
  readonly due: Instant | null;
  /** Live cases that are late by their own date. */
  readonly lateCases: number;
}

export const SITE_SORTS = ['name', 'department', 'sensitivity', 'devices', 'cases', 'due'] as const;
export type SiteSort = (typeof SITE_SORTS)[number];

const ORDERS: Orders<SiteSort> = {
  by: {
    name: ['s.name'],
    department: ['p.name', 's.department_id'],
    sensitivity: [`array_position(ARRAY['sensitive', 'unassessed', 'not-sensitive'], s.sensitivity)`],
    devices: ['coalesce(n.devices, 0)'],
    cases: ['coalesce(k.cases, 0)'],
    due: [`coalesce(k.due, 'infinity'::timestamptz)`],
  },
  unique: 's.site_id',
};

/** What an order needs of all sites, since it compares all of them. */
const JOINS: Readonly<Record<SiteSort, string>> = {
  name: '',
  department: 'JOIN departments p USING (department_id)',
  sensitivity: '',
  devices: `LEFT JOIN (SELECT d.site_id, count(*) AS devices FROM devices d WHERE d.merged_into IS NULL GROUP BY d.site_id) n USING (site_id)`,
  cases: `LEFT JOIN (SELECT c.site_id, count(*) AS cases FROM cases c WHERE c.status <> 'closed' GROUP BY c.site_id) k USING (site_id)`,
  due: `LEFT JOIN (SELECT c.site_id, min(c.due_at) AS due FROM cases c WHERE c.status <> 'closed' GROUP BY c.site_id) k USING (site_id)`,
};

const LIVE = `EXISTS (SELECT FROM cases c WHERE c.site_id = s.site_id AND c.status <> 'closed')`;

function conditions({ scope, departmentId, sensitivity, nation, cases, search }: SiteListFilter): {
  readonly where: string;
  readonly values: unknown[];
} {
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const like = search === undefined ? '' : add(containing(search));
  const parts = [
    ...(departmentId === undefined ? [] : [`s.department_id = ${add(departmentId)}`]),
    ...(sensitivity === undefined ? [] : [`s.sensitivity = ${add(sensitivity)}`]),
    ...(nation === undefined ? [] : [`s.nation = ${add(nation)}`]),
    ...(cases === undefined ? [] : [cases === 'some' ? LIVE : `NOT ${LIVE}`]),
    ...(search === undefined ? [] : [`(s.site_id ILIKE ${like} OR s.name ILIKE ${like})`]),
    withinScope(scope, { department: 's.department_id', site: 's.site_id' }, add),
  ];
  return { where: parts.join(' AND '), values };
}

const named = (now: string): string => `
  SELECT s.site_id AS "siteId", s.name, s.department_id AS "departmentId", p.name AS "departmentName", s.nation, s.sensitivity,
    s.controlled_by AS "controlledBy", s.access_lead_days AS "accessLeadDays", n.devices, k.cases AS "liveCases",
    k.late AS "lateCases", ${isoInstant('k.due')} AS due
  FROM sites s JOIN departments p USING (department_id)
    CROSS JOIN LATERAL (SELECT count(*)::int AS devices FROM devices d WHERE d.site_id = s.site_id AND d.merged_into IS NULL) n
    CROSS JOIN LATERAL (SELECT count(*)::int AS cases, min(c.due_at) AS due, count(*) FILTER (WHERE c.due_at < ${now}::timestamptz)::int AS late
      FROM cases c WHERE c.site_id = s.site_id AND c.status <> 'closed') k`;

/** A slice of the sites that a filter lets through. @param now the instant that lateness is derived for */
export async function sliceOfSites(
  pool: Pool,
  filter: SiteListFilter,
  sorting: Sorting<SiteSort>,
  { offset, limit }: Slice,
  now: Instant,
): Promise<readonly ListedSite[]> {
  const { where, values } = conditions(filter);
  const order = orderBy(ORDERS, sorting);
  const slice = `OFFSET $${values.push(offset)} LIMIT $${values.push(limit)}`;
  const rows = await read<ListedSite>(
    pool,
    `WITH page AS MATERIALIZED (SELECT s.site_id FROM sites s ${JOINS[sorting.column]} WHERE ${where} ${order} ${slice})
     ${named(`$${values.push(now)}`)} WHERE s.site_id IN (SELECT site_id FROM page) ${order}`,
    values,
  );
  return rows;
}

/** How many sites a filter lets through. */
export async function countListedSites(pool: Pool, filter: SiteListFilter): Promise<number> {
  const { where, values } = conditions(filter);
  const rows = await read<{ total: number }>(pool, `SELECT count(*)::int AS total FROM sites s WHERE ${where}`, values);
  return rows[0]?.total ?? 0;
}

/** All sites that a filter lets through, some at a time; see {@link everyRow}. */
export function everySite(
  pool: Pool,
  filter: SiteListFilter,
  sorting: Sorting<SiteSort>,
  now: Instant,
  onSites: (sites: readonly ListedSite[]) => Promise<void>,
): Promise<void> {
  const { where, values } = conditions(filter);
  const sql = `${named(`$${values.push(now)}`)} WHERE ${where} ${orderBy(ORDERS, sorting)}`;
  return everyRow(pool, sql, values, onSites);
}
