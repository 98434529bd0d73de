import { type PoolClient } from 'pg';

/** Something that an import did, or found, that a person should look at. Nothing of it stopped a line. */
export type DeviceWarning =
  | {
      readonly code: 'mac-known' | 'serial-known';
      readonly line: number;
      readonly assetId: string;
      readonly other: string;
    }
  | { readonly code: 'repeated-line'; readonly line: number; readonly assetId: string; readonly other: string }
  | { readonly code: 'unknown-parent'; readonly line: number; readonly assetId: string; readonly other: string }
  | { readonly code: 'listed-after-closing'; readonly line: number; readonly assetId: string; readonly other: string }
  | { readonly code: 'merged-asset'; readonly line: number; readonly assetId: string; readonly other: string }
  | { readonly code: 'value-cleared'; readonly line: number; readonly assetId: string; readonly other: string }
  | { readonly code: 'case-differs'; readonly line: number; readonly assetId: string; readonly other: string };

export type WarningCode = DeviceWarning['code'];

/** A merge to look back on. */
export interface MergedImport {
  readonly importId: number;
  readonly programmeId: string;
  /** Devices that it created or updated. */
  readonly touched: number;
}

/** Those that are listed, and how many there are in all. */
export interface Warnings {
  readonly listed: readonly DeviceWarning[];
  readonly total: number;
}

/** Assets that share a serial or a MAC with one that this import touched: named once for each line, however many share it. */
const shared = (column: 'mac' | 'serial'): string => `
  SELECT s.line, s.asset_id, CASE WHEN o.first = s.asset_id THEN o.last ELSE o.first END AS other
  FROM (
    SELECT d.${column}, min(d.asset_id) AS first, max(d.asset_id) AS last FROM devices d
    WHERE d.${column} IN (SELECT n.${column} FROM devices n WHERE n.last_import_id = $1) AND d.merged_into IS NULL
    GROUP BY d.${column} HAVING count(*) > 1
  ) o JOIN device_staging s USING (${column}) JOIN devices t ON t.asset_id = s.asset_id AND t.last_import_id = $1
  WHERE s.reject IS NULL`;

/** Each gives line, asset_id and `other`: the other asset, line, case or column that the warning names. */
const ALWAYS: Readonly<Partial<Record<WarningCode, string>>> = {
  'repeated-line': `
    SELECT line, asset_id, reject_detail AS other FROM device_staging WHERE reject = 'repeated'`,
  'listed-after-closing': `
    SELECT s.line, s.asset_id, c.case_id || ' (' || c.outcome || ')' AS other
    FROM cases c JOIN device_staging s ON s.asset_id = c.asset_id AND s.reject IS NULL
      JOIN devices d ON d.asset_id = c.asset_id AND d.in_scope AND d.screening <> 'clear' AND d.merged_into IS NULL
    WHERE c.programme_id = $2 AND c.status = 'closed' AND c.outcome <> 'not-covered'
      AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell)`,
  'merged-asset': `
    SELECT s.line, s.asset_id, d.merged_into AS other FROM device_staging s JOIN devices d ON d.asset_id = s.asset_id
    WHERE s.reject IS NULL AND d.merged_into IS NOT NULL`,
};

/** Needed only where the import changed something. */
const WHERE_TOUCHED: typeof ALWAYS = {
  'mac-known': shared('mac'),
  'serial-known': shared('serial'),
  'unknown-parent': `
    SELECT s.line, s.asset_id, s.parent_asset_id AS other
    FROM device_staging s JOIN devices t ON t.asset_id = s.asset_id AND t.last_import_id = $1
    WHERE s.reject IS NULL AND s.parent_asset_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM devices d WHERE d.asset_id = s.parent_asset_id)`,
  'value-cleared': `
    SELECT s.line, s.asset_id, string_agg(b.key, ', ' ORDER BY b.key) AS other
    FROM import_changes c JOIN device_staging s ON s.asset_id = c.row_key AND s.reject IS NULL,
      LATERAL jsonb_each_text(c.before) b
    WHERE c.import_id = $1 AND c.kind = 'devices' AND b.value IS NOT NULL AND c.after ? b.key AND c.after ->> b.key IS NULL
    GROUP BY s.line, s.asset_id`,
  'case-differs': `
    SELECT s.line, s.asset_id, k.case_id AS other
    FROM import_changes c JOIN device_staging s ON s.asset_id = c.row_key AND s.reject IS NULL
      JOIN devices d ON d.asset_id = c.row_key
      JOIN cases k ON k.programme_id = $2 AND k.asset_id = c.row_key AND k.status <> 'closed' AND k.import_id IS DISTINCT FROM $1
    WHERE c.import_id = $1 AND c.kind = 'devices'
      AND (NOT d.in_scope OR k.site_id <> d.site_id OR (d.screening <> k.finding AND NOT k.confirmed_covered))`,
};

/** What a person should look at after a merge, in the order of the file, at most `limit` of each sort. */
export async function mergeWarnings(
  client: PoolClient,
  { importId, programmeId, touched }: MergedImport,
  limit: number,
): Promise<Warnings> {
  const listed: DeviceWarning[] = [];
  let total = 0;
  const queries = touched === 0 ? ALWAYS : { ...ALWAYS, ...WHERE_TOUCHED };
  for (const [code, sql] of Object.entries(queries) as [WarningCode, string][]) {
    const { rows } = await client.query<{ line: number; assetId: string; other: string; total: number }>(
      `WITH found AS (${sql}), basis AS (SELECT $1::bigint, $2::text)
       SELECT line::float8 AS line, asset_id AS "assetId", other, (count(*) OVER ())::int AS total FROM found ORDER BY line LIMIT $3`,
      [importId, programmeId, limit],
    );
    listed.push(...rows.map(({ line, assetId, other }): DeviceWarning => ({ code, line, assetId, other })));
    total += rows[0]?.total ?? 0;
  }
  return { listed: listed.sort((a, b) => a.line - b.line).slice(0, limit), total };
}

/** Whose full inventory a file is. */
export type InventoryOf =
  { readonly of: 'department'; readonly departmentId: string } | { readonly of: 'sites-present' };

export interface MissingDevices {
  readonly assetIds: readonly string[];
  readonly total: number;
}

/**
 * Devices that a full inventory does not list. Those are never taken as removed; devices that were removed, not found
 * or a duplicate are not expected.
 */
export async function missingDevices(
  client: PoolClient,
  inventory: InventoryOf,
  limit: number,
): Promise<MissingDevices> {
  const where =
    inventory.of === 'department'
      ? 't.department_id = $2'
      : '$2::text IS NULL AND d.site_id IN (SELECT s.site_id FROM device_staging s WHERE s.reject IS NULL)';
  const { rows } = await client.query<{ asset_id: string; total: number }>(
    `SELECT d.asset_id, (count(*) OVER ())::int AS total FROM devices d JOIN sites t USING (site_id)
     WHERE ${where} AND d.merged_into IS NULL
       AND NOT EXISTS (SELECT FROM device_staging s WHERE s.asset_id = d.asset_id)
       AND NOT EXISTS (
         SELECT FROM cases c WHERE c.asset_id = d.asset_id AND c.status = 'closed' AND c.outcome IN ('removed', 'not-found', 'duplicate')
           AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell))
     ORDER BY d.asset_id LIMIT $1`,
    [limit, inventory.of === 'department' ? inventory.departmentId : null],
  );
  return { assetIds: rows.map(({ asset_id }) => asset_id), total: rows[0]?.total ?? 0 };
}
