import { type Pool } from 'pg';
import { type IsoDate } from '../../domain/records';
import { read, shared } from '../read';

/** Brings the totals up to date with what has been noted. Whoever changes something meanwhile does not wait. */
export async function foldFigures(pool: Pool): Promise<void> {
  await shared(pool, 'fold', () => pool.query('SELECT fold_figures()'));
}

/** Counts all figures anew, from cases, devices and the audit trail. Changes wait meanwhile. */
export async function recountFigures(pool: Pool): Promise<void> {
  await pool.query('SELECT recount_figures()');
}

/** A kind of figures that are not what the register says, and how many of them. */
export interface Drift {
  readonly of: 'places' | 'dates' | 'devices' | 'flows' | 'days';
  readonly cells: number;
}

const DATES = 'programme_id, department_id, must_go, stage, due_at, first_due, slips, remove_baseline, remove_forecast';
const PLACES = 'programme_id, department_id, site_id, must_go, stage, outcome';
const DATED = `(stage <> 'closed' OR outcome = 'removed')`;

/** Cells whose sums differ between what is kept (with what waits to be folded) and what is so. */
function differing(columns: string, kept: string, so: string): string {
  const places = columns.split(', ').map((_, index) => index + 1);
  return `
    SELECT count(*)::int FROM (
      SELECT ${columns} FROM (${kept} UNION ALL ${so}) both_of GROUP BY ${places.join(', ')} HAVING sum(n) <> 0) cells`;
}

const TRUTH = `(SELECT f.* FROM cases c, figures_of(c, -1) f) t`;
const FLOWS = 'case_id, sequence, department_id, must_go, kind, change';
const DAYS = 'programme_id, department_id, must_go';

// One statement, so that all of it is of one moment.
const DRIFT = `
  SELECT
    (${differing(PLACES, `SELECT ${PLACES}, n FROM figure_places UNION ALL SELECT ${PLACES}, n FROM case_deltas`, `SELECT ${PLACES}, n FROM ${TRUTH}`)}) AS places,
    (${differing(DATES, `SELECT ${DATES}, n FROM figure_dates UNION ALL SELECT ${DATES}, n FROM case_deltas WHERE ${DATED}`, `SELECT ${DATES}, n FROM ${TRUTH} WHERE ${DATED}`)})
      + (SELECT count(*)::int FROM cases c JOIN case_dates d USING (case_id) WHERE (c.first_due, c.slips, c.remove_baseline, c.remove_forecast)
        IS DISTINCT FROM (d.first_due, d.slips, d.remove_baseline, d.remove_forecast)) AS dates,
    (${differing('site_id, screening, in_scope', 'SELECT site_id, screening, in_scope, n FROM figure_devices UNION ALL SELECT site_id, screening, in_scope, n FROM device_deltas', 'SELECT site_id, screening, in_scope, -1 FROM devices WHERE merged_into IS NULL')}) AS devices,
    (${differing(FLOWS, `SELECT ${FLOWS}, 1 AS n FROM case_flows`, `SELECT ${FLOWS}, -1 FROM flows_of_audit`)}) AS flows,
    (${differing(DAYS, `SELECT ${DAYS}, n FROM figure_flow_days UNION ALL SELECT ${DAYS}, change AS n FROM flow_deltas`, `SELECT ${DAYS}, -change FROM case_flows`)}) AS days`;

/** Figures that are not what the register says; empty = all are. Reads everything: for checks, not for pages. */
export async function figuresDrift(pool: Pool): Promise<readonly Drift[]> {
  const { rows } = await pool.query<Record<Drift['of'], number>>(DRIFT);
  const { places = 0, dates = 0, devices = 0, flows = 0, days = 0 } = rows[0] ?? {};
  const found: readonly Drift[] = [
    { of: 'places', cells: places },
    { of: 'dates', cells: dates },
    { of: 'devices', cells: devices },
    { of: 'flows', cells: flows },
    { of: 'days', cells: days },
  ];
  return found.filter(({ cells }) => cells > 0);
}

/** The first date of which the register knows anything: the one on which the programme was made. */
export async function programmeMadeOn(pool: Pool, programmeId: string, zone: string): Promise<IsoDate> {
  const rows = await read<{ on: IsoDate }>(
    pool,
    `SELECT to_char(created_at AT TIME ZONE $2, 'YYYY-MM-DD') AS on FROM programmes WHERE programme_id = $1`,
    [programmeId, zone],
  );
  if (rows[0] === undefined) throw new Error(`programme ${programmeId} is not in the register`);
  return rows[0].on;
}
