import { type Pool, type PoolClient } from 'pg';
import { type Finding } from '../domain/lifecycle/state';
import { type Instant, type IsoDate } from '../domain/records';
import { type Nation, type Sensitivity, type WorkStage } from '../domain/vocabulary';
import { deputyOf } from './deputies';
import { isoInstant } from './instants';
import { PROPOSED } from './mail-rows';
import { read } from './read';

type Db = Pool | PoolClient;

/** A stage of a case whose turn it is. Instants in UTC. */
export interface TaskCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly deviceType: string | null;
  readonly finding: Finding;
  readonly siteId: string;
  readonly departmentId: string;
  readonly stage: WorkStage;
  /** The contact that the tasks were reassigned to; null = nobody by name. */
  readonly owner: string | null;
  /** `not-covered` was proposed and waits for the security officer. */
  readonly proposal: 'waiting' | 'none';
  readonly due: Instant | null;
  /** By when the device has to be gone. */
  readonly removalDue: Instant | null;
  /** Its next scheduled upgrade, before which it has to be replaced. */
  readonly upgradeOn: IsoDate | null;
  readonly acknowledgedUntil: Instant | null;
  /** It may stay until then, with approval. */
  readonly exceptionUntil: Instant | null;
  readonly revision: number;
}

/** Milestone `m` of the open case `k` is one whose turn it is: `disconnect` and `schedule` have theirs together. */
const IN_TURN = `k.status = 'open' AND m.actual IS NULL AND NOT m.skipped
  AND (m.stage = k.stage OR (k.stage = 'disconnect' AND m.stage = 'schedule'))`;

const PROPOSAL = `CASE WHEN m.stage = 'assess' AND ${PROPOSED} THEN 'waiting' ELSE 'none' END`;

const TASKS = `
  SELECT k.case_id AS "caseId", k.asset_id AS "assetId", d.make, d.model, d.serial, d.device_type AS "deviceType", k.finding,
    k.site_id AS "siteId", k.department_id AS "departmentId", m.stage, k.owner_contact_id AS owner, ${PROPOSAL} AS proposal,
    ${isoInstant('m.due')} AS due, ${isoInstant('r.due')} AS "removalDue",
    to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD') AS "upgradeOn", ${isoInstant('k.acknowledged_until')} AS "acknowledgedUntil",
    ${isoInstant('k.exception_until')} AS "exceptionUntil", k.revision
  FROM cases k JOIN case_milestones m ON m.case_id = k.case_id AND m.stage = $1
    LEFT JOIN case_milestones r ON r.case_id = k.case_id AND r.stage = 'remove' AND NOT r.skipped
    JOIN devices d USING (asset_id)
  WHERE ${IN_TURN}`;
const ORDER = `ORDER BY coalesce(m.due, 'infinity'::timestamptz), k.asset_id`;

/** Every task of a stage at a site, the earliest due first; at most `limit`. */
export async function tasksAtSite(
  db: Db,
  siteId: string,
  stage: WorkStage,
  limit: number,
): Promise<readonly TaskCase[]> {
  const sql = `${TASKS} AND k.site_id = $2 ${ORDER} LIMIT $3`;
  return await read<TaskCase>(db, sql, [stage, siteId, limit]);
}

/** Those of these cases whose turn the stage is. */
export async function tasksOfCases(db: Db, caseIds: readonly string[], stage: WorkStage): Promise<readonly TaskCase[]> {
  return await read<TaskCase>(db, `${TASKS} AND k.case_id = ANY($2) ${ORDER}`, [stage, caseIds]);
}

/** Tasks that are alike in all but the device. */
export interface TaskGroupRow {
  readonly departmentId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity;
  readonly stage: WorkStage;
  readonly owner: string | null;
  readonly proposal: 'waiting' | 'none';
  readonly due: Instant | null;
  /** The earliest of them. */
  readonly removalDue: Instant | null;
  readonly upgradeOn: IsoDate | null;
  readonly exceptionUntil: Instant | null;
  /** Null unless somebody is on all of them: then the earliest end of that. */
  readonly acknowledgedUntil: Instant | null;
  readonly tasks: number;
}

/** Each case's own are looked up: PostgreSQL would rather read those of the whole programme, for a department's few. */
const MILESTONES_OF_K = 'SELECT * FROM case_milestones x WHERE x.case_id = k.case_id OFFSET 0';

const GROUPS = `
  SELECT k.department_id AS "departmentId", k.site_id AS "siteId", s.name AS "siteName", s.nation, s.sensitivity, m.stage,
    k.owner_contact_id AS owner, p.proposal, ${isoInstant('m.due')} AS due, ${isoInstant('min(r.due)')} AS "removalDue",
    to_char(min(d.scheduled_upgrade_on), 'YYYY-MM-DD') AS "upgradeOn", ${isoInstant('k.exception_until')} AS "exceptionUntil",
    CASE WHEN bool_and(k.acknowledged_until > $2) THEN ${isoInstant('min(k.acknowledged_until)')} END AS "acknowledgedUntil",
    count(*)::int AS tasks
  FROM cases k CROSS JOIN LATERAL (${MILESTONES_OF_K}) m CROSS JOIN LATERAL (SELECT ${PROPOSAL} AS proposal) p
    LEFT JOIN case_milestones r ON r.case_id = k.case_id AND r.stage = 'remove' AND NOT r.skipped
    JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = k.site_id
  WHERE ${IN_TURN} AND k.department_id = ANY($1)
  GROUP BY k.department_id, k.site_id, s.name, s.nation, s.sensitivity, m.stage, k.owner_contact_id, p.proposal, m.due, k.exception_until`;

/** Tasks of departments, those that are alike counted together. */
export async function taskGroups(
  db: Db,
  departmentIds: readonly string[],
  now: Instant,
): Promise<readonly TaskGroupRow[]> {
  return await read<TaskGroupRow>(db, GROUPS, [departmentIds, now]);
}

/** A post of somebody's own, or of an absent person whose deputy they are. */
export interface OwnPost {
  readonly contactId: string;
  /** Null = programme-wide. */
  readonly departmentId: string | null;
}

const OWN_POSTS = `
  SELECT c.contact_id AS "contactId", c.department_id AS "departmentId" FROM contacts c
  WHERE c.left_at IS NULL AND (lower(c.email) = $1 OR ${deputyOf('$2')} = $1) ORDER BY c.contact_id`;

/** The posts whose mail an address reads. @param today the local date, on which people are there or away */
export async function postsReadBy(db: Db, email: string, today: IsoDate): Promise<readonly OwnPost[]> {
  return await read<OwnPost>(db, OWN_POSTS, [email, today]);
}

/** Departments in which nobody can be reached who judges: what they ought to do falls to the programme. */
const UNJUDGED = `
  SELECT d.department_id AS id FROM departments d WHERE NOT EXISTS (
    SELECT FROM contacts c WHERE c.department_id = d.department_id AND c.role IN ('security-officer', 'head')
      AND c.left_at IS NULL AND c.refused_at IS NULL)`;

export async function departmentsWithoutJudge(db: Db): Promise<string[]> {
  return (await read<{ id: string }>(db, UNJUDGED)).map(({ id }) => id);
}

/** Where a case lies. */
export interface CasePlace {
  readonly caseId: string;
  readonly assetId: string;
  readonly siteId: string;
  readonly departmentId: string;
}

/** Places of cases, by case id. */
export async function placesOf(db: Db, caseIds: readonly string[]): Promise<Map<string, CasePlace>> {
  const rows = await read<CasePlace>(
    db,
    `SELECT case_id AS "caseId", asset_id AS "assetId", site_id AS "siteId", department_id AS "departmentId"
     FROM cases WHERE case_id = ANY($1)`,
    [caseIds],
  );
  return new Map(rows.map((row) => [row.caseId, row]));
}

/** A site as a page of tasks names it. */
export interface TaskSite {
  readonly siteId: string;
  readonly name: string;
  readonly departmentId: string;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity;
}

export async function taskSite(db: Db, siteId: string): Promise<TaskSite | null> {
  const rows = await read<TaskSite>(
    db,
    `SELECT site_id AS "siteId", name, department_id AS "departmentId", nation, sensitivity FROM sites WHERE site_id = $1`,
    [siteId],
  );
  return rows[0] ?? null;
}
