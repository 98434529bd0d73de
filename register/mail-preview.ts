import { type Pool } from 'pg';
import { type CaseEvent } from '../domain/lifecycle';
import { type Instant } from '../domain/records';

/** What waits for one address. */
export interface WaitingMail {
  readonly programmeId: string;
  /** Lower-case. */
  readonly address: string;
  readonly outboxIds: readonly string[];
  /** `held`: somebody holds it, or all mail; `later`: not yet due; `due`: leaves with the next run. */
  readonly waits: 'due' | 'later' | 'held';
}

const WAITING = `
  SELECT w.programme_id AS "programmeId", w.address, w.waits, array_agg(w.id ORDER BY w.outbox_id) AS "outboxIds"
  FROM (
    SELECT o.programme_id, lower(c.email) AS address, o.outbox_id, o.outbox_id::text AS id,
      CASE WHEN p.mail_held OR p.started_at IS NULL OR EXISTS (
          SELECT FROM mail_holds h WHERE (h.scope = 'case' AND h.subject = o.case_id) OR (h.scope = 'contact' AND h.subject IN (
            SELECT x.contact_id FROM contacts x WHERE lower(x.email) = lower(c.email)))) THEN 'held'
        WHEN o.not_before > $1 THEN 'later' ELSE 'due' END AS waits
    FROM outbox o JOIN contacts c USING (contact_id) JOIN programmes p USING (programme_id)
    WHERE o.state = 'pending' AND c.left_at IS NULL AND c.refused_at IS NULL
  ) w GROUP BY 1, 2, 3 ORDER BY min(w.outbox_id)`;

/** Everything that waits for a message, by address; what waits for people who cannot be reached is not shown. */
export async function waitingMail(pool: Pool, now: Instant): Promise<WaitingMail[]> {
  return (await pool.query<WaitingMail>(WAITING, [now])).rows;
}

/** The events of cases, in order, by case id. */
export async function eventsOfCases(pool: Pool, caseIds: readonly string[]): Promise<Map<string, CaseEvent[]>> {
  const { rows } = await pool.query<{ case_id: string; payload: CaseEvent }>(
    `SELECT case_id, payload FROM audit_events WHERE case_id = ANY($1) ORDER BY case_id, sequence`,
    [caseIds],
  );
  const found = new Map<string, CaseEvent[]>();
  for (const { case_id, payload } of rows) {
    const events = found.get(case_id);
    if (events === undefined) found.set(case_id, [payload]);
    else events.push(payload);
  }
  return found;
}
