import { type Pool } from 'pg';
import { type MergedDate, RULES } from '../domain/deadlines/plan';
import { type ExtendedDate } from '../domain/lifecycle/requests';
import { type CaseFacts, type DateFacts, type Finding } from '../domain/lifecycle/state';
import { type Nation, type Sensitivity } from '../domain/vocabulary';
import { read } from './read';

/** What a case's start and its due dates are computed from. */
export interface CaseToPlan {
  readonly facts: CaseFacts;
  readonly status: 'opening' | 'open' | 'closed';
  /** What the device's inventory and its site say now; the dates may still follow from `facts`. */
  readonly newest: DateFacts;
  readonly nation: Nation;
  /** Days of notice that access to the site needs; null = not said. */
  readonly accessLeadDays: number | null;
  /** Later dates by other facts wait for a decision. */
  readonly asksLater: boolean;
  /** Dates that were agreed to, oldest first. */
  readonly extended: readonly ExtendedDate[];
  /** Dates that still bind since another record turned out to be the same device. */
  readonly merged: readonly MergedDate[];
  /** When the case was asked for or, later, opened. UTC. */
  readonly since: string;
  readonly planNumber: number;
  readonly revision: number;
}

/** A row of {@link TO_PLAN}. */
export interface PlanRow {
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
  readonly newest_upgrade: string | null;
  readonly newest_sensitivity: Sensitivity;
  readonly nation: Nation;
  readonly access_lead_days: number | null;
  readonly asks_later: boolean;
  readonly extended: readonly ExtendedDate[];
  readonly merged: readonly MergedDate[];
  readonly since: Date;
  readonly plan_number: number;
  readonly revision: number;
}

/** Columns and tables of what a case's dates are computed from: cases are `c`, devices `d`, sites `s`. */
export const TO_PLAN = {
  columns: `
  c.case_id, c.status, c.programme_id, c.asset_id, c.spell, c.site_id, c.department_id, c.finding, c.off_core,
    CASE WHEN c.sensitivity IS NULL THEN to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD')
      ELSE to_char(c.upgrade_on, 'YYYY-MM-DD') END AS upgrade_on,
    coalesce(c.sensitivity, s.sensitivity) AS sensitivity, to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD') AS newest_upgrade,
    s.sensitivity AS newest_sensitivity, s.nation, s.access_lead_days, coalesce(c.opened_at, c.requested_at) AS since, c.plan_number, c.revision,
    EXISTS (SELECT FROM case_requests r WHERE r.case_id = c.case_id AND r.kind = 'later-dates' AND r.state = 'pending') AS asks_later,
    (SELECT coalesce(jsonb_agg(e.date ORDER BY r.decision, e.at), '[]')
      FROM case_requests r, jsonb_array_elements(r.dates) WITH ORDINALITY AS e (date, at)
      WHERE r.case_id = c.case_id AND r.state = 'agreed') AS extended,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', m.value ->> 'stage', 'due', k.value ->> 'due')), '[]')
      FROM (SELECT a.payload -> 'plan' -> 'milestones' AS milestones FROM audit_events a
          WHERE a.case_id = c.case_id AND a.type = 'planned' ORDER BY a.sequence DESC LIMIT 1) AS newest,
        jsonb_array_elements(newest.milestones) AS m, jsonb_array_elements(m.value -> 'candidates') AS k
      WHERE k.value ->> 'rule' = '${RULES.merged}') AS merged`,
  from: 'FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = c.site_id',
} as const;

const CASES = `SELECT ${TO_PLAN.columns} ${TO_PLAN.from}`;

export function toPlan(row: PlanRow): CaseToPlan {
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
      sensitivity: row.sensitivity,
    },
    status: row.status,
    newest: { upgradeOn: row.newest_upgrade, sensitivity: row.newest_sensitivity },
    nation: row.nation,
    accessLeadDays: row.access_lead_days,
    asksLater: row.asks_later,
    extended: row.extended,
    merged: row.merged,
    since: row.since.toISOString(),
    planNumber: row.plan_number,
    revision: row.revision,
  };
}

async function page(pool: Pool, where: string, after: string, limit: number): Promise<CaseToPlan[]> {
  const rows = await read<PlanRow>(pool, `${CASES} WHERE ${where} AND c.case_id > $1 ORDER BY c.case_id LIMIT $2`, [
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
  const rows = await read<PlanRow>(pool, `${CASES} WHERE c.case_id = $1`, [caseId]);
  return rows[0] === undefined ? null : toPlan(rows[0]);
}
