import { type Pool } from 'pg';
import { inTransaction } from './transaction';
import { read } from './read';

/** A case that was asked for in the place of a closed one. */
export interface NextSpell {
  readonly caseId: string;
  readonly previousCaseId: string;
  /** Who asked for it, and why: the first time. */
  readonly actor: string;
  readonly reason: string;
}

/** Only the newest spell can be followed by another, only once it is closed, and never for a device that was merged away. */
const NEXT = `
  INSERT INTO cases (case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, policy_version, origin)
  SELECT 'k_' || replace(gen_random_uuid()::text, '-', ''), c.programme_id, c.asset_id, c.spell + 1, c.case_id, d.site_id,
    s.department_id, CASE WHEN c.confirmed_covered THEN 'covered' WHEN d.screening = 'clear' THEN c.finding ELSE d.screening END,
    d.network IN ('segregated', 'isolated'), p.policy_version, 'reopened'
  FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = d.site_id JOIN programmes p USING (programme_id)
  WHERE c.case_id = $1 AND c.status = 'closed' AND d.merged_into IS NULL
    AND NOT EXISTS (SELECT 1 FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell)
  ON CONFLICT DO NOTHING
  RETURNING case_id AS "caseId", previous_case_id AS "previousCaseId"`;

/** A clearance does not outlive the reopening of its case. */
const UNCLEAR = `UPDATE devices d SET cleared_fingerprint = NULL FROM cases c WHERE c.case_id = $1 AND d.asset_id = c.asset_id`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'case-reopened', $2, $3)`;

const ASKED_BEFORE = `
  SELECT subject AS "caseId", details ->> 'previousCaseId' AS "previousCaseId", actor, details ->> 'reason' AS reason FROM register_log
  WHERE action = 'case-reopened' AND details ->> 'commandId' = $1 AND details ->> 'previousCaseId' = $2 LIMIT 1`;

/** Who reopens, why, and the id that makes a repeat harmless. */
export interface Reopening {
  readonly actor: string;
  readonly reason: string;
  readonly commandId: string;
}

/**
 * Asks for the next spell of a closed case, linked to it; its workflow is started afterwards. The same command again
 * returns the case of the first time.
 * @returns null where the case is not the newest of its device or not closed, or its device was merged into another
 */
export async function addNextSpell(pool: Pool, caseId: string, by: Reopening): Promise<NextSpell | null> {
  return inTransaction(pool, async (client) => {
    await client.query(`SELECT 1 FROM cases WHERE case_id = $1 FOR UPDATE`, [caseId]);
    const before = await client.query<NextSpell>(ASKED_BEFORE, [by.commandId, caseId]);
    if (before.rows[0] !== undefined) return before.rows[0];
    const next = (await client.query<Pick<NextSpell, 'caseId' | 'previousCaseId'>>(NEXT, [caseId])).rows[0];
    if (next === undefined) return null;
    await client.query(UNCLEAR, [caseId]);
    const { actor, ...details } = by;
    await client.query(LOG, [actor, next.caseId, { ...details, previousCaseId: caseId }]);
    return { ...next, actor, reason: by.reason };
  });
}

const REASON = `
  SELECT details ->> 'reason' AS reason FROM register_log WHERE action = 'case-reopened' AND subject = $1 LIMIT 1`;

/** Why a case was reopened; null for one that is nobody's next spell. */
export async function reopeningReason(pool: Pool, caseId: string): Promise<string | null> {
  return (await read<{ reason: string }>(pool, REASON, [caseId]))[0]?.reason ?? null;
}
