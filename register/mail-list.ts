import { type Pool } from 'pg';
import { type Instant, type IsoDate } from '../domain/records';
import { deputyOf } from './deputies';
import { isoInstant } from './instants';

/** States as `mail list` shows them: those of messages, and of rows that no message has been composed for. */
export const MAIL_STATES = ['pending', 'claimed', 'sent', 'failed', 'superseded'] as const;
export type MailState = (typeof MAIL_STATES)[number];

export interface MailFilter {
  readonly state: MailState | null;
  /** An address. */
  readonly to: string | null;
  readonly caseId: string | null;
  readonly limit: number;
}

/** A composed message, or (pending, superseded) what waits or waited for one. */
export interface ListedMail {
  /** Message-ID without angle brackets; null before it is composed. */
  readonly messageId: string | null;
  readonly state: MailState;
  readonly to: string;
  readonly name: string;
  /** The absent person whose deputy it goes to; null = it goes to the person. */
  readonly deputyFor: string | null;
  /** Null before it is composed. */
  readonly subject: string | null;
  /** How many notices it carries. */
  readonly notices: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** When it was composed; before that, when its oldest notice was written. */
  readonly writtenAt: Instant;
  readonly sentAt: Instant | null;
  /** While it waits for another attempt, held mail apart: not before this. */
  readonly nextAttemptAt: Instant | null;
}

const MESSAGES = `
  SELECT m.message_id AS "messageId", m.state, m.address AS "to", c.name,
    CASE WHEN m.deputy_for IS NOT NULL THEN c.name END AS "deputyFor", m.subject,
    (SELECT count(*)::int FROM outbox o WHERE o.message_id = m.message_id) AS notices,
    m.attempts, m.last_error AS "lastError", ${isoInstant('m.created_at')} AS "writtenAt", ${isoInstant('m.sent_at')} AS "sentAt",
    CASE WHEN m.state = 'claimed' THEN ${isoInstant('m.lease_until')} END AS "nextAttemptAt"
  FROM messages m JOIN contacts c USING (contact_id)
  WHERE ($1::text IS NULL OR m.state = $1) AND ($2::text IS NULL OR lower(m.address) = lower($2))
    AND ($3::text IS NULL OR EXISTS (SELECT FROM outbox o WHERE o.message_id = m.message_id AND o.case_id = $3))`;

const ROWS = `
  SELECT NULL AS "messageId", w.state, coalesce(w.deputy, min(w.email)) AS "to", min(w.name) AS name,
    CASE WHEN w.deputy IS NOT NULL THEN min(w.name) END AS "deputyFor", NULL AS subject, count(*)::int AS notices,
    0 AS attempts, NULL AS "lastError", ${isoInstant('min(w.created_at)')} AS "writtenAt", NULL AS "sentAt", NULL AS "nextAttemptAt"
  FROM (
    SELECT o.state, o.created_at, c.email, c.name, CASE WHEN o.state = 'pending' THEN ${deputyOf('$5')} END AS deputy
    FROM outbox o JOIN contacts c USING (contact_id)
    WHERE o.message_id IS NULL AND ($1::text IS NULL OR o.state = $1) AND ($3::text IS NULL OR o.case_id = $3)
  ) w
  WHERE $2::text IS NULL OR lower(w.email) = lower($2) OR w.deputy = lower($2)
  GROUP BY w.state, lower(w.email), w.deputy`;

/**
 * Messages and what waits to become one, newest first.
 * @param today the local date, on which people are there or away
 */
export async function listMail(
  pool: Pool,
  { state, to, caseId, limit }: MailFilter,
  today: IsoDate,
): Promise<ListedMail[]> {
  const { rows } = await pool.query<ListedMail>(
    `SELECT * FROM (${MESSAGES} UNION ALL ${ROWS}) all_mail ORDER BY "writtenAt" DESC, "to" LIMIT $4`,
    [state, to, caseId, limit, today],
  );
  return rows;
}

/** What `doctor` says of mail. */
export interface MailFigures {
  /** Notices that wait for a message, those held included. */
  readonly pending: number;
  readonly oldestPendingAt: Instant | null;
  /** Messages that have been tried and not taken yet. */
  readonly retrying: number;
  readonly lastError: string | null;
  /** Messages given up in the last seven days. */
  readonly failed: number;
  /** Contacts who are not written to because their address was refused. */
  readonly refusedContacts: number;
  /** Waiting notices for people who cannot be reached, and nobody above them can. */
  readonly unreachable: number;
  readonly holds: number;
}

const FIGURES = `
  SELECT o.pending, o.unreachable, o."oldestPendingAt", m.retrying, m."lastError", m.failed,
    (SELECT count(*)::int FROM contacts WHERE refused_at IS NOT NULL AND left_at IS NULL) AS "refusedContacts",
    (SELECT count(*)::int FROM mail_holds) AS holds
  FROM (
    SELECT count(*)::int AS pending, ${isoInstant('min(o.created_at)')} AS "oldestPendingAt",
      count(*) FILTER (WHERE c.left_at IS NOT NULL OR c.refused_at IS NOT NULL)::int AS unreachable
    FROM outbox o JOIN contacts c USING (contact_id) WHERE o.state = 'pending'
  ) o, (
    SELECT count(*) FILTER (WHERE state = 'claimed' AND last_error IS NOT NULL)::int AS retrying,
      (array_agg(last_error ORDER BY lease_until DESC) FILTER (WHERE state = 'claimed' AND last_error IS NOT NULL))[1] AS "lastError",
      count(*) FILTER (WHERE state = 'failed')::int AS failed
    FROM messages WHERE state = 'claimed' OR created_at > $1::timestamptz - interval '7 days'
  ) m`;

/** The state of the mail, for `doctor`. */
export async function mailFigures(pool: Pool, now: Instant): Promise<MailFigures> {
  const figures = (await pool.query<MailFigures>(FIGURES, [now])).rows[0];
  if (figures === undefined) throw new Error('An aggregate without GROUP BY gives one row.');
  return figures;
}
