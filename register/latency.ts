import { type Pool } from 'pg';

/** Of every reminder recorded on its due instant: when it fell due and when it was recorded. Milliseconds since 1970. */
export async function recordedRungs(pool: Pool): Promise<{ readonly dueAt: number; readonly recordedAt: number }[]> {
  const { rows } = await pool.query<{ due_at: Date; recorded_at: Date }>(
    `SELECT (payload ->> 'due')::timestamptz AS due_at, recorded_at FROM audit_events
     WHERE type = 'rung-fired' AND payload ->> 'days' = '0' ORDER BY recorded_at`,
  );
  return rows.map(({ due_at, recorded_at }) => ({ dueAt: due_at.getTime(), recordedAt: recorded_at.getTime() }));
}
