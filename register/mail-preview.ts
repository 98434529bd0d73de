import { type Pool } from 'pg';
import { type CaseEvent } from '../domain/lifecycle';
import { type Instant, type IsoDate } from '../domain/records';
import { deputyOf } from './deputies';
import { isoInstant } from './instants';

/** What waits for one address. */
export interface WaitingMail {
  readonly programmeId: string;
  /** Lower-case. */
  readonly address: string;
  /** Who reads it in their place, lower-case; null = they themselves. */
  readonly deputy: string | null;
  /** Of the first notice. */
  readonly contactId: string;
  readonly outboxIds: readonly string[];
  /** Somebody holds it, or all mail. */
  readonly held: boolean;
  /** The earliest moment at which one of those may leave that have been paced; null where none has been. */
  readonly readyAt: Instant | null;
  /** Those that have not. */
  readonly unpaced: readonly { readonly kind: string; readonly writtenAt: Instant }[];
}

const WAITING = `
  SELECT w.programme_id AS "programmeId", w.address, w.deputy, w.held, array_agg(w.id ORDER BY w.outbox_id) AS "outboxIds",
    (array_agg(w.contact_id ORDER BY w.outbox_id))[1] AS "contactId", ${isoInstant('min(w.not_before)')} AS "readyAt",
    coalesce(json_agg(json_build_object('kind', w.kind, 'writtenAt', ${isoInstant('w.created_at')}) ORDER BY w.outbox_id)
      FILTER (WHERE w.not_before IS NULL), '[]') AS unpaced
  FROM (
    SELECT o.programme_id, lower(c.email) AS address, ${deputyOf('$1')} AS deputy, o.outbox_id, o.outbox_id::text AS id,
      o.contact_id, o.kind, o.created_at, o.not_before,
      p.mail_held OR p.started_at IS NULL OR EXISTS (
        SELECT FROM mail_holds h WHERE (h.scope = 'case' AND h.subject = o.case_id) OR (h.scope = 'contact' AND h.subject IN (
          SELECT x.contact_id FROM contacts x WHERE lower(x.email) = lower(c.email)))) AS held
    FROM outbox o JOIN contacts c USING (contact_id) JOIN programmes p USING (programme_id)
    WHERE o.state = 'pending' AND c.left_at IS NULL AND c.refused_at IS NULL
  ) w GROUP BY 1, 2, 3, 4 ORDER BY min(w.outbox_id)`;

/**
 * Everything that waits for a message, by address; what waits for people who cannot be reached is not shown.
 * @param today the local date, on which people are there or away
 */
export async function waitingMail(pool: Pool, today: IsoDate): Promise<WaitingMail[]> {
  return (await pool.query<WaitingMail>(WAITING, [today])).rows;
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
