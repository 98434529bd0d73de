import { type Pool, type PoolClient } from 'pg';
import { type DigestFigures } from '../domain/programme-digest';
import { type Instant, type IsoDate } from '../domain/records';
import { type Role } from '../domain/vocabulary';
import { isoInstant } from './instants';

type Db = Pool | PoolClient;

/** Longest list of groups. */
const LONGEST = 25;

const RANK = `CASE m.stage WHEN 'assess' THEN 1 WHEN 'remove' THEN 3 WHEN 'verify' THEN 4 ELSE 2 END`;
const TURN = (caseId: string): string => `${RANK} = min(${RANK}) OVER (PARTITION BY ${caseId})`;

/**
 * Tasks not done yet, as they stand and as they stood at the digest before; $1 = programme, $2 = now, $3 = the digest
 * before. The two are put together by grouping, not by joining: a plan for tables whose size is not known yet would
 * compare each with each.
 */
const BASIS = `
  WITH sides AS (
    SELECT k.case_id, k.department_id, m.stage, m.due, m.baseline, m.forecast, ${TURN('k.case_id')} AS current, true AS now
    FROM cases k JOIN case_milestones m USING (case_id)
    WHERE k.programme_id = $1 AND k.status = 'open' AND k.plan_number > 0 AND m.actual IS NULL AND NOT m.skipped
    UNION ALL
    SELECT h.case_id, NULL, m.stage, m.due, NULL, NULL, ${TURN('h.case_id')}, false
    FROM programme_digest_heads h
    CROSS JOIN LATERAL (SELECT r.milestones FROM case_revisions r
      WHERE r.case_id = h.case_id AND r.sequence <= h.sequence ORDER BY r.sequence DESC LIMIT 1) r
    CROSS JOIN LATERAL jsonb_to_recordset(r.milestones) AS m (stage text, due timestamptz, actual timestamptz, skipped boolean)
    WHERE h.programme_id = $1 AND h.status = 'open' AND m.actual IS NULL AND NOT m.skipped
  ), paired AS (
    SELECT case_id, stage, max(department_id) AS department_id, max(due) FILTER (WHERE now) AS due, max(forecast) AS forecast,
      coalesce(max(due) FILTER (WHERE NOT now), max(baseline)) AS was, bool_or(now) AS now,
      coalesce(bool_or(current AND due < $2) FILTER (WHERE now), false) AS late,
      coalesce(bool_or(current AND due < $3) FILTER (WHERE NOT now), false) AS late_before
    FROM sides GROUP BY case_id, stage
  ), tasks AS MATERIALIZED (
    SELECT *, bool_or(late) OVER (PARTITION BY case_id) AS device_late FROM paired WHERE now
  ), newly AS (
    SELECT * FROM tasks WHERE late AND NOT late_before
  ), expected AS (
    SELECT DISTINCT ON (case_id) * FROM tasks WHERE forecast > due AND NOT device_late ORDER BY case_id, due, stage
  ), moved AS (
    SELECT * FROM tasks WHERE was <> due
  ), known AS MATERIALIZED (
    SELECT case_id, max(department_id) AS department_id, max(status) AS status, max(stage) AS stage, bool_or(late) AS late,
      bool_or(newly) AS newly, NOT bool_or(before) AS opened, max(status) = 'closed' AND NOT bool_or(closed_before) AS closed
    FROM (
      SELECT case_id, department_id, status, stage, false AS late, false AS newly, false AS before, false AS closed_before
      FROM cases WHERE programme_id = $1 AND status <> 'opening'
      UNION ALL SELECT case_id, NULL, NULL, NULL, late, late AND NOT late_before, false, false FROM tasks
      UNION ALL SELECT case_id, NULL, NULL, NULL, false, false, true, status = 'closed' FROM programme_digest_heads WHERE programme_id = $1
    ) parts GROUP BY case_id
  )`;

/** Groups of devices, the largest first, with how many groups are left out. `dates` are columns that tell groups apart. */
function groups(from: string, dates: readonly string[]): string {
  const members = dates.map((date) => `'${date}', ${isoInstant(`g.${date}`)}`).join(', ');
  const columns = dates.map((date) => `, x.${date}`).join('');
  return `(
    SELECT json_build_object('more', greatest(0, count(*) - ${LONGEST}), 'groups', coalesce(json_agg(json_build_object(
      'departmentId', g.department_id, 'department', g.name, 'stage', g.stage, 'devices', g.devices, ${members}) ORDER BY g.place)
      FILTER (WHERE g.place <= ${LONGEST}), '[]'))
    FROM (SELECT x.department_id, d.name, x.stage${columns}, count(DISTINCT x.case_id) AS devices,
        row_number() OVER (ORDER BY count(DISTINCT x.case_id) DESC, d.name, x.department_id, x.stage${columns}) AS place
      FROM ${from} x JOIN departments d USING (department_id) GROUP BY x.department_id, d.name, x.stage${columns}) g)`;
}

const FIGURES = `${BASIS}
  SELECT json_build_object(
    'open', (SELECT count(*) FROM known WHERE status = 'open'),
    'late', (SELECT count(*) FROM known WHERE late),
    'newlyLate', (SELECT count(DISTINCT case_id) FROM newly),
    'forecastLate', (SELECT count(*) FROM expected),
    'opened', (SELECT count(*) FROM known WHERE opened),
    'closed', (SELECT count(*) FROM known WHERE closed),
    'moved', (SELECT json_build_object('later', count(*) FILTER (WHERE due > was), 'earlier', count(*) FILTER (WHERE due < was),
      'devices', count(DISTINCT case_id)) FROM moved),
    'byStage', (SELECT coalesce(json_agg(json_build_object('stage', s.stage, 'open', s.open, 'late', s.late)
        ORDER BY array_position(ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify'], s.stage)), '[]')
      FROM (SELECT stage, count(*) AS open, count(*) FILTER (WHERE late) AS late FROM known WHERE status = 'open' GROUP BY stage) s),
    'byDepartment', (SELECT coalesce(json_agg(json_build_object('departmentId', x.department_id, 'department', x.name, 'open', x.open,
        'late', x.late, 'newlyLate', x.newly, 'opened', x.opened, 'closed', x.closed) ORDER BY x.late DESC, x.open DESC, x.name, x.department_id), '[]')
      FROM (SELECT k.department_id, d.name, count(*) FILTER (WHERE k.status = 'open') AS open, count(*) FILTER (WHERE k.late) AS late,
          count(*) FILTER (WHERE k.newly) AS newly, count(*) FILTER (WHERE k.opened) AS opened, count(*) FILTER (WHERE k.closed) AS closed
        FROM known k JOIN departments d USING (department_id) GROUP BY 1, 2) x WHERE x.open + x.opened + x.closed > 0),
    'newlyLateGroups', ${groups('newly', ['due'])},
    'forecastLateGroups', ${groups('expected', ['due', 'forecast'])},
    'movedGroups', ${groups('moved', ['was', 'due'])},
    'decisions', (SELECT coalesce(json_agg(json_build_object('what', w.what, 'role', w.role, 'waiting', w.waiting,
        'since', ${isoInstant('w.since')}) ORDER BY w.since, w.what, w.role), '[]')
      FROM (SELECT what, role, count(*) AS waiting, min(asked_at) AS since FROM decisions_waiting WHERE programme_id = $1 GROUP BY 1, 2) w)
  ) AS figures`;

/** The figures as they stand. @param since the digest before, or programme start */
export async function digestFigures(db: Db, programmeId: string, now: Instant, since: Instant): Promise<DigestFigures> {
  const { rows } = await db.query<{ figures: Omit<DigestFigures, 'takenAt' | 'since'> }>(FIGURES, [
    programmeId,
    now,
    since,
  ]);
  if (rows[0] === undefined) throw new Error('A SELECT without FROM gives one row.');
  return { takenAt: now, since, ...rows[0].figures };
}

/** When the newest digest was taken; null = there is none yet. */
export async function lastDigest(
  db: Db,
  programmeId: string,
): Promise<{ readonly week: IsoDate; readonly takenAt: Instant } | null> {
  const { rows } = await db.query<{ week: IsoDate; takenAt: Instant }>(
    `SELECT to_char(week, 'YYYY-MM-DD') AS week, ${isoInstant('taken_at')} AS "takenAt" FROM programme_digests
     WHERE programme_id = $1 ORDER BY week DESC LIMIT 1`,
    [programmeId],
  );
  return rows[0] ?? null;
}

const HEADS = `
  INSERT INTO programme_digest_heads (programme_id, case_id, sequence, status)
  SELECT programme_id, case_id, sequence, status FROM cases WHERE programme_id = $1 AND status <> 'opening'`;

/** One address gets one, whatever posts it holds. What waits of an earlier week would say the same, only older. */
const OVERTAKE = `
  UPDATE outbox SET state = 'superseded', settled_at = now()
  WHERE programme_id = $1 AND kind = 'programme-digest' AND state = 'pending'`;

const TELL = `
  INSERT INTO outbox (key, programme_id, contact_id, kind, payload)
  SELECT 'programme-digest/' || $1 || '/' || $2 || '/' || c.contact_id, $1, c.contact_id, 'programme-digest', jsonb_build_object('week', $2::text)
  FROM (SELECT DISTINCT ON (lower(email)) contact_id FROM contacts
    WHERE role IN ('programme-manager', 'sro') AND left_at IS NULL AND refused_at IS NULL ORDER BY lower(email), role, contact_id) c
  ON CONFLICT (key) DO NOTHING`;

/** Keeps a digest, remembers how far each case had come, and writes to programme managers and the SRO. */
export async function keepDigest(
  client: PoolClient,
  programmeId: string,
  week: IsoDate,
  figures: DigestFigures,
): Promise<void> {
  await client.query(`INSERT INTO programme_digests (programme_id, week, taken_at, figures) VALUES ($1, $2, $3, $4)`, [
    programmeId,
    week,
    figures.takenAt,
    JSON.stringify(figures),
  ]);
  await client.query(`DELETE FROM programme_digest_heads WHERE programme_id = $1`, [programmeId]);
  await client.query(HEADS, [programmeId]);
  await client.query(OVERTAKE, [programmeId]);
  await client.query(TELL, [programmeId, week]);
}

/** An outbox row of kind `programme-digest`, with the figures that it tells. */
export interface DigestRow {
  readonly id: string;
  readonly key: string;
  readonly figures: DigestFigures;
  /** Every post of the address that may have something to decide. */
  readonly roles: readonly Role[];
}

const ROWS = `
  SELECT o.outbox_id::text AS id, o.key, g.figures, ARRAY(SELECT DISTINCT x.role FROM contacts x
    WHERE lower(x.email) = lower(c.email) AND x.left_at IS NULL ORDER BY 1) AS roles
  FROM outbox o JOIN contacts c USING (contact_id)
    JOIN programme_digests g ON g.programme_id = o.programme_id AND g.week = (o.payload ->> 'week')::date
  WHERE o.outbox_id = ANY($1::bigint[]) AND o.kind = 'programme-digest' ORDER BY o.outbox_id`;

/** Those of some outbox rows that are Monday digests. */
export async function digestRows(db: Db, outboxIds: readonly string[]): Promise<DigestRow[]> {
  return (await db.query<DigestRow>(ROWS, [outboxIds])).rows;
}
