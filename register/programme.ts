import { type Pool } from 'pg';
import { inTransaction } from './transaction';
import { read } from './read';

const START = `
  UPDATE programmes SET started_at = date_trunc('milliseconds', now()), started_by = $2
  WHERE programme_id = $1 AND started_at IS NULL`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, $2, $3, $4)`;

/** Marks a programme as started. @returns false where it had been started before */
export async function markStarted(pool: Pool, programmeId: string, actor: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(START, [programmeId, actor]);
    if (rowCount === 0) return false;
    await client.query(LOG, [actor, 'programme-started', programmeId, {}]);
    return true;
  });
}

/** Marks a programme that has not started as a demonstration. @returns false where it has started for real */
export async function markDemonstration(pool: Pool, programmeId: string, actor: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE programmes SET demo = true WHERE programme_id = $1 AND (demo OR started_at IS NULL)`,
      [programmeId],
    );
    if (rowCount === 0) return false;
    await client.query(LOG, [actor, 'marked-as-demonstration', programmeId, {}]);
    return true;
  });
}

/** Counts for `programme show`. */
export interface ProgrammeFigures {
  readonly devices: number;
  readonly sites: number;
  readonly contacts: number;
  readonly flagged: number;
  readonly opening: number;
  readonly open: number;
  readonly closed: number;
  /** Open cases whose current task is past its due instant. */
  readonly overdue: number;
}

const FIGURES = `
  SELECT (SELECT count(*) FROM devices WHERE merged_into IS NULL)::int AS devices,
    (SELECT count(*) FROM sites)::int AS sites,
    (SELECT count(*) FROM contacts WHERE left_at IS NULL)::int AS contacts,
    (SELECT count(DISTINCT asset_id) FROM cases WHERE programme_id = $1)::int AS flagged,
    count(*) FILTER (WHERE status = 'opening')::int AS opening,
    count(*) FILTER (WHERE status = 'open')::int AS open,
    count(*) FILTER (WHERE status = 'closed')::int AS closed,
    count(*) FILTER (WHERE status = 'open' AND due_at < now())::int AS overdue
  FROM cases WHERE programme_id = $1`;

/** The programme's figures at this instant. */
export async function programmeFigures(pool: Pool, programmeId: string): Promise<ProgrammeFigures> {
  const rows = await read<ProgrammeFigures>(pool, FIGURES, [programmeId]);
  const figures = rows[0];
  if (figures === undefined) throw new Error('An aggregate without GROUP BY gives one row.');
  return figures;
}
