import { type Pool } from 'pg';
import { type CaseStatus } from '../domain/case-actions';
import { type Finding, type Milestone, type PendingRef } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { type Outcome, type Stage } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { read } from './read';

export type { CaseStatus };

/** A case as the register holds it. Instants in UTC. */
export interface CaseRecord {
  readonly caseId: string;
  readonly programmeId: string;
  readonly assetId: string;
  readonly spell: number;
  readonly previousCaseId: string | null;
  readonly siteId: string;
  readonly departmentId: string;
  readonly finding: Finding;
  /** A person inspected it and said that it is covered. */
  readonly confirmedCovered: boolean;
  readonly status: CaseStatus;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  /** Of the stage whose turn it is; null = no clock runs. */
  readonly due: Instant | null;
  readonly rule: string | null;
  readonly nextAction: string;
  readonly ownerContactId: string | null;
  readonly acknowledgedUntil: Instant | null;
  /** The device may stay until then, with approval. */
  readonly exceptionUntil: Instant | null;
  /** Exceptions agreed so far, renewals included. */
  readonly exceptionsAgreed: number;
  /** What waits for a decision, oldest first. */
  readonly pending: readonly PendingRef[];
  readonly revision: number;
  readonly planNumber: number;
  readonly sequence: number;
  readonly openedAt: Instant | null;
  readonly closedAt: Instant | null;
  /** In the order of the stages; empty until the case is open. */
  readonly milestones: readonly Milestone[];
}

/** A page of a list. `after` is the last case id of the page before; null limit = all. */
export interface Page {
  readonly limit: number | null;
  readonly after: string | null;
}

const STAGE_ORDER = `array_position(ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify'], m.stage)`;

const MILESTONES = `
  SELECT coalesce(json_agg(json_build_object('stage', m.stage, 'baseline', ${isoInstant('m.baseline')}, 'due', ${isoInstant('m.due')},
    'forecast', ${isoInstant('m.forecast')}, 'actual', ${isoInstant('m.actual')}, 'rule', m.rule, 'skipped', m.skipped)
    ORDER BY ${STAGE_ORDER}), '[]')
  FROM case_milestones m WHERE m.case_id = c.case_id`;

/** A {@link CaseRecord} of `cases c`. */
export const CASE_COLUMNS = `c.case_id AS "caseId", c.programme_id AS "programmeId", c.asset_id AS "assetId", c.spell,
  c.previous_case_id AS "previousCaseId", c.site_id AS "siteId", c.department_id AS "departmentId", c.finding,
  c.confirmed_covered AS "confirmedCovered", c.status, c.stage, c.outcome, ${isoInstant('c.due_at')} AS due, c.rule,
  c.next_action AS "nextAction", c.owner_contact_id AS "ownerContactId",
  ${isoInstant('c.acknowledged_until')} AS "acknowledgedUntil", ${isoInstant('c.exception_until')} AS "exceptionUntil",
  c.exceptions_agreed AS "exceptionsAgreed", (SELECT coalesce(json_agg(json_build_object('requestId', r.request_id, 'kind', r.kind) ORDER BY r.sequence), '[]')
    FROM case_requests r WHERE r.case_id = c.case_id AND r.state = 'pending') AS pending, c.revision, c.plan_number AS "planNumber", c.sequence,
  ${isoInstant('c.opened_at')} AS "openedAt", ${isoInstant('c.closed_at')} AS "closedAt", (${MILESTONES}) AS milestones`;

const OF_ID = `SELECT ${CASE_COLUMNS} FROM cases c WHERE c.case_id = $1`;
const SPELLS = `SELECT ${CASE_COLUMNS} FROM cases c WHERE c.asset_id = $1 ORDER BY c.spell DESC`;

/** All spells of the device of an asset id, the newest first. */
export function spellsOf(pool: Pool, assetId: string): Promise<readonly CaseRecord[]> {
  return read<CaseRecord>(pool, SPELLS, [assetId]);
}

/**
 * Every case that an id may mean: the case of that id, else all spells of the device of that asset id, the newest first.
 */
export async function casesCalled(pool: Pool, id: string): Promise<readonly CaseRecord[]> {
  const byCase = await read<CaseRecord>(pool, OF_ID, [id]);
  return byCase.length > 0 ? byCase : spellsOf(pool, id);
}

/** True where a department, or a site, of that id is in the register. */
export async function isKnown(pool: Pool, kind: 'department' | 'site', id: string): Promise<boolean> {
  const query = {
    department: `SELECT 1 FROM departments WHERE department_id = $1`,
    site: `SELECT 1 FROM sites WHERE site_id = $1`,
  }[kind];
  return ((await pool.query(query, [id])).rowCount ?? 0) > 0;
}
