import { type Pool } from 'pg';
import { type Nation, type Sensitivity } from '../domain/vocabulary';
import { type Page } from './cases';
import { LAST_ASSESSMENT, type LastAssessment } from './site-assessments';
import { read } from './read';

/** A site, with what is on it. */
export interface SiteRow {
  readonly siteId: string;
  readonly name: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity;
  readonly controlledBy: string | null;
  readonly accessLeadDays: number | null;
  /** Merged ones apart. */
  readonly devices: number;
  /** Opening or open. */
  readonly liveCases: number;
}

/** A site with its devices by what screening says. */
export interface SiteDetail extends SiteRow {
  readonly screening: {
    readonly covered: number;
    readonly suspect: number;
    readonly clear: number;
    readonly unknownMake: number;
  };
  readonly closedCases: number;
  /** Null where nobody has assessed it: its class came with a file, or by default. */
  readonly assessment: LastAssessment | null;
}

/** What a list is narrowed to; an absent member narrows nothing. */
export interface SiteFilter {
  readonly departmentId?: string;
  readonly sensitivity?: Sensitivity;
}

const COLUMNS = `
  s.site_id AS "siteId", s.name, s.department_id AS "departmentId", p.name AS "departmentName", s.nation, s.sensitivity,
  s.controlled_by AS "controlledBy", s.access_lead_days AS "accessLeadDays",
  (SELECT count(*) FROM devices d WHERE d.site_id = s.site_id AND d.merged_into IS NULL)::int AS devices,
  (SELECT count(*) FROM cases c WHERE c.site_id = s.site_id AND c.status <> 'closed')::int AS "liveCases"`;

const FILTER = `($1::text IS NULL OR s.department_id = $1) AND ($2::text IS NULL OR s.sensitivity = $2)`;

const LIST = `
  SELECT ${COLUMNS} FROM sites s JOIN departments p USING (department_id)
  WHERE ${FILTER} AND ($3::text IS NULL OR s.site_id > $3) ORDER BY s.site_id LIMIT $4`;

const COUNT = `SELECT count(*)::int AS total FROM sites s WHERE ${FILTER}`;

/** Sites that a filter lets through, by site id. */
export async function listSites(
  pool: Pool,
  { departmentId, sensitivity }: SiteFilter,
  { limit, after }: Page,
): Promise<readonly SiteRow[]> {
  return await read<SiteRow>(pool, LIST, [departmentId, sensitivity, after, limit]);
}

/** How many sites a filter lets through. */
export async function countSites(pool: Pool, { departmentId, sensitivity }: SiteFilter): Promise<number> {
  const rows = await read<{ total: number }>(pool, COUNT, [departmentId, sensitivity]);
  return rows[0]?.total ?? 0;
}

const ONE = `
  SELECT ${COLUMNS},
    (SELECT json_build_object('covered', count(*) FILTER (WHERE d.screening = 'covered'), 'suspect', count(*) FILTER (WHERE d.screening = 'suspect'),
      'clear', count(*) FILTER (WHERE d.screening = 'clear'), 'unknownMake', count(*) FILTER (WHERE d.screening = 'unknown-make'))
     FROM devices d WHERE d.site_id = s.site_id AND d.merged_into IS NULL) AS screening,
    (SELECT count(*) FROM cases c WHERE c.site_id = s.site_id AND c.status = 'closed')::int AS "closedCases",
    ${LAST_ASSESSMENT} AS assessment
  FROM sites s JOIN departments p USING (department_id) WHERE s.site_id = $1`;

/** One site; null where the register has none of that id. */
export async function findSite(pool: Pool, siteId: string): Promise<SiteDetail | null> {
  return (await read<SiteDetail>(pool, ONE, [siteId]))[0] ?? null;
}
