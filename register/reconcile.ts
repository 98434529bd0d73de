import { type Pool } from 'pg';
import { type CaseEvent } from '../domain/lifecycle';

/** Flagged devices of the programme that no case, open or properly closed, speaks for. */
const ADD_MISSING = `
  INSERT INTO cases (case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, policy_version, origin)
  SELECT 'k_' || replace(gen_random_uuid()::text, '-', ''), p.programme_id, f.asset_id, f.next_spell, f.previous_case_id,
    f.site_id, f.department_id, f.screening, f.network IN ('segregated', 'isolated'), p.policy_version,
    CASE WHEN f.previous_case_id IS NULL THEN 'found' ELSE 'reopened' END
  FROM programmes p JOIN flagged_without_case f USING (programme_id)
  WHERE p.programme_id = $1
  ON CONFLICT DO NOTHING
  RETURNING asset_id`;

/** @returns the asset ids for which a case was missing and has been asked for */
export async function addMissingCases(pool: Pool, programmeId: string): Promise<string[]> {
  const { rows } = await pool.query<{ asset_id: string }>(ADD_MISSING, [programmeId]);
  return rows.map(({ asset_id }) => asset_id);
}

/** Ids of open cases, by id after `after`. */
export async function openCaseIds(pool: Pool, after: string, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ case_id: string }>(
    `SELECT case_id FROM cases WHERE status = 'open' AND case_id > $1 ORDER BY case_id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ case_id }) => case_id);
}

/** Which of these ids the register has, with their status. */
export async function statusOf(pool: Pool, caseIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ case_id: string; status: string }>(
    `SELECT case_id, status FROM cases WHERE case_id = ANY($1)`,
    [caseIds],
  );
  return new Map(rows.map(({ case_id, status }) => [case_id, status]));
}

/** All events of a case, in order. */
export async function eventsOf(pool: Pool, caseId: string): Promise<CaseEvent[]> {
  const { rows } = await pool.query<{ payload: CaseEvent }>(
    `SELECT payload FROM audit_events WHERE case_id = $1 ORDER BY sequence`,
    [caseId],
  );
  return rows.map(({ payload }) => payload);
}
