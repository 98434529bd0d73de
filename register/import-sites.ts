import { type Pool, type PoolClient } from 'pg';

/** Department by site id, of every site. */
export async function departmentsOfSites(db: Pool | PoolClient): Promise<Map<string, string>> {
  const { rows } = await db.query<{ site_id: string; department_id: string }>(
    'SELECT site_id, department_id FROM sites',
  );
  return new Map(rows.map(({ site_id, department_id }) => [site_id, department_id]));
}

export async function departmentIds(db: Pool | PoolClient): Promise<Set<string>> {
  const { rows } = await db.query<{ department_id: string }>('SELECT department_id FROM departments');
  return new Set(rows.map(({ department_id }) => department_id));
}

/** A site to merge, in the register's words; null = not said. */
export interface SiteRow {
  readonly site_id: string;
  readonly name: string;
  readonly department_id: string;
  readonly nation: string;
  readonly sensitivity: string | null;
  readonly controlled_by: string | null;
  readonly access_lead_days: number | null;
}

export interface SiteMergeInput {
  readonly importId: number;
  readonly sites: readonly SiteRow[];
  /** By department id; null = not named in the file. */
  readonly departments: ReadonlyMap<string, string | null>;
  /** Columns that the file has besides those that it must have. */
  readonly present: ReadonlySet<'controlled_by' | 'access_lead_days'>;
}

export interface SiteMergeResult {
  readonly created: number;
  readonly updated: number;
  /** Sites whose class is another than before. */
  readonly reclassified: readonly string[];
  /** Sites whose class or nation, and so the dates of their cases, are others than before. */
  readonly dated: readonly string[];
}

const NAMED = `WITH named AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS n (department_id text, name text))`;

const ADD_DEPARTMENTS = `${NAMED}
  INSERT INTO departments (department_id, name, first_import_id)
  SELECT department_id, coalesce(name, department_id), $1 FROM named ON CONFLICT (department_id) DO NOTHING`;

const RENAME_DEPARTMENTS = `${NAMED}, changed AS (
    SELECT d.department_id, d.name AS before, n.name AS after FROM departments d JOIN named n USING (department_id)
    WHERE n.name IS NOT NULL AND n.name <> d.name
  ), noted AS (
    INSERT INTO import_changes (import_id, kind, row_key, before, after)
    SELECT $1, 'departments', department_id, jsonb_build_object('name', before), jsonb_build_object('name', after) FROM changed
  )
  UPDATE departments d SET name = c.after FROM changed c WHERE d.department_id = c.department_id`;

const ROWS = `
  jsonb_to_recordset($2::jsonb) AS r (site_id text, name text, department_id text, nation text, sensitivity text,
    controlled_by text, access_lead_days integer)`;

const DATA = ['name', 'department_id', 'nation', 'sensitivity', 'controlled_by', 'access_lead_days'] as const;

function updateSql(present: SiteMergeInput['present']): string {
  const value = (column: (typeof DATA)[number]): string => {
    switch (column) {
      // An assessment is a person's decision: a file that says nothing does not undo it.
      case 'sensitivity':
        return 'coalesce(r.sensitivity, s.sensitivity)';
      case 'controlled_by':
      case 'access_lead_days':
        return present.has(column) ? `r.${column}` : `s.${column}`;
      default:
        return `r.${column}`;
    }
  };
  const json = (of: (column: (typeof DATA)[number]) => string): string =>
    `jsonb_build_object(${DATA.map((column) => `'${column}', ${of(column)}`).join(', ')})`;
  return `
    WITH changed AS (
      SELECT s.site_id, ${DATA.map((column) => `${value(column)} AS ${column}`).join(', ')}, s.sensitivity AS was, s.nation AS nation_was,
        ${json((column) => `s.${column}`)} || jsonb_build_object('last_import_id', s.last_import_id) AS before,
        ${json(value)} AS after
      FROM ${ROWS} JOIN sites s USING (site_id)
      WHERE (${DATA.map((column) => `s.${column}`).join(', ')}) IS DISTINCT FROM (${DATA.map(value).join(', ')})
    ), noted AS (
      INSERT INTO import_changes (import_id, kind, row_key, before, after) SELECT $1, 'sites', site_id, before, after FROM changed
    )
    UPDATE sites s SET ${DATA.map((column) => `${column} = c.${column}`).join(', ')}, last_import_id = $1, updated_at = now()
    FROM changed c WHERE s.site_id = c.site_id
    RETURNING s.site_id, c.was <> c.sensitivity AS reclassified, c.nation_was <> c.nation AS moved`;
}

const INSERT = `
  INSERT INTO sites (site_id, ${DATA.join(', ')}, first_import_id, last_import_id)
  SELECT r.site_id, r.name, r.department_id, r.nation, coalesce(r.sensitivity, 'unassessed'), r.controlled_by, r.access_lead_days, $1, $1
  FROM ${ROWS} WHERE NOT EXISTS (SELECT FROM sites s WHERE s.site_id = r.site_id)`;

interface Updated {
  readonly site_id: string;
  readonly reclassified: boolean;
  readonly moved: boolean;
}

/** Creates and updates departments and sites; what changed is kept for undoing. */
export async function mergeSites(client: PoolClient, input: SiteMergeInput): Promise<SiteMergeResult> {
  const { importId, sites, departments, present } = input;
  await client.query('LOCK TABLE sites, devices IN SHARE ROW EXCLUSIVE MODE');
  const named = JSON.stringify([...departments].map(([department_id, name]) => ({ department_id, name })));
  await client.query(ADD_DEPARTMENTS, [importId, named]);
  await client.query(RENAME_DEPARTMENTS, [importId, named]);
  const rows = JSON.stringify(sites);
  const updated = await client.query<Updated>(updateSql(present), [importId, rows]);
  const created = await client.query(INSERT, [importId, rows]);
  return {
    created: created.rowCount ?? 0,
    updated: updated.rows.length,
    reclassified: updated.rows.filter(({ reclassified }) => reclassified).map(({ site_id }) => site_id),
    dated: updated.rows.filter(({ reclassified, moved }) => reclassified || moved).map(({ site_id }) => site_id),
  };
}

/** The device types that are on these sites; null = not stated. */
export async function deviceTypesOn(client: PoolClient, siteIds: readonly string[]): Promise<(string | null)[]> {
  const { rows } = await client.query<{ device_type: string | null }>(
    'SELECT DISTINCT device_type FROM devices WHERE site_id = ANY($1)',
    [siteIds],
  );
  return rows.map(({ device_type }) => device_type);
}

/** Sets anew which devices of these sites are in scope. */
export async function rescope(
  client: PoolClient,
  siteIds: readonly string[],
  { classes, typesOut }: { readonly classes: readonly string[]; readonly typesOut: readonly string[] },
): Promise<void> {
  await client.query(
    `UPDATE devices d SET in_scope = v.in_scope FROM (
       SELECT e.device_id, s.sensitivity = ANY($2) AND NOT coalesce(e.device_type = ANY($3), false) AS in_scope
       FROM devices e JOIN sites s USING (site_id) WHERE e.site_id = ANY($1)
     ) v WHERE d.device_id = v.device_id AND d.in_scope <> v.in_scope`,
    [siteIds, classes, typesOut],
  );
}

/** Live cases by site, of those sites that are not in scope. */
export async function casesOutOfScope(
  client: PoolClient,
  siteIds: readonly string[],
): Promise<{ siteId: string; cases: number }[]> {
  const { rows } = await client.query<{ siteId: string; cases: number }>(
    `SELECT d.site_id AS "siteId", count(*)::int AS cases FROM cases c JOIN devices d USING (asset_id)
     WHERE c.status <> 'closed' AND NOT d.in_scope AND d.site_id = ANY($1) GROUP BY d.site_id ORDER BY d.site_id`,
    [siteIds],
  );
  return rows;
}
