import { type Pool } from 'pg';
import { type IsoDate } from '../domain/records';
import { type Reason } from '../domain/screening/screening';
import { type Network, type Outcome, type ScreeningResult, type Sensitivity, type Stage } from '../domain/vocabulary';
import { type CaseStatus, type Page } from './cases';
import { isoInstant } from './instants';
import { read } from './read';

/** A device as the register holds it. */
export interface DeviceRow {
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly ip: string | null;
  readonly siteId: string;
  readonly departmentId: string;
  readonly deviceType: string | null;
  readonly network: Network;
  readonly parentAssetId: string | null;
  readonly installedOn: IsoDate | null;
  readonly scheduledUpgradeOn: IsoDate | null;
  readonly screening: ScreeningResult;
  /** By its type and its site's class. */
  readonly inScope: boolean;
  /** The policy's version that it was screened by. */
  readonly policyVersion: string;
  /** Asset id of the device that it was merged into. */
  readonly mergedInto: string | null;
}

/** A case that a device has or had. */
export interface DeviceCase {
  readonly caseId: string;
  readonly spell: number;
  readonly status: CaseStatus;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
}

/** A device with why it is flagged, and what came of it. */
export interface DeviceDetail extends DeviceRow {
  readonly siteName: string;
  readonly departmentName: string;
  readonly sensitivity: Sensitivity;
  readonly reasons: readonly Reason[];
  /** A security officer agreed that it is not covered, and that still stands. */
  readonly cleared: boolean;
  /** The newest first. */
  readonly cases: readonly DeviceCase[];
  /** Asset ids that name it as their recorder. */
  readonly children: readonly string[];
  readonly firstImportId: number | null;
  readonly lastImportId: number | null;
  /** Instant in UTC. */
  readonly updatedAt: string;
}

/** What a list is narrowed to; an absent member narrows nothing. */
export interface DeviceFilter {
  readonly departmentId?: string;
  readonly siteId?: string;
  readonly screening?: ScreeningResult;
  readonly scope?: 'in' | 'out';
  /** Part of asset id, make, model, serial, MAC or IP; case does not count. */
  readonly search?: string;
}

/** A {@link DeviceRow} of `devices d` and `sites s`. */
export const DEVICE_COLUMNS = `
  d.asset_id AS "assetId", d.make, d.model, d.serial, d.mac, d.ip, d.site_id AS "siteId", s.department_id AS "departmentId",
  d.device_type AS "deviceType", d.network, d.parent_asset_id AS "parentAssetId", to_char(d.installed_on, 'YYYY-MM-DD') AS "installedOn",
  to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD') AS "scheduledUpgradeOn", d.screening, d.in_scope AS "inScope",
  d.policy_version AS "policyVersion", d.merged_into AS "mergedInto"`;

const FILTER = `
  ($1::text IS NULL OR s.department_id = $1) AND ($2::text IS NULL OR d.site_id = $2) AND ($3::text IS NULL OR d.screening = $3)
  AND ($4::text IS NULL OR d.in_scope = ($4 = 'in'))
  AND ($5::text IS NULL OR strpos(lower(concat_ws(' ', d.asset_id, d.make, d.model, d.serial, d.mac, d.ip)), lower($5)) > 0)`;

const LIST = `
  SELECT ${DEVICE_COLUMNS} FROM devices d JOIN sites s USING (site_id)
  WHERE ${FILTER} AND ($6::text IS NULL OR d.asset_id > $6) ORDER BY d.asset_id LIMIT $7`;

const COUNT = `SELECT count(*)::int AS total FROM devices d JOIN sites s USING (site_id) WHERE ${FILTER}`;

function parameters({ departmentId, siteId, screening, scope, search }: DeviceFilter): unknown[] {
  return [departmentId, siteId, screening, scope, search];
}

/** Devices that a filter lets through, by asset id. */
export async function listDevices(
  pool: Pool,
  filter: DeviceFilter,
  { limit, after }: Page,
): Promise<readonly DeviceRow[]> {
  return await read<DeviceRow>(pool, LIST, [...parameters(filter), after, limit]);
}

/** How many devices a filter lets through. */
export async function countDevices(pool: Pool, filter: DeviceFilter): Promise<number> {
  const rows = await read<{ total: number }>(pool, COUNT, parameters(filter));
  return rows[0]?.total ?? 0;
}

const ONE = `
  SELECT ${DEVICE_COLUMNS}, s.name AS "siteName", p.name AS "departmentName", s.sensitivity, d.reasons,
    coalesce(d.cleared_fingerprint = device_fingerprint(d.make, d.model, d.mac, d.policy_version), false) AS cleared,
    d.first_import_id::int AS "firstImportId", d.last_import_id::int AS "lastImportId", ${isoInstant('d.updated_at')} AS "updatedAt",
    (SELECT coalesce(json_agg(json_build_object('caseId', c.case_id, 'spell', c.spell, 'status', c.status, 'stage', c.stage,
      'outcome', c.outcome) ORDER BY c.spell DESC), '[]') FROM cases c WHERE c.asset_id = d.asset_id) AS cases,
    (SELECT coalesce(json_agg(k.asset_id ORDER BY k.asset_id), '[]') FROM devices k WHERE k.parent_asset_id = d.asset_id) AS children
  FROM devices d JOIN sites s USING (site_id) JOIN departments p USING (department_id) WHERE d.asset_id = $1`;

/** One device; null where the register has none of that id. */
export async function findDevice(pool: Pool, assetId: string): Promise<DeviceDetail | null> {
  return (await read<DeviceDetail>(pool, ONE, [assetId]))[0] ?? null;
}
