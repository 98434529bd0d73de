import { type Pool } from 'pg';
import { Failure } from '../domain/errors';
import { type IsoDate } from '../domain/records';

const PLACE = `
  SELECT d.site_id AS "siteId", s.department_id AS "departmentId" FROM devices d JOIN sites s USING (site_id)
  WHERE d.asset_id = $1`;

/** Where a device is. @throws Failure `unknown-device` */
export async function whereaboutsOf(
  pool: Pool,
  assetId: string,
): Promise<{ readonly siteId: string; readonly departmentId: string }> {
  const { rows } = await pool.query<{ siteId: string; departmentId: string }>(PLACE, [assetId]);
  const place = rows[0];
  if (place !== undefined) return place;
  throw new Failure('unknown-device', `There is no device "${assetId}".`, { hint: 'See "clearsite devices list".' });
}

/** What is known of a case's device from now on: when its next upgrade is; null = none is planned. */
export async function setUpgrade(pool: Pool, caseId: string, on: IsoDate | null): Promise<void> {
  await pool.query(
    `UPDATE devices d SET scheduled_upgrade_on = $2, updated_at = now() FROM cases c WHERE c.case_id = $1 AND d.asset_id = c.asset_id`,
    [caseId, on],
  );
}
