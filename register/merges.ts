import { type Pool, type PoolClient } from 'pg';
import { Failure } from '../domain/errors';
import { type Outcome, type WorkStage } from '../domain/vocabulary';
import { inTransaction } from './transaction';

/** The newest case of a device. */
interface LastCase {
  readonly caseId: string;
  readonly status: 'opening' | 'open' | 'closed';
  readonly outcome: Outcome | null;
  readonly siteId: string;
  readonly departmentId: string;
  /** Stages that somebody has done. */
  readonly done: readonly WorkStage[];
}

interface Side {
  readonly assetId: string;
  readonly mergedInto: string | null;
  readonly last: LastCase | null;
}

/** Two records of one device, by asset id, and who says so. */
export interface MergeOrder {
  readonly keep: string;
  readonly duplicate: string;
  readonly actor: string;
  readonly reason: string;
}

const SIDES = `
  SELECT d.asset_id AS "assetId", d.merged_into AS "mergedInto", (
    SELECT json_build_object('caseId', c.case_id, 'status', c.status, 'outcome', c.outcome, 'siteId', c.site_id,
      'departmentId', c.department_id, 'done', (SELECT coalesce(json_agg(m.stage), '[]') FROM case_milestones m
        WHERE m.case_id = c.case_id AND m.actual IS NOT NULL))
    FROM cases c WHERE c.asset_id = d.asset_id ORDER BY c.spell DESC LIMIT 1) AS last
  FROM devices d WHERE d.asset_id = ANY($1) ORDER BY d.asset_id`;

const LOCK = `SELECT 1 FROM devices WHERE asset_id = ANY($1) ORDER BY asset_id FOR UPDATE`;

/** What was merged into the duplicate before is merged into the kept one from now on. */
const MARK = `UPDATE devices SET merged_into = $1, updated_at = now() WHERE asset_id = $2 OR merged_into = $2`;

/** The kept device takes over the finding for which the duplicate's case was opened. */
const ADD_CASE = `
  INSERT INTO cases (case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, policy_version, origin)
  SELECT 'k_' || replace(gen_random_uuid()::text, '-', ''), c.programme_id, d.asset_id, coalesce(p.spell, 0) + 1, p.case_id, d.site_id,
    s.department_id, c.finding, d.network IN ('segregated', 'isolated'), c.policy_version, 'merged'
  FROM cases c JOIN devices d ON d.asset_id = $1 JOIN sites s ON s.site_id = d.site_id
  LEFT JOIN LATERAL (SELECT case_id, spell FROM cases WHERE asset_id = $1 ORDER BY spell DESC LIMIT 1) p ON true
  WHERE c.case_id = $2
  ON CONFLICT DO NOTHING`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'devices-merged', $2, $3)`;

/** Outcomes that hold for the thing itself, whichever record speaks of it: no new case is needed. */
const CONCLUSIVE: readonly (Outcome | null)[] = ['removed', 'not-covered'];

async function sides(
  client: PoolClient | Pool,
  keep: string,
  duplicate: string,
): Promise<{ keep: Side; duplicate: Side }> {
  const { rows } = await client.query<Side>(SIDES, [[keep, duplicate]]);
  const find = (assetId: string): Side => {
    const found = rows.find((row) => row.assetId === assetId);
    if (found !== undefined) return found;
    throw new Failure('unknown-device', `There is no device "${assetId}".`, { hint: 'See "clearsite devices list".' });
  };
  return { keep: find(keep), duplicate: find(duplicate) };
}

function isLive(last: LastCase | null): last is LastCase {
  return last !== null && last.status !== 'closed';
}

/** The kept record says all that is to be said of the thing, or has a case that will. */
function speaksForItself({ last }: Side): boolean {
  return last !== null && (last.status !== 'closed' || CONCLUSIVE.includes(last.outcome));
}

function check({ keep, duplicate }: { keep: Side; duplicate: Side }): void {
  const merged = [keep, duplicate].find((side) => side.mergedInto !== null && side.mergedInto !== keep.assetId);
  if (merged !== undefined) {
    throw new Failure('merged-before', `${merged.assetId} was merged into ${String(merged.mergedInto)} before.`, {
      exit: 1,
      hint: `Name ${String(merged.mergedInto)} instead.`,
    });
  }
  const progress = isLive(duplicate.last) && !speaksForItself(keep) ? duplicate.last.done : [];
  if (progress.length > 0) {
    throw new Failure(
      'progress-on-duplicate',
      `Work has been done on ${duplicate.assetId} (${progress.join(', ')}), and ${keep.assetId} has no open case to carry it on.`,
      {
        exit: 1,
        hint: `Keep the other one: clearsite devices merge ${duplicate.assetId} ${keep.assetId} --reason "…".`,
      },
    );
  }
}

/**
 * Notes that two records are one device; from then on the duplicate opens no case. What its cases still need is done
 * afterwards, from what is noted here, and can be taken up again by anybody. Repeating it changes nothing.
 * @throws Failure `unknown-device`, `merged-before`, `progress-on-duplicate`
 */
export async function noteMerge(pool: Pool, { keep, duplicate, actor, reason }: MergeOrder): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(LOCK, [[keep, duplicate]]);
    const both = await sides(client, keep, duplicate);
    check(both);
    if (both.duplicate.mergedInto === keep) return;
    await client.query(MARK, [keep, duplicate]);
    const { last } = both.duplicate;
    if (isLive(last) && !speaksForItself(both.keep)) await client.query(ADD_CASE, [keep, last.caseId]);
    await client.query(LOG, [actor, duplicate, { keep, reason }]);
  });
}

/** A duplicate whose case still has to end in the kept device's. */
export interface UnfinishedMerge {
  readonly duplicate: string;
  readonly duplicateCaseId: string;
  readonly keep: string;
  /** The newest case of the kept device; null = it has none. */
  readonly keptCaseId: string | null;
  readonly keptStatus: 'opening' | 'open' | 'closed' | null;
  readonly reason: string;
}

const UNFINISHED = `
  SELECT d.asset_id AS duplicate, c.case_id AS "duplicateCaseId", d.merged_into AS keep, k.case_id AS "keptCaseId",
    k.status AS "keptStatus", coalesce((SELECT l.details ->> 'reason' FROM register_log l
      WHERE l.action = 'devices-merged' AND l.subject = d.asset_id ORDER BY l.log_id DESC LIMIT 1), '') AS reason
  FROM devices d JOIN cases c ON c.asset_id = d.asset_id AND c.status <> 'closed'
  LEFT JOIN LATERAL (SELECT case_id, status FROM cases WHERE asset_id = d.merged_into ORDER BY spell DESC LIMIT 1) k ON true
  WHERE d.merged_into IS NOT NULL AND ($1::text IS NULL OR d.asset_id = $1)
  ORDER BY d.asset_id`;

/** Merges that were noted and whose duplicate still has a live case. @param duplicate null = all */
export async function unfinishedMerges(pool: Pool, duplicate: string | null): Promise<UnfinishedMerge[]> {
  return (await pool.query<UnfinishedMerge>(UNFINISHED, [duplicate])).rows;
}
