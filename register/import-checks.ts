import { type PoolClient } from 'pg';

/** Why the register refuses a staged line. `repeated` is none: the line says again what an earlier one said. */
export type RegisterReject =
  | { readonly code: 'asset-id-taken'; readonly line: number; readonly department: string }
  | { readonly code: 'duplicate-asset'; readonly line: number; readonly firstLine: number };

/** What is staged of a device, less its line and verdict. */
const VALUES = [
  'make',
  'model',
  'serial',
  'mac',
  'ip',
  'site_id',
  'device_type',
  'network',
  'parent_asset_id',
  'installed_on',
  'scheduled_upgrade_on',
];
const row = (alias: string): string => `(${VALUES.map((column) => `${alias}.${column}`).join(', ')})`;

/**
 * An asset id that another department holds is never overwritten. One that only an undone import brought, and that no
 * live case speaks for, is free again.
 */
const MARK_TAKEN = `
  UPDATE device_staging s SET reject = 'asset-id-taken', reject_detail = held.department_id
  FROM devices d JOIN sites held ON held.site_id = d.site_id, sites wanted
  WHERE s.reject IS NULL AND d.asset_id = s.asset_id AND d.site_id <> s.site_id AND wanted.site_id = s.site_id
    AND held.department_id <> wanted.department_id
    AND NOT EXISTS (
      SELECT FROM imports i WHERE i.import_id = d.first_import_id AND i.undone_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM cases c WHERE c.asset_id = d.asset_id AND c.status <> 'closed'))`;

const MARK_DUPLICATES = `
  UPDATE device_staging s
  SET reject = CASE WHEN ${row('s')} IS NOT DISTINCT FROM ${row('f')} THEN 'repeated' ELSE 'duplicate-asset' END,
    reject_detail = f.line::text
  FROM (
    SELECT asset_id, min(line) AS line FROM device_staging WHERE reject IS NULL GROUP BY asset_id HAVING count(*) > 1
  ) first JOIN device_staging f ON f.asset_id = first.asset_id AND f.line = first.line
  WHERE s.reject IS NULL AND s.asset_id = first.asset_id AND s.line > first.line`;

/** Sizes of what was found. */
export interface CheckCounts {
  readonly refused: number;
  readonly repeated: number;
}

/** Marks the staged lines that only the whole file or the register can tell are wrong. */
export async function markRejects(client: PoolClient): Promise<CheckCounts> {
  const taken = await client.query(MARK_TAKEN);
  await client.query(MARK_DUPLICATES);
  const { rows } = await client.query<{ duplicates: number; repeated: number }>(`
    SELECT (count(*) FILTER (WHERE reject = 'duplicate-asset'))::int AS duplicates,
      (count(*) FILTER (WHERE reject = 'repeated'))::int AS repeated
    FROM device_staging WHERE reject IS NOT NULL`);
  return { refused: (taken.rowCount ?? 0) + (rows[0]?.duplicates ?? 0), repeated: rows[0]?.repeated ?? 0 };
}

const PAGE = 5_000;
const REJECTS = `
  SELECT line::float8 AS line, reject AS code, reject_detail AS detail FROM device_staging
  WHERE reject IN ('asset-id-taken', 'duplicate-asset') AND line > $1 ORDER BY line LIMIT ${PAGE}`;

/** The lines that {@link markRejects} refused, in the order of the file. */
export async function* registerRejects(client: PoolClient): AsyncGenerator<RegisterReject> {
  for (let after = -1; ;) {
    const { rows } = await client.query<{ line: number; code: RegisterReject['code']; detail: string }>(REJECTS, [
      after,
    ]);
    for (const { line, code, detail } of rows) {
      after = line;
      yield code === 'asset-id-taken' ? { code, line, department: detail } : { code, line, firstLine: Number(detail) };
    }
    if (rows.length < PAGE) return;
  }
}
