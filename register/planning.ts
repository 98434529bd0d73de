import { type Pool } from 'pg';
import { type CaseFacts, type Finding } from '../domain/lifecycle/state';
import { type Sensitivity } from '../domain/vocabulary';

/** What a case's start and its due dates are computed from. */
export interface CaseToPlan {
  readonly facts: CaseFacts;
  readonly status: 'opening' | 'open' | 'closed';
  readonly sensitivity: Sensitivity;
  /** When the case was asked for or, later, opened. UTC. */
  readonly since: string;
  readonly planNumber: number;
  readonly revision: number;
}

interface Row {
  readonly case_id: string;
  readonly status: CaseToPlan['status'];
  readonly programme_id: string;
  readonly asset_id: string;
  readonly spell: number;
  readonly site_id: string;
  readonly department_id: string;
  readonly finding: Finding;
  readonly off_core: boolean;
  readonly upgrade_on: string | null;
  readonly sensitivity: Sensitivity;
  readonly since: Date;
  readonly plan_number: number;
  readonly revision: number;
}

const CASES = `
  SELECT c.case_id, c.status, c.programme_id, c.asset_id, c.spell, c.site_id, c.department_id, c.finding, c.off_core,
    to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD') AS upgrade_on, s.sensitivity, coalesce(c.opened_at, c.requested_at) AS since,
    c.plan_number, c.revision
  FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = c.site_id`;

function toPlan(row: Row): CaseToPlan {
  return {
    facts: {
      caseId: row.case_id,
      programmeId: row.programme_id,
      assetId: row.asset_id,
      spell: row.spell,
      siteId: row.site_id,
      departmentId: row.department_id,
      finding: row.finding,
      offCore: row.off_core,
      upgradeOn: row.upgrade_on,
    },
    status: row.status,
    sensitivity: row.sensitivity,
    since: row.since.toISOString(),
    planNumber: row.plan_number,
    revision: row.revision,
  };
}

async function page(pool: Pool, where: string, after: string, limit: number): Promise<CaseToPlan[]> {
  const { rows } = await pool.query<Row>(`${CASES} WHERE ${where} AND c.case_id > $1 ORDER BY c.case_id LIMIT $2`, [
    after,
    limit,
  ]);
  return rows.map(toPlan);
}

/** Cases whose workflow may not have started yet, by case id after `after`. */
export function openingCases(pool: Pool, after: string, limit: number): Promise<CaseToPlan[]> {
  return page(pool, `c.status = 'opening'`, after, limit);
}

/** Cases that no clock runs for, those that are being opened included, by case id after `after`. */
export function unplannedCases(pool: Pool, after: string, limit: number): Promise<CaseToPlan[]> {
  return page(pool, `c.status <> 'closed' AND c.plan_number = 0`, after, limit);
}

/** One case; null where the register has none of that id. */
export async function caseToPlan(pool: Pool, caseId: string): Promise<CaseToPlan | null> {
  const { rows } = await pool.query<Row>(`${CASES} WHERE c.case_id = $1`, [caseId]);
  return rows[0] === undefined ? null : toPlan(rows[0]);
}
