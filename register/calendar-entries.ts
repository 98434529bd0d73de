import { type Pool, type PoolClient } from 'pg';
import { type LiveEntry } from '../domain/notices/entries';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import type { CalendarMethod, InvitationRow } from '../notify/invitation/rows';
import { isoInstant } from './instants';

/** The payload of an outbox row of kind `calendar`. */
type CalendarPayload = Pick<InvitationRow, 'uid' | 'method' | 'sequence' | 'stage' | 'due'>;

/** A department or the whole programme becomes its sites: those with cases, and those with entries that may have to go. */
const SPREAD = `
  WITH seen AS (DELETE FROM calendar_changes WHERE scope <> 'site' RETURNING subject)
  INSERT INTO calendar_changes (scope, subject)
  SELECT DISTINCT 'site', x.site_id FROM (SELECT DISTINCT subject FROM seen) s JOIN (
    SELECT DISTINCT site_id, department_id FROM cases WHERE status = 'open' AND plan_number > 0
    UNION SELECT e.site_id, c.department_id FROM calendar_entries e JOIN contacts c USING (contact_id) WHERE e.state = 'live'
  ) x ON s.subject IS NULL OR x.department_id = s.subject`;

/** Sites whose entries may have to change. Costs next to nothing where nothing has changed. */
export async function changedSites(pool: Pool): Promise<string[]> {
  const { rows: scopes } = await pool.query<{ scope: string }>(
    `SELECT scope FROM calendar_changes WHERE scope <> 'site' LIMIT 1`,
  );
  if (scopes.length > 0) await pool.query(SPREAD);
  const { rows } = await pool.query<{ site: string }>(
    `SELECT DISTINCT subject AS site FROM calendar_changes WHERE scope = 'site' ORDER BY 1`,
  );
  return rows.map(({ site }) => site);
}

/**
 * Takes a site in hand until the transaction ends, and forgets the changes that it is about to see.
 * @returns false where another run has it
 */
export async function takeSite(client: PoolClient, siteId: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('calendar ' || $1, 0)) AS locked`,
    [siteId],
  );
  if (rows[0]?.locked !== true) return false;
  await client.query(`DELETE FROM calendar_changes WHERE scope = 'site' AND subject = $1`, [siteId]);
  return true;
}

/** Tasks of a site whose turn it is, by whose they are and when they are due. */
export interface DueTasks {
  readonly programmeId: string;
  readonly departmentId: string;
  /** The contact that they were reassigned to; null = nobody by name. */
  readonly owner: string | null;
  readonly stage: WorkStage;
  readonly due: Instant;
  readonly caseIds: readonly string[];
}

/** The rule of `currentStages` in SQL: the first of what is not settled; `disconnect` and `schedule` side by side. */
const RANK = `CASE m.stage WHEN 'assess' THEN 1 WHEN 'remove' THEN 3 WHEN 'verify' THEN 4 ELSE 2 END`;

const TASKS = `
  SELECT t.programme_id AS "programmeId", t.department_id AS "departmentId", t.owner, t.stage, ${isoInstant('t.due')} AS due,
    array_agg(t.case_id ORDER BY t.case_id) AS "caseIds"
  FROM (
    SELECT k.programme_id, k.department_id, k.owner_contact_id AS owner, k.case_id, m.stage, m.due, ${RANK} AS rank,
      min(${RANK}) OVER (PARTITION BY k.case_id) AS turn
    FROM cases k JOIN case_milestones m USING (case_id)
    WHERE k.site_id = $1 AND k.status = 'open' AND k.plan_number > 0 AND m.actual IS NULL AND NOT m.skipped
  ) t WHERE t.rank = t.turn AND t.due IS NOT NULL
  GROUP BY 1, 2, 3, 4, t.due ORDER BY 1, 2, 3, 4, t.due`;

/** Every task of a site whose turn it is and that has a date. */
export async function dueTasks(client: PoolClient, siteId: string): Promise<DueTasks[]> {
  return (await client.query<DueTasks>(TASKS, [siteId])).rows;
}

/** A live entry as it is kept. `person` is the address, lower-case. */
export interface KeptEntry extends LiveEntry {
  readonly contactId: string;
  readonly programmeId: string;
  /** Its newest version was sent, or is about to be; false = it fell to an address that was dead. */
  readonly carried: boolean;
}

const LIVE = `
  SELECT e.uid, e.contact_id AS "contactId", e.programme_id AS "programmeId", lower(c.email) AS person, e.site_id AS "siteId", e.stage,
    ${isoInstant('e.due_at')} AS due, e.sequence,
    ARRAY(SELECT x.case_id FROM calendar_entry_cases x WHERE x.uid = e.uid ORDER BY 1) AS "caseIds",
    EXISTS (SELECT FROM outbox o WHERE o.kind = 'calendar' AND o.payload ->> 'uid' = e.uid AND o.state <> 'superseded') AS carried
  FROM calendar_entries e JOIN contacts c USING (contact_id)
  WHERE e.site_id = $1 AND e.state = 'live' ORDER BY e.uid FOR UPDATE OF e`;

/** The live entries of a site, locked. */
export async function liveEntries(client: PoolClient, siteId: string): Promise<KeptEntry[]> {
  return (await client.query<KeptEntry>(LIVE, [siteId])).rows;
}

/** A version of an entry that is to be written. */
export interface EntryVersion {
  readonly uid: string;
  readonly programmeId: string;
  readonly contactId: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly due: Instant;
  readonly sequence: number;
  readonly state: 'live' | 'cancelled';
  readonly caseIds: readonly string[];
  /** `nobody`: only what the entry stands for has changed. */
  readonly tell: CalendarMethod | 'nobody';
}

const VERSIONS = `
  jsonb_to_recordset($1::jsonb) AS v (uid text, "programmeId" text, "contactId" text, "siteId" text, stage text,
    due timestamptz, sequence int, state text, "caseIds" jsonb, tell text)`;

const ENTRIES = `
  INSERT INTO calendar_entries (uid, programme_id, contact_id, site_id, stage, due_at, sequence, state)
  SELECT v.uid, v."programmeId", v."contactId", v."siteId", v.stage, v.due, v.sequence, v.state FROM ${VERSIONS}
  ON CONFLICT (uid) DO UPDATE SET contact_id = excluded.contact_id, due_at = excluded.due_at, sequence = excluded.sequence,
    state = excluded.state, updated_at = now()`;

const DROP_CASES = `
  DELETE FROM calendar_entry_cases x USING ${VERSIONS}
  WHERE x.uid = v.uid AND v.state = 'live' AND NOT v."caseIds" ? x.case_id`;

const ADD_CASES = `
  INSERT INTO calendar_entry_cases (uid, case_id)
  SELECT v.uid, c.id FROM ${VERSIONS}, jsonb_array_elements_text(v."caseIds") AS c (id) WHERE v.state = 'live'
  ON CONFLICT DO NOTHING`;

/** What waits is overtaken by the newer version; what is being sent at this moment is waited for. */
const OVERTAKE = `
  UPDATE outbox o SET state = 'superseded', settled_at = now() FROM ${VERSIONS}
  WHERE o.kind = 'calendar' AND o.payload ->> 'uid' = v.uid AND o.state = 'pending' AND v.tell <> 'nobody'`;

/** A letter that waits follows its person to another post of theirs. */
const FOLLOW = `
  UPDATE outbox o SET contact_id = v."contactId" FROM ${VERSIONS}
  WHERE o.kind = 'calendar' AND o.payload ->> 'uid' = v.uid AND o.state = 'pending' AND v.tell = 'nobody'
    AND o.contact_id <> v."contactId"`;

/**
 * An entry that never left is not taken back: nobody has it. Whoever cannot be written to any more is not; who still holds
 * another post under the same address is written to there.
 */
const TELL = `
  INSERT INTO outbox (key, programme_id, contact_id, kind, stage, due_at, payload)
  SELECT 'calendar/' || v.uid || '/' || v.sequence, v."programmeId", c.contact_id, 'calendar', v.stage, v.due,
    jsonb_build_object('uid', v.uid, 'method', v.tell, 'sequence', v.sequence, 'stage', v.stage, 'due', ${isoInstant('v.due')})
  FROM ${VERSIONS} JOIN LATERAL (
    SELECT p.contact_id FROM contacts w JOIN contacts p ON lower(p.email) = lower(w.email)
    WHERE w.contact_id = v."contactId" AND p.left_at IS NULL AND p.refused_at IS NULL
    ORDER BY p.contact_id <> w.contact_id, p.contact_id LIMIT 1
  ) c ON true
  WHERE v.tell = 'REQUEST' OR (v.tell = 'CANCEL' AND EXISTS (
    SELECT FROM outbox o WHERE o.kind = 'calendar' AND o.payload ->> 'uid' = v.uid AND o.state IN ('claimed', 'sent', 'failed')))
  ON CONFLICT (key) DO NOTHING`;

/** Writes versions of entries with what tells people of them. One round trip a statement, whatever their number. */
export async function writeEntries(client: PoolClient, versions: readonly EntryVersion[]): Promise<void> {
  if (versions.length === 0) return;
  const given = [JSON.stringify(versions)];
  for (const statement of [ENTRIES, DROP_CASES, ADD_CASES, OVERTAKE, FOLLOW, TELL])
    await client.query(statement, given);
}

const LETTERS = `
  SELECT o.outbox_id::text AS id, o.key, o.payload, c.role,
    (SELECT coalesce(json_agg(json_build_object('caseId', k.case_id, 'assetId', k.asset_id) ORDER BY k.asset_id, k.case_id), '[]')
     FROM calendar_entry_cases x JOIN cases k USING (case_id) WHERE x.uid = o.payload ->> 'uid') AS tasks,
    CASE WHEN EXISTS (SELECT FROM outbox b WHERE b.kind = 'calendar' AND b.payload ->> 'uid' = o.payload ->> 'uid'
      AND b.outbox_id <> o.outbox_id AND b.state IN ('claimed', 'sent', 'failed')) THEN 'yes' ELSE 'no' END AS "knownBefore"
  FROM outbox o JOIN contacts c USING (contact_id) WHERE o.outbox_id = ANY($1::bigint[]) AND o.kind = 'calendar'
  ORDER BY o.outbox_id`;

/** An outbox row of kind `calendar`, with the entry that it speaks of as it stands now. */
export interface CalendarRow extends InvitationRow {
  readonly id: string;
}

/** Those of some outbox rows that carry calendar entries, in the order in which they were written. */
export async function calendarRows(db: Pool | PoolClient, outboxIds: readonly string[]): Promise<CalendarRow[]> {
  const { rows } = await db.query<Omit<CalendarRow, keyof CalendarPayload> & { payload: CalendarPayload }>(LETTERS, [
    outboxIds,
  ]);
  return rows.map(({ payload, ...row }) => ({ ...row, ...payload }));
}
