import { type Pool } from 'pg';
import { type Flow } from '../../domain/figures/balance';
import { type OnDay } from '../../domain/figures/burn-down';
import { type FlowKind } from '../../domain/figures/crossings';
import { type Instant, type IsoDate } from '../../domain/records';
import { type Outcome, type ScreeningResult, type Stage, type WorkStage } from '../../domain/vocabulary';
import { isoInstant } from '../instants';
import { read } from '../read';

/** Whose figures, and as of when. */
export interface FiguresQuery {
  readonly programmeId: string;
  /** IANA name, in which dates are days. */
  readonly zone: string;
  /** As they were known at 17:00 of that day; null = as they are. */
  readonly day: IsoDate | null;
  /** Null = the whole programme. */
  readonly departments: readonly string[] | null;
  /** The instant of the figures: what is due before it is late. */
  readonly at: Instant;
  /** Plain days before a due date from which it shows as at risk. */
  readonly amberWithinDays: number;
  /** What became late since this instant is newly late. */
  readonly lateSince: Instant;
}

/** Figures as the totals give them. Instants in UTC. */
export interface Figures {
  /** By stage, and closed cases by outcome (null while open). */
  readonly stages: readonly {
    readonly stage: Stage;
    readonly outcome: Outcome | null;
    readonly mustGo: boolean;
    readonly devices: number;
  }[];
  /** Sites by the earliest stage of what is open there; `closed` where nothing is any more. */
  readonly sites: readonly { readonly stage: Stage; readonly sites: number }[];
  /** Open cases by the colour of domain/rag.ts; `unplanned` where no clock runs. */
  readonly departments: readonly {
    readonly departmentId: string;
    readonly name: string;
    readonly open: number;
    readonly mustGo: number;
    readonly red: number;
    readonly amber: number;
    readonly green: number;
    readonly unplanned: number;
  }[];
  readonly newlyLate: number;
  readonly due: readonly { readonly due: Instant; readonly stage: WorkStage; readonly devices: number }[];
  readonly baseline: readonly OnDay[];
  readonly forecast: readonly OnDay[];
  /** By how much what remains changed, by the day on which that was known. */
  readonly changes: readonly OnDay[];
  /** Open cases that are expected to be removed on a later date than first set: how many, and by how many days. */
  readonly slippage: { readonly devices: number; readonly most: number; readonly mean: number };
  /** Everything that changed what remains, by kind. */
  readonly flows: readonly { readonly kind: FlowKind; readonly devices: number }[];
  /** What has become known since `day` of what happened until then. */
  readonly corrections: readonly { readonly kind: FlowKind; readonly devices: number }[];
}

const mine = (table: string): string =>
  `${table}.programme_id = $1 AND ($2::text[] IS NULL OR ${table}.department_id = ANY($2))`;

/** Totals less what later days changed. $1 = programme, $2 = departments, $3 = the day. */
function asOf(table: string, days: string, columns: string): string {
  const places = columns.split(', ').map((_, index) => index + 1);
  return `
    SELECT ${columns}, sum(n)::int AS n FROM (
      SELECT ${columns}, n FROM ${table} WHERE ${mine(table)}
      UNION ALL SELECT ${columns}, -n FROM ${days} WHERE ${days}.day > $3 AND ${mine(days)}
    ) both_of GROUP BY ${places.join(', ')} HAVING sum(n) <> 0`;
}

const LATE = `(d.slips OR d.first_due < $4)`;
const SOON = `(d.first_due <= $4::timestamptz + $5 * interval '24 hours')`;
const OPEN = `d.stage <> 'closed'`;
const dayOf = (column: string): string =>
  `CASE WHEN ${column} < 'infinity' THEN to_char(${column} AT TIME ZONE $6, 'YYYY-MM-DD') END`;
const STAGES_IN_ORDER = `ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify', 'closed']`;
const list = (row: string, from: string): string =>
  `(SELECT coalesce(json_agg(json_build_object(${row})), '[]') FROM (${from}) x)`;
const DUE_LISTED = 8;

const FIGURES = `
  WITH places AS MATERIALIZED (${asOf('figure_places', 'figure_place_days', 'department_id, site_id, must_go, stage, outcome')}),
  dates AS MATERIALIZED (${asOf('figure_dates', 'figure_date_days', 'department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast')}),
  flows AS MATERIALIZED (SELECT f.day, f.happened, f.kind, f.n FROM figure_flow_days f WHERE ${mine('f')}),
  slipped AS (
    SELECT (d.remove_forecast AT TIME ZONE $6)::date - (d.remove_baseline AT TIME ZONE $6)::date AS days, d.n FROM dates d
    WHERE ${OPEN} AND d.remove_forecast < 'infinity' AND d.remove_baseline < 'infinity'
  )
  SELECT json_build_object(
    'stages', ${list(`'stage', x.stage, 'outcome', nullif(x.outcome, ''), 'mustGo', x.must_go, 'devices', x.n`, 'SELECT stage, outcome, must_go, sum(n) AS n FROM places GROUP BY 1, 2, 3')},
    'sites', ${list(
      `'stage', x.stage, 'sites', x.n`,
      `SELECT (${STAGES_IN_ORDER})[first] AS stage, count(*) AS n FROM (
        SELECT site_id, min(array_position(${STAGES_IN_ORDER}, stage)) AS first FROM places WHERE n > 0 GROUP BY site_id) s GROUP BY 1`,
    )},
    'departments', ${list(
      `'departmentId', x.department_id, 'name', x.name, 'open', x.open, 'mustGo', x.must_go, 'red', x.red, 'amber', x.amber, 'green', x.green, 'unplanned', x.unplanned`,
      `SELECT d.department_id, p.name, sum(d.n) AS open, coalesce(sum(d.n) FILTER (WHERE d.must_go), 0) AS must_go,
        coalesce(sum(d.n) FILTER (WHERE ${LATE}), 0) AS red, coalesce(sum(d.n) FILTER (WHERE NOT ${LATE} AND ${SOON}), 0) AS amber,
        coalesce(sum(d.n) FILTER (WHERE NOT ${LATE} AND NOT ${SOON} AND d.first_due < 'infinity'), 0) AS green,
        coalesce(sum(d.n) FILTER (WHERE NOT ${LATE} AND d.first_due = 'infinity'), 0) AS unplanned
       FROM dates d JOIN departments p USING (department_id) WHERE ${OPEN} GROUP BY 1, 2 ORDER BY red DESC, open DESC, p.name`,
    )},
    'newlyLate', (SELECT coalesce(sum(d.n), 0) FROM dates d WHERE ${OPEN} AND d.first_due >= $7 AND d.first_due < $4),
    'due', ${list(
      `'due', ${isoInstant('x.due_at')}, 'stage', x.stage, 'devices', x.n`,
      `SELECT d.due_at, d.stage, sum(d.n) AS n FROM dates d WHERE ${OPEN} AND d.due_at >= $4 AND d.due_at < 'infinity'
       GROUP BY 1, 2 ORDER BY 1, array_position(${STAGES_IN_ORDER}, d.stage) LIMIT ${DUE_LISTED}`,
    )},
    'baseline', ${list(`'on', x.on_day, 'devices', x.n`, `SELECT ${dayOf('d.remove_baseline')} AS on_day, sum(d.n) AS n FROM dates d GROUP BY 1`)},
    'forecast', ${list(`'on', x.on_day, 'devices', x.n`, `SELECT ${dayOf('d.remove_forecast')} AS on_day, sum(d.n) AS n FROM dates d WHERE ${OPEN} GROUP BY 1`)},
    'changes', ${list(`'on', to_char(x.day, 'YYYY-MM-DD'), 'devices', x.n`, `SELECT f.day, sum(f.n) AS n FROM flows f WHERE f.day <= $3 GROUP BY 1`)},
    'slippage', (SELECT json_build_object('devices', coalesce(sum(n), 0), 'most', coalesce(max(days), 0),
      'mean', coalesce(round(sum(days * n)::numeric / nullif(sum(n), 0)), 0)) FROM slipped WHERE days > 0 AND n > 0),
    'flows', ${list(`'kind', x.kind, 'devices', x.n`, `SELECT f.kind, sum(f.n) AS n FROM flows f WHERE f.day <= $3 GROUP BY 1`)},
    'corrections', ${list(`'kind', x.kind, 'devices', x.n`, `SELECT f.kind, sum(f.n) AS n FROM flows f WHERE f.day > $3 AND f.happened <= $3 GROUP BY 1 HAVING sum(f.n) <> 0`)}
  ) AS figures`;

/** The figures of a programme, or of some departments of it, from the totals. Fold them first. */
export async function readFigures(pool: Pool, query: FiguresQuery): Promise<Figures> {
  const { programmeId, departments, day, at, amberWithinDays, zone, lateSince } = query;
  const rows = await read<{ figures: Figures }>(pool, FIGURES, [
    programmeId,
    departments,
    day ?? 'infinity',
    at,
    amberWithinDays,
    zone,
    lateSince,
  ]);
  if (rows[0] === undefined) throw new Error('A SELECT without FROM gives one row.');
  return rows[0].figures;
}

/** Crossings that became known up to a day, and between it and another. */
export interface KnownFlows {
  readonly before: readonly Flow[];
  readonly between: readonly Flow[];
}

const FLOWS = `
  SELECT f.day <= $3 AS before, f.kind, f.must_go AS "mustGo", sum(f.n)::int AS change FROM figure_flow_days f
  WHERE ${mine('f')} AND f.day <= $4 GROUP BY 1, 2, 3`;

/** Every crossing known at 17:00 of `until` (null = now), those known at 17:00 of `since` apart. */
export async function flowsBetween(
  pool: Pool,
  programmeId: string,
  departments: readonly string[] | null,
  { since, until }: { readonly since: IsoDate; readonly until: IsoDate | null },
): Promise<KnownFlows> {
  const rows = await read<Flow & { before: boolean }>(pool, FLOWS, [
    programmeId,
    departments,
    since,
    until ?? 'infinity',
  ]);
  const pick = (before: boolean): Flow[] => rows.flatMap(({ before: is, ...flow }) => (is === before ? [flow] : []));
  return { before: pick(true), between: pick(false) };
}

/** What stands on screening lists, as it is now; devices merged into another apart. */
export interface ScreenedDevices {
  readonly screening: ScreeningResult;
  readonly inScope: boolean;
  readonly devices: number;
}

const DEVICES = `
  SELECT d.screening, d.in_scope AS "inScope", sum(d.n)::int AS devices FROM figure_devices d JOIN sites s USING (site_id)
  WHERE $1::text[] IS NULL OR s.department_id = ANY($1) GROUP BY 1, 2 HAVING sum(d.n) > 0`;

export async function screenedDevices(
  pool: Pool,
  departments: readonly string[] | null,
): Promise<readonly ScreenedDevices[]> {
  return await read<ScreenedDevices>(pool, DEVICES, [departments]);
}

/** Counting stops there: it is only said that there are more. */
const MANY = 1_000;

const OPENING = `
  SELECT count(*)::int AS opening FROM (
    SELECT FROM cases WHERE status = 'opening' AND ($1::text[] IS NULL OR department_id = ANY($1)) LIMIT ${MANY}) few`;

/** Devices whose case is asked for and not open yet; at most 1,000. */
export async function openingCount(pool: Pool, departments: readonly string[] | null): Promise<number> {
  return (await read<{ opening: number }>(pool, OPENING, [departments]))[0]?.opening ?? 0;
}

/** What waits for a decision, by what it is and whose it is. */
export interface WaitingDecisions {
  readonly what: 'not-covered' | 'extension' | 'exception' | 'later-dates';
  readonly role: 'security-officer' | 'programme-manager' | 'sro';
  readonly waiting: number;
  /** The longest. */
  readonly since: Instant;
}

const DECISIONS = `
  SELECT what, role, count(*)::int AS waiting, ${isoInstant('min(asked_at)')} AS since FROM decisions_waiting
  WHERE programme_id = $1 AND ($2::text[] IS NULL OR department_id = ANY($2)) GROUP BY 1, 2 ORDER BY min(asked_at)`;

export async function waitingDecisions(
  pool: Pool,
  programmeId: string,
  departments: readonly string[] | null,
): Promise<readonly WaitingDecisions[]> {
  return await read<WaitingDecisions>(pool, DECISIONS, [programmeId, departments]);
}
