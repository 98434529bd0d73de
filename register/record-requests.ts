import { type PoolClient } from 'pg';
import { type CaseEvent } from '../domain/lifecycle/events';

type Requested = Extract<CaseEvent, { type: 'requested' }>;
type Decided = Extract<CaseEvent, { type: 'decided' }>;

const ASKED = `
  WITH replaced AS (
    UPDATE case_requests SET state = 'superseded' WHERE case_id = $2 AND kind = 'later-dates' AND $3 = 'later-dates' AND state = 'pending'
  )
  INSERT INTO case_requests (request_id, case_id, kind, stage, ask, reason, needs, requested_by, requested_at, sequence)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const DECIDED = `
  UPDATE case_requests SET state = $2, decided_by = $3, decided_at = $4, conditions = $5, was = $6, dates = $7, decision = $8
  WHERE request_id = $1`;

/** What nobody decided: overtaken by new facts, or by the end of the case. */
const END = `UPDATE case_requests SET state = $2 WHERE case_id = $1 AND state = 'pending' AND ($3::text IS NULL OR kind = $3)`;

async function asked(client: PoolClient, caseId: string, event: Requested): Promise<void> {
  const { requestId, ask, text, needs, actor, at, sequence } = event;
  const stage = ask.kind === 'extension' ? ask.stage : null;
  const values = [requestId, caseId, ask.kind, stage, ask, text, needs, actor, at, sequence];
  await client.query(ASKED, values);
}

async function decided(client: PoolClient, event: Decided): Promise<void> {
  const { requestId, verdict, actor, at, conditions, was, dates, sequence } = event;
  await client.query(DECIDED, [requestId, verdict, actor, at, conditions, was, JSON.stringify(dates), sequence]);
}

/** Keeps what was asked for and decided in a batch of events. Most batches hold none of it and cost nothing. */
export async function recordRequests(client: PoolClient, caseId: string, events: readonly CaseEvent[]): Promise<void> {
  for (const event of events) {
    switch (event.type) {
      case 'requested':
        await asked(client, caseId, event);
        break;
      case 'decided':
        await decided(client, event);
        break;
      case 'facts-revised':
        await client.query(END, [caseId, 'superseded', 'later-dates']);
        break;
      case 'closed':
        await client.query(END, [caseId, 'lapsed', null]);
        break;
      default:
    }
  }
}
