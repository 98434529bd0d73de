import { type PoolClient } from 'pg';
import { Failure } from '../domain/errors';

/** Columns of a device that an inventory states, besides its asset id. */
export const DEVICE_DATA = [
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
] as const;
export type DeviceData = (typeof DEVICE_DATA)[number];

/** Columns that screening looks at. */
export const SCREENED = ['make', 'model', 'mac', 'device_type'] as const satisfies readonly DeviceData[];

/** What follows from the data by the policy. */
const VERDICT = ['screening', 'reasons', 'in_scope', 'policy_version'] as const;

export interface MergeInput {
  readonly importId: number;
  /** Columns that the file has; the others keep the register's values. */
  readonly present: ReadonlySet<DeviceData>;
  /** Site classes in scope of the policy. */
  readonly scope: readonly string[];
  readonly policyVersion: string;
}

export interface MergeCounts {
  readonly created: number;
  readonly updated: number;
}

/** The value after the import, for a device that the register has. */
function incoming(present: ReadonlySet<DeviceData>): (column: DeviceData) => string {
  return (column) => (present.has(column) ? `s.${column}` : `d.${column}`);
}

function jsonOf(columns: readonly string[], value: (column: string) => string): string {
  return `jsonb_build_object(${columns.map((column) => `'${column}', ${value(column)}`).join(', ')})`;
}

const FROM_VERDICT: Readonly<Record<(typeof VERDICT)[number], string>> = {
  screening: 'v.screening',
  reasons: 'v.reasons',
  in_scope: '(v.type_in_scope AND t.sensitivity = ANY($2))',
  policy_version: '$3::text',
};

const SOURCE = `
  device_staging s JOIN verdict_staging v USING (verdict) JOIN sites t ON t.site_id = s.site_id`;

/** Left by an undone import because its case is on record: an import that lists it takes it over. */
const OF_UNDONE = `coalesce(d.first_import_id IN (SELECT i.import_id FROM imports i WHERE i.undone_at IS NOT NULL), false)`;

function updateSql(present: ReadonlySet<DeviceData>): string {
  const value = incoming(present);
  const all: readonly [string, string][] = [
    ...DEVICE_DATA.map((column): [string, string] => [column, value(column)]),
    ...VERDICT.map((column): [string, string] => [column, FROM_VERDICT[column]]),
  ];
  return `
    WITH changed AS (
      SELECT d.device_id, d.asset_id, ${all.map(([column, sql]) => `${sql} AS ${column}`).join(', ')},
        ${jsonOf([...DEVICE_DATA, ...VERDICT, 'first_import_id', 'last_import_id'], (column) => `d.${column}`)} AS before,
        ${jsonOf(DEVICE_DATA, (column) => value(column as DeviceData))} AS after,
        ${OF_UNDONE} AS adopted
      FROM ${SOURCE} JOIN devices d ON d.asset_id = s.asset_id
      WHERE s.reject IS NULL
        AND ((${all.map(([column]) => `d.${column}`).join(', ')}) IS DISTINCT FROM (${all.map(([, sql]) => sql).join(', ')}) OR ${OF_UNDONE})
    ), noted AS (
      INSERT INTO import_changes (import_id, kind, row_key, before, after)
      SELECT $1, 'devices', asset_id, before, after FROM changed
    )
    UPDATE devices d SET ${all.map(([column]) => `${column} = c.${column}`).join(', ')}, last_import_id = $1, updated_at = now(),
      first_import_id = CASE WHEN c.adopted THEN $1 ELSE d.first_import_id END
    FROM changed c WHERE d.device_id = c.device_id`;
}

const INSERT = `
  INSERT INTO devices (asset_id, ${DEVICE_DATA.join(', ')}, ${VERDICT.join(', ')}, first_import_id, last_import_id, created_at, updated_at)
  SELECT s.asset_id, ${DEVICE_DATA.map((column) => `s.${column}`).join(', ')},
    ${VERDICT.map((column) => FROM_VERDICT[column]).join(', ')}, $1, $1, now(), now()
  FROM ${SOURCE} LEFT JOIN devices d ON d.asset_id = s.asset_id
  WHERE s.reject IS NULL AND d.asset_id IS NULL`;

/** Rows up to which any plan is quick. */
const FEW = 1_000;

/**
 * Makes room for hash joins of a million rows, until the transaction ends, and holds still what the merge rests on:
 * nobody moves a device or a site, changes a site's class or applies another policy.
 * @throws Failure `policy-changed` where one was applied since the screening
 */
export async function prepareMerge(
  client: PoolClient,
  {
    programmeId,
    policyVersion,
    rows: staged,
  }: { readonly programmeId: string; readonly policyVersion: string; readonly rows: number },
): Promise<void> {
  await client.query(`SET LOCAL work_mem = '128MB'`);
  // A table that was empty when a statement was planned would be read anew for every row that is put into it.
  if (staged > FEW) await client.query('SET LOCAL enable_nestloop = off');
  await client.query('LOCK TABLE sites, devices IN SHARE ROW EXCLUSIVE MODE');
  const { rows } = await client.query<{ policy_version: string }>(
    'SELECT policy_version FROM programmes WHERE programme_id = $1 FOR SHARE',
    [programmeId],
  );
  if (rows[0]?.policy_version !== policyVersion) {
    throw new Failure('policy-changed', 'Another policy was applied while the file was being read.', {
      exit: 1,
      hint: 'Nothing was imported: import it again.',
    });
  }
  await client.query('ANALYZE device_staging');
}

/** Rows after which the planner's idea of the table is out of date. */
const MANY = 1_000;

/** Creates and updates devices from the staged lines that nothing refuses; what changed is kept for undoing. */
export async function mergeDevices(client: PoolClient, input: MergeInput): Promise<MergeCounts> {
  const { importId, present, scope, policyVersion } = input;
  const parameters = [importId, scope, policyVersion];
  const updated = (await client.query(updateSql(present), parameters)).rowCount ?? 0;
  const created = (await client.query(INSERT, parameters)).rowCount ?? 0;
  if (created + updated > MANY) await client.query('ANALYZE devices');
  return { created, updated };
}

/** A device whose file lacks columns that screening looks at: the register's values count instead. */
export interface ToRescreen {
  readonly line: number;
  readonly make: string | null;
  readonly model: string | null;
  readonly mac: string | null;
  readonly deviceType: string | null;
}

const PAGE = 5_000;

/** Known devices that must be screened by values that the file does not have. Gives none where it has them all. */
export async function* devicesToRescreen(
  client: PoolClient,
  present: ReadonlySet<DeviceData>,
): AsyncGenerator<readonly ToRescreen[]> {
  const absent = SCREENED.filter((column) => !present.has(column));
  if (absent.length === 0) return;
  const value = incoming(present);
  await client.query(`
    DECLARE rescreen NO SCROLL CURSOR FOR
    SELECT s.line::float8 AS line, ${value('make')} AS make, ${value('model')} AS model, ${value('mac')} AS mac,
      ${value('device_type')} AS "deviceType"
    FROM device_staging s JOIN devices d ON d.asset_id = s.asset_id
    WHERE s.reject IS NULL AND (${absent.map((column) => `d.${column} IS NOT NULL`).join(' OR ')})`);
  for (;;) {
    const { rows } = await client.query<ToRescreen>(`FETCH ${PAGE} FROM rescreen`);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) break;
  }
  await client.query('CLOSE rescreen');
}

/** Collects new verdicts of staged lines and applies them in one go. */
export class VerdictChanges {
  private begun = false;

  constructor(private readonly client: PoolClient) {}

  async add(changes: readonly { readonly line: number; readonly verdict: number }[]): Promise<void> {
    if (!this.begun) {
      await this.client.query('CREATE TEMP TABLE verdict_changes (line bigint, verdict integer) ON COMMIT DROP');
      this.begun = true;
    }
    await this.client.query('INSERT INTO verdict_changes SELECT * FROM unnest($1::bigint[], $2::integer[])', [
      changes.map(({ line }) => line),
      changes.map(({ verdict }) => verdict),
    ]);
  }

  async apply(): Promise<void> {
    if (!this.begun) return;
    await this.client.query(
      'UPDATE device_staging s SET verdict = c.verdict FROM verdict_changes c WHERE c.line = s.line',
    );
  }
}

/** Lines by what screening says of them. */
export type ScreeningFigures = Readonly<Record<'covered' | 'suspect' | 'clear' | 'unknown-make', number>>;

/** Figures about the lines that were merged. */
export interface MergedFigures {
  readonly screening: ScreeningFigures;
  /** Of those: devices that the policy does not speak of, by their type or their site's class. */
  readonly outOfScope: ScreeningFigures;
  readonly departments: readonly string[];
}

interface FigureRow {
  readonly screening: keyof ScreeningFigures;
  readonly in_scope: boolean;
  readonly count: number;
}

function figures(rows: readonly FigureRow[]): ScreeningFigures {
  const of = (result: keyof ScreeningFigures): number =>
    rows.filter(({ screening }) => screening === result).reduce((sum, { count }) => sum + count, 0);
  return { covered: of('covered'), suspect: of('suspect'), clear: of('clear'), 'unknown-make': of('unknown-make') };
}

/**
 * Counts by screening result, and whose devices they are.
 * @param scope site classes in scope of the policy
 */
export async function mergedFigures(client: PoolClient, scope: readonly string[]): Promise<MergedFigures> {
  const { rows } = await client.query<FigureRow>(
    `SELECT v.screening, v.type_in_scope AND t.sensitivity = ANY($1) AS in_scope, count(*)::int AS count FROM ${SOURCE}
     WHERE s.reject IS NULL OR s.reject = 'repeated' GROUP BY 1, 2`,
    [scope],
  );
  const departments = await client.query<{ id: string }>(`
    SELECT DISTINCT t.department_id AS id FROM sites t
    WHERE EXISTS (SELECT FROM device_staging s WHERE s.reject IS NULL AND s.site_id = t.site_id) ORDER BY id`);
  return {
    screening: figures(rows),
    outOfScope: figures(rows.filter(({ in_scope }) => !in_scope)),
    departments: departments.rows.map(({ id }) => id),
  };
}

/** Merged lines with their results, in the order of the file. */
export async function mergedLines(
  client: PoolClient,
  limit: number,
): Promise<{ line: number; assetId: string; result: string }[]> {
  const { rows } = await client.query<{ line: number; assetId: string; result: string }>(
    `SELECT s.line::float8 AS line, s.asset_id AS "assetId", v.screening AS result
     FROM device_staging s JOIN verdict_staging v USING (verdict)
     WHERE s.reject IS NULL OR s.reject = 'repeated' ORDER BY s.line LIMIT $1`,
    [limit],
  );
  return rows;
}
