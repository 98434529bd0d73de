import { type Pool } from 'pg';
import { withClient } from '../borrowed';

/** Rows that are in memory at a time. */
const BATCH = 1_000;

/**
 * Hands over all rows of a query, some at a time, as they are at one instant: however many there are, few are in memory.
 * @param onRows waited for before the next ones are fetched
 */
export async function everyRow<Row extends object>(
  pool: Pool,
  sql: string,
  values: readonly unknown[],
  onRows: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  await withClient(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      await client.query(`DECLARE every_row NO SCROLL CURSOR FOR ${sql}`, [...values]);
      for (;;) {
        const { rows } = await client.query<Row>(`FETCH ${BATCH} FROM every_row`);
        if (rows.length > 0) await onRows(rows);
        if (rows.length < BATCH) return;
      }
    } finally {
      // Nothing was written: this only ends the snapshot.
      await client.query('ROLLBACK').catch(() => undefined);
    }
  });
}
