import { type Pool } from 'pg';
import { type Scope } from '../../domain/access/permissions';
import { type Instant } from '../../domain/records';
import { isoInstant } from '../instants';
import { withinScope } from './scope';
import { read } from '../read';

/** A department with what it owes. */
export interface DepartmentRow {
  readonly departmentId: string;
  readonly name: string;
  readonly sites: number;
  readonly liveCases: number;
  /** Live cases that are late by their own date. */
  readonly lateCases: number;
  /** The earliest of its live cases; null = none has a date. */
  readonly due: Instant | null;
}

function placed(scope: Scope): { readonly within: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  return { within: withinScope(scope, { department: 'x.department_id', site: 'x.site_id' }, add), values };
}

/** Departments that somebody may see something of, by name. */
export async function departmentNames(
  pool: Pool,
  scope: Scope,
): Promise<readonly { readonly departmentId: string; readonly name: string }[]> {
  const ids = scope.everything ? null : scope.places.map(({ departmentId }) => departmentId);
  const rows = await read<{ departmentId: string; name: string }>(
    pool,
    `SELECT department_id AS "departmentId", name FROM departments WHERE $1::text[] IS NULL OR department_id = ANY($1) ORDER BY name, department_id`,
    [ids],
  );
  return rows;
}

/** Departments with what they owe within what somebody may see, the most late ones first. */
export async function departmentsOf(pool: Pool, scope: Scope, now: Instant): Promise<readonly DepartmentRow[]> {
  const { within, values } = placed(scope);
  const at = `$${values.push(now)}::timestamptz`;
  const ids = `$${values.push(scope.everything ? null : scope.places.map(({ departmentId }) => departmentId))}::text[]`;
  const rows = await read<DepartmentRow>(
    pool,
    `SELECT p.department_id AS "departmentId", p.name, coalesce(s.sites, 0) AS sites, coalesce(k.live, 0) AS "liveCases",
       coalesce(k.late, 0) AS "lateCases", ${isoInstant('k.due')} AS due
     FROM departments p
       LEFT JOIN (SELECT x.department_id, count(*)::int AS sites FROM sites x WHERE ${within} GROUP BY 1) s USING (department_id)
       LEFT JOIN (SELECT x.department_id, count(*)::int AS live, (count(*) FILTER (WHERE x.due_at < ${at}))::int AS late, min(x.due_at) AS due
         FROM cases x WHERE x.status <> 'closed' AND ${within} GROUP BY 1) k USING (department_id)
     WHERE ${ids} IS NULL OR p.department_id = ANY(${ids})
     ORDER BY "lateCases" DESC, k.due NULLS LAST, p.name, p.department_id`,
    values,
  );
  return rows;
}
