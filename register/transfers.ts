import { type Pool } from 'pg';
import { Failure } from '../domain/errors';
import { type Sensitivity } from '../domain/vocabulary';
import { endLinksOfDevice } from './task-links';
import { inTransaction } from './transaction';

/** A device that has moved, and who says so. */
export interface TransferOrder {
  readonly assetId: string;
  readonly siteId: string;
  readonly actor: string;
  readonly reason: string;
  /** Says whether a device of this type, on a site of this class, is in the policy's scope. */
  readonly inScope: (deviceType: string | null, sensitivity: Sensitivity) => boolean;
}

interface Move {
  readonly site_id: string;
  readonly department_id: string;
  readonly device_type: string | null;
  readonly merged_into: string | null;
}

const DEVICE = `
  SELECT d.site_id, s.department_id, d.device_type, d.merged_into FROM devices d JOIN sites s USING (site_id)
  WHERE d.asset_id = $1 FOR UPDATE OF d`;

const SITE = `SELECT department_id, sensitivity FROM sites WHERE site_id = $1`;

const MOVE = `UPDATE devices SET site_id = $2, in_scope = $3, updated_at = now() WHERE asset_id = $1`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'device-transferred', $2, $3)`;

/** On a site in scope, a flagged device that opened no case elsewhere opens one now. */
const ADD_CASE = `
  INSERT INTO cases (case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, policy_version, origin)
  SELECT 'k_' || replace(gen_random_uuid()::text, '-', ''), p.programme_id, f.asset_id, f.next_spell, f.previous_case_id,
    f.site_id, f.department_id, f.screening, f.network IN ('segregated', 'isolated'), p.policy_version,
    CASE WHEN f.previous_case_id IS NULL THEN 'scope' ELSE 'reopened' END
  FROM programmes p JOIN flagged_without_case f USING (programme_id) WHERE f.asset_id = $1
  ON CONFLICT DO NOTHING RETURNING case_id`;

/** What was noted. */
export interface NotedTransfer {
  readonly fromSiteId: string;
  readonly fromDepartmentId: string;
  readonly toDepartmentId: string;
  /** The device was at that site already: nothing was noted. */
  readonly unchanged: boolean;
  /** A case that the new site calls for; null where none is. */
  readonly addedCaseId: string | null;
}

/**
 * Moves a device to another site in the register. Its live case is told afterwards, from what is noted here.
 * @throws Failure `unknown-device`, `unknown-site`, `merged-before`
 */
export async function noteTransfer(pool: Pool, order: TransferOrder): Promise<NotedTransfer> {
  const { assetId, siteId, actor, reason, inScope } = order;
  return inTransaction(pool, async (client) => {
    const device = (await client.query<Move>(DEVICE, [assetId])).rows[0];
    if (device === undefined) {
      throw new Failure('unknown-device', `There is no device "${assetId}".`, {
        hint: 'See "clearsite devices list".',
      });
    }
    if (device.merged_into !== null) {
      throw new Failure('merged-before', `${assetId} was merged into ${device.merged_into}.`, {
        exit: 1,
        hint: `Name ${device.merged_into} instead.`,
      });
    }
    const site = (await client.query<{ department_id: string; sensitivity: Sensitivity }>(SITE, [siteId])).rows[0];
    if (site === undefined) {
      throw new Failure('unknown-site', `There is no site "${siteId}".`, { hint: 'See "clearsite sites list".' });
    }
    const from = { fromSiteId: device.site_id, fromDepartmentId: device.department_id };
    const noted = { ...from, toDepartmentId: site.department_id };
    if (device.site_id === siteId) return { ...noted, unchanged: true, addedCaseId: null };
    await client.query(MOVE, [assetId, siteId, inScope(device.device_type, site.sensitivity)]);
    await client.query(LOG, [actor, assetId, { ...noted, toSiteId: siteId, reason }]);
    await endLinksOfDevice(client, assetId);
    const added = await client.query<{ case_id: string }>(ADD_CASE, [assetId]);
    return { ...noted, unchanged: false, addedCaseId: added.rows[0]?.case_id ?? null };
  });
}

/** A transferred device whose live case still stands at another site. */
export interface UnfinishedTransfer {
  readonly assetId: string;
  readonly caseId: string;
  readonly status: 'opening' | 'open';
  readonly siteId: string;
  readonly departmentId: string;
  /** Number of the note, for a command id that is this transfer's own. */
  readonly logId: string;
}

/** A site that an import gave the device since then is the import's business, so only the last transfer's own site counts. */
const UNFINISHED = `
  SELECT d.asset_id AS "assetId", c.case_id AS "caseId", c.status, d.site_id AS "siteId", s.department_id AS "departmentId",
    l.log_id::text AS "logId"
  FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = d.site_id
  JOIN LATERAL (SELECT log_id, details ->> 'toSiteId' AS site FROM register_log
    WHERE action = 'device-transferred' AND subject = d.asset_id ORDER BY log_id DESC LIMIT 1) l ON l.site = d.site_id
  WHERE c.status <> 'closed' AND c.site_id <> d.site_id AND ($1::text IS NULL OR d.asset_id = $1)
  ORDER BY d.asset_id`;

/** Transfers that were noted and whose case has not been told. @param assetId null = all */
export async function unfinishedTransfers(pool: Pool, assetId: string | null): Promise<UnfinishedTransfer[]> {
  return (await pool.query<UnfinishedTransfer>(UNFINISHED, [assetId])).rows;
}
