import { type PoolClient } from 'pg';
import { DEVICE_DATA } from './import-devices';
import { type LeftAlone } from './import-undo';

/** What the register did when an import was undone. */
export interface UndoneRows {
  /** Rows that have their earlier values again. */
  readonly restored: number;
  /** Rows that the import had created and that are gone. */
  readonly removed: number;
  /** Devices that the import had created and whose case is on record, so that they stay. */
  readonly kept: number;
  readonly leftAlone: readonly LeftAlone[];
}

const RESTORED = [
  ...DEVICE_DATA,
  'screening',
  'reasons',
  'in_scope',
  'policy_version',
  'first_import_id',
  'last_import_id',
];

const RESTORE_DEVICES = `
  WITH back AS (
    SELECT d.device_id, ${RESTORED.map((column) => `b.${column}`).join(', ')}
    FROM import_changes c JOIN devices d ON d.asset_id = c.row_key, LATERAL jsonb_populate_record(NULL::devices, c.before) b
    WHERE c.import_id = $1 AND c.kind = 'devices' AND d.last_import_id = $1 AND to_jsonb(d) @> c.after
  )
  UPDATE devices d SET ${RESTORED.map((column) => `${column} = back.${column}`).join(', ')}, updated_at = now()
  FROM back WHERE d.device_id = back.device_id RETURNING d.asset_id`;

/** Left out of the restoring: another import, a transfer or a merge has changed them since. */
const CHANGED_DEVICES = `
  SELECT c.row_key FROM import_changes c
  WHERE c.import_id = $1 AND c.kind = 'devices' AND NOT c.row_key = ANY($2) ORDER BY 1`;

const HAS_CASE = `EXISTS (SELECT FROM cases k WHERE k.asset_id = d.asset_id)`;
const UNTOUCHED = `
  d.last_import_id = $1 AND d.updated_at = d.created_at AND d.merged_into IS NULL
    AND NOT EXISTS (SELECT FROM devices m WHERE m.merged_into = d.asset_id)`;

const REMOVE_DEVICES = `DELETE FROM devices d WHERE d.first_import_id = $1 AND ${UNTOUCHED} AND NOT ${HAS_CASE}`;

const CREATED_DEVICES = `
  SELECT d.asset_id, ${UNTOUCHED} AS untouched FROM devices d WHERE d.first_import_id = $1 ORDER BY d.asset_id`;

/** Undoes devices. @returns also the assets restored, to be screened by the policy that rules now */
export async function undoDevices(
  client: PoolClient,
  importId: number,
): Promise<UndoneRows & { readonly restoredAssets: readonly string[] }> {
  await client.query('LOCK TABLE sites, devices IN SHARE ROW EXCLUSIVE MODE');
  const restored = (await client.query<{ asset_id: string }>(RESTORE_DEVICES, [importId])).rows;
  const restoredAssets = restored.map(({ asset_id }) => asset_id);
  const changed = (await client.query<{ row_key: string }>(CHANGED_DEVICES, [importId, restoredAssets])).rows;
  const removed = (await client.query(REMOVE_DEVICES, [importId])).rowCount ?? 0;
  const created = (await client.query<{ asset_id: string; untouched: boolean }>(CREATED_DEVICES, [importId])).rows;
  const subjects = [
    ...changed.map(({ row_key }) => row_key),
    ...created.filter(({ untouched }) => !untouched).map(({ asset_id }) => asset_id),
  ];
  return {
    restored: restored.length,
    removed,
    kept: created.filter(({ untouched }) => untouched).length,
    leftAlone: subjects.map((subject) => ({ subject, code: 'changed-since' })),
    restoredAssets,
  };
}

const SITE_DATA = ['name', 'department_id', 'nation', 'sensitivity', 'controlled_by', 'access_lead_days'];

const RESTORE_SITES = `
  WITH back AS (
    SELECT s.site_id, s.sensitivity AS was, ${[...SITE_DATA, 'last_import_id'].map((column) => `b.${column}`).join(', ')}
    FROM import_changes c JOIN sites s ON s.site_id = c.row_key, LATERAL jsonb_populate_record(NULL::sites, c.before) b
    WHERE c.import_id = $1 AND c.kind = 'sites' AND s.last_import_id = $1 AND to_jsonb(s) @> c.after
  )
  UPDATE sites s SET ${[...SITE_DATA, 'last_import_id'].map((column) => `${column} = back.${column}`).join(', ')}, updated_at = now()
  FROM back WHERE s.site_id = back.site_id RETURNING s.site_id, back.was <> s.sensitivity AS reclassified`;

const CHANGED_SITES = `
  SELECT row_key FROM import_changes WHERE import_id = $1 AND kind = 'sites' AND NOT row_key = ANY($2) ORDER BY 1`;

const RENAME_BACK = `
  UPDATE departments d SET name = c.before ->> 'name' FROM import_changes c
  WHERE c.import_id = $1 AND c.kind = 'departments' AND d.department_id = c.row_key AND d.name = c.after ->> 'name'`;

const REMOVE_SITES = `
  DELETE FROM sites s WHERE s.first_import_id = $1 AND s.last_import_id = $1
    AND NOT EXISTS (SELECT FROM devices d WHERE d.site_id = s.site_id)
    AND NOT EXISTS (SELECT FROM contacts c WHERE c.site_id = s.site_id)
    AND NOT EXISTS (SELECT FROM cases k WHERE k.site_id = s.site_id)`;

const REMOVE_DEPARTMENTS = `
  DELETE FROM departments d WHERE d.first_import_id = $1
    AND NOT EXISTS (SELECT FROM sites s WHERE s.department_id = d.department_id)
    AND NOT EXISTS (SELECT FROM contacts c WHERE c.department_id = d.department_id)
    AND NOT EXISTS (SELECT FROM cases k WHERE k.department_id = d.department_id)`;

/** Undoes sites and their departments. @returns also the sites whose class changed back */
export async function undoSites(
  client: PoolClient,
  importId: number,
): Promise<UndoneRows & { readonly reclassified: readonly string[]; readonly restoredSites: readonly string[] }> {
  await client.query('LOCK TABLE sites, devices IN SHARE ROW EXCLUSIVE MODE');
  const restored = (await client.query<{ site_id: string; reclassified: boolean }>(RESTORE_SITES, [importId])).rows;
  const ids = restored.map(({ site_id }) => site_id);
  const changed = (await client.query<{ row_key: string }>(CHANGED_SITES, [importId, ids])).rows;
  await client.query(RENAME_BACK, [importId]);
  const removed = (await client.query(REMOVE_SITES, [importId])).rowCount ?? 0;
  await client.query(REMOVE_DEPARTMENTS, [importId]);
  const left = await client.query<{ site_id: string; changed: boolean }>(
    `SELECT site_id, last_import_id IS DISTINCT FROM first_import_id AS changed FROM sites WHERE first_import_id = $1 ORDER BY site_id`,
    [importId],
  );
  return {
    restored: restored.length,
    removed,
    kept: 0,
    leftAlone: [
      ...changed.map(({ row_key }): LeftAlone => ({ subject: row_key, code: 'changed-since' })),
      ...left.rows.map(({ site_id, changed: since }): LeftAlone => ({
        subject: site_id,
        code: since ? 'changed-since' : 'in-use',
      })),
    ],
    restoredSites: restored.map(({ site_id }) => site_id),
    reclassified: restored.filter(({ reclassified }) => reclassified).map(({ site_id }) => site_id),
  };
}

const CONTACT_DATA = ['name', 'email', 'nation', 'deputy_email', 'away_from', 'away_to', 'last_import_id'];

/** `contacts set` clears before_import and last_import_id, so a contact that a person has changed since is left alone. */
const RESTORE_CONTACTS = `
  UPDATE contacts c SET ${CONTACT_DATA.map((column) => `${column} = b.${column}`).join(', ')}, before_import = NULL, updated_at = now()
  FROM contacts o, LATERAL jsonb_populate_record(NULL::contacts, o.before_import) b
  WHERE o.contact_id = c.contact_id AND c.last_import_id = $1 AND c.before_import IS NOT NULL AND c.left_at IS NULL`;

const CONTACT_IN_USE = `(
  EXISTS (SELECT FROM cases k WHERE k.owner_contact_id = c.contact_id) OR EXISTS (SELECT FROM outbox o WHERE o.contact_id = c.contact_id)
  OR EXISTS (SELECT FROM messages m WHERE m.contact_id = c.contact_id)
  OR EXISTS (SELECT FROM audit_events a WHERE a.actor = c.contact_id OR a.entered_by = c.contact_id OR a.told ? c.contact_id)
  OR EXISTS (SELECT FROM imports i WHERE i.actor = c.contact_id))`;

const REMOVE_CONTACTS = `
  DELETE FROM contacts c WHERE c.first_import_id = $1 AND c.last_import_id = $1 AND NOT ${CONTACT_IN_USE}`;

/** Undoes contacts. People who have acted, or been written to, stay. */
export async function undoContacts(client: PoolClient, importId: number): Promise<UndoneRows> {
  await client.query('LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE');
  const restored = (await client.query(RESTORE_CONTACTS, [importId])).rowCount ?? 0;
  const removed = (await client.query(REMOVE_CONTACTS, [importId])).rowCount ?? 0;
  const { rows } = await client.query<{ contact_id: string; used: boolean }>(
    `SELECT c.contact_id, ${CONTACT_IN_USE} AS used FROM contacts c WHERE c.first_import_id = $1 ORDER BY 1`,
    [importId],
  );
  return {
    restored,
    removed,
    kept: 0,
    leftAlone: rows.map(({ contact_id: subject, used }) => ({ subject, code: used ? 'in-use' : 'changed-since' })),
  };
}
