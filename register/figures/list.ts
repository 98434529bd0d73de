import { type Pool } from 'pg';
import { type FlowKind } from '../../domain/figures/crossings';
import { type Instant } from '../../domain/records';
import { type Stage } from '../../domain/vocabulary';
import { isoInstant } from '../instants';
import { read } from '../read';

/** A case behind a figure. */
export interface ListedCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly mustGo: boolean;
  /** Of the department that has it now. */
  readonly currentDepartmentId: string;
  /** When it happened; null = it is not about something that happened. */
  readonly at: Instant | null;
  /** When the register was told of it. */
  readonly recordedAt: Instant;
  /** As it was known then. */
  readonly stage: Stage;
}

/** A page of a list: at most so many after a case of it; null = from the beginning. */
export interface ListPage {
  readonly limit: number;
  readonly after: string | null;
}

export interface ListScope {
  readonly programmeId: string;
  /** Null = the whole programme. */
  readonly departments: readonly string[] | null;
}

const NAMES = `
  JOIN cases c ON c.case_id = f.case_id JOIN sites s ON s.site_id = c.site_id JOIN departments d ON d.department_id = f.department_id`;

const stageAt = (instant: string): string => `coalesce((
    SELECT r.stage FROM case_revisions r WHERE r.case_id = f.case_id AND r.recorded_at <= ${instant} ORDER BY r.sequence DESC LIMIT 1), c.stage)`;

const COLUMNS = `f.case_id AS "caseId", c.asset_id AS "assetId", c.site_id AS "siteId", s.name AS "siteName",
  f.department_id AS "departmentId", d.name AS "departmentName", f.must_go AS "mustGo",
  c.department_id AS "currentDepartmentId", ${isoInstant('f.recorded_at')} AS "recordedAt"`;

const OF_FLOW = `f.programme_id = $1 AND ($2::text[] IS NULL OR f.department_id = ANY($2)) AND f.kind = $3
  AND f.recorded_at > $4 AND f.recorded_at <= $5`;

const PLACE = `
  SELECT f.recorded_at::text AS at, f.sequence FROM case_flows f WHERE ${OF_FLOW} AND f.case_id = $6 ORDER BY f.recorded_at LIMIT 1`;

/** A case whose finding was confirmed crosses twice in one event: it is told once. */
const FLOWS = `
  SELECT ${COLUMNS}, ${isoInstant('f.at')} AS at, ${stageAt('$5')} AS stage FROM case_flows f ${NAMES}
  WHERE ${OF_FLOW} AND (f.kind NOT IN ('confirmed', 'unconfirmed') OR f.change = 1)
    AND (f.recorded_at, f.case_id) > ($6::timestamptz, $7::text)
  ORDER BY f.recorded_at, f.case_id LIMIT $8`;

/**
 * Cases that crossed in one way, as became known after one instant and up to another, in the order in which it did.
 * @param page a case that is not of the list begins it anew
 */
export async function casesThatCrossed(
  pool: Pool,
  { programmeId, departments }: ListScope,
  kind: FlowKind,
  { after: from, until }: { readonly after: Instant; readonly until: Instant },
  page: ListPage,
): Promise<readonly ListedCase[]> {
  const values = [programmeId, departments, kind, from, until];
  const place = page.after === null ? undefined : (await read<{ at: string }>(pool, PLACE, [...values, page.after]))[0];
  const rest = [place?.at ?? '-infinity', place === undefined ? '' : page.after, page.limit];
  return await read<ListedCase>(pool, FLOWS, [...values, ...rest]);
}

/** Which part of what remained. */
export interface RemainingFilter {
  readonly stage: Stage | null;
  /** Null = both. */
  readonly mustGo: boolean | null;
}

/** Came in, as was known then, and had not gone out again. */
const REMAINED = `
  SELECT ${COLUMNS}, NULL AS at, ${stageAt('$3')} AS stage FROM case_flows f ${NAMES}
  WHERE f.programme_id = $1 AND ($2::text[] IS NULL OR f.department_id = ANY($2)) AND f.change = 1 AND f.recorded_at <= $3
    AND ($4::boolean IS NULL OR f.must_go = $4) AND f.case_id > $6 AND ($5::text IS NULL OR ${stageAt('$3')} = $5)
    AND NOT EXISTS (SELECT FROM case_flows g WHERE g.case_id = f.case_id AND g.sequence > f.sequence AND g.change = -1
      AND g.department_id = f.department_id AND g.must_go = f.must_go AND g.recorded_at <= $3)
  ORDER BY f.case_id LIMIT $7`;

/** Cases that remained at an instant, as was known then, by case id. */
export async function casesThatRemained(
  pool: Pool,
  { programmeId, departments }: ListScope,
  at: Instant,
  { stage, mustGo }: RemainingFilter,
  { limit, after }: ListPage,
): Promise<ListedCase[]> {
  return (await pool.query<ListedCase>(REMAINED, [programmeId, departments, at, mustGo, stage, after ?? '', limit]))
    .rows;
}
