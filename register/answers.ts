import { type Pool } from 'pg';
import { type CaseEvent } from '../domain/lifecycle';

/** What a case answered to a command, and what it was, by the events that followed from it. */
export interface EarlierAnswer {
  readonly sequence: number;
  readonly revision: number;
  /** In order; never empty. */
  readonly events: readonly CaseEvent[];
}

const ANSWER = `
  SELECT max(a.sequence)::int AS sequence,
    coalesce((SELECT r.revision FROM case_revisions r WHERE r.case_id = $1 AND r.sequence <= max(a.sequence)
      ORDER BY r.sequence DESC LIMIT 1), c.revision) AS revision, jsonb_agg(a.payload ORDER BY a.sequence) AS events
  FROM audit_events a JOIN cases c USING (case_id)
  WHERE a.case_id = $1 AND a.command_id = $2 GROUP BY c.revision`;

/** What a case answered to a command whose events the register holds; null where it holds none of it. */
export async function answeredBefore(pool: Pool, caseId: string, commandId: string): Promise<EarlierAnswer | null> {
  const { rows } = await pool.query<EarlierAnswer>(ANSWER, [caseId, commandId]);
  return rows[0] ?? null;
}
