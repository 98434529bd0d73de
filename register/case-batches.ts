import { type Pool } from 'pg';
import { read } from './read';

/** One thing done to many cases, as the register holds it. */
export interface CaseBatch {
  readonly batchId: string;
  /** Contact or user id of whoever chose the cases. */
  readonly viewer: string;
  readonly action: string;
  readonly items: readonly { readonly caseId: string; readonly expectedRevision: number }[];
  /** Null until it is confirmed. */
  readonly input: unknown;
  /** Null until each case has answered. */
  readonly results: unknown;
}

const INSERT = `
  INSERT INTO case_batches (batch_id, viewer, action, items)
  VALUES ('b_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, $3) RETURNING batch_id AS "batchId"`;

/** Kept for a month; whoever makes the next one clears away what is older. */
const FORGET = `DELETE FROM case_batches WHERE created_at < now() - interval '30 days'`;

/** Keeps a selection. @returns its id */
export async function addBatch(pool: Pool, batch: Pick<CaseBatch, 'viewer' | 'action' | 'items'>): Promise<string> {
  await pool.query(FORGET);
  const { rows } = await pool.query<{ batchId: string }>(INSERT, [
    batch.viewer,
    batch.action,
    JSON.stringify(batch.items),
  ]);
  if (rows[0] === undefined) throw new Error('a selection that was just kept has no id');
  return rows[0].batchId;
}

const FIND = `
  SELECT batch_id AS "batchId", viewer, action, items, input, results FROM case_batches WHERE batch_id = $1 AND viewer = $2`;

/** A selection of this person's; null where they have none of that id. */
export async function findBatch(pool: Pool, batchId: string, viewer: string): Promise<CaseBatch | null> {
  return (await read<CaseBatch>(pool, FIND, [batchId, viewer]))[0] ?? null;
}

/** Says what is to be done; the first word stands. @returns what is to be done */
export async function settleInput(pool: Pool, batchId: string, input: unknown): Promise<unknown> {
  const { rows } = await pool.query<{ input: unknown }>(
    `UPDATE case_batches SET input = coalesce(input, $2::jsonb) WHERE batch_id = $1 RETURNING input`,
    [batchId, JSON.stringify(input)],
  );
  return rows[0]?.input ?? null;
}

/** Keeps what became of each case. */
export async function keepResults(pool: Pool, batchId: string, results: unknown): Promise<void> {
  await pool.query(`UPDATE case_batches SET results = $2::jsonb WHERE batch_id = $1`, [
    batchId,
    JSON.stringify(results),
  ]);
}
