import { type Pool, type PoolClient } from 'pg';
import { type Decider } from '../domain/lifecycle/requests';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { type CaseToPlan, type PlanRow, TO_PLAN, toPlan } from './planning';
import { type ReplanCause } from './replanning';

/** A stage of a case as far as a new plan may move it. */
export interface StageDate {
  readonly stage: WorkStage;
  readonly due: Instant | null;
  /** Done, or not needed. */
  readonly settled: boolean;
}

/** A case whose dates may move. */
export interface CaseToPreview {
  readonly item: CaseToPlan;
  readonly cause: ReplanCause;
  /** See `ReplanBy`. */
  readonly authority: Decider | null;
  readonly stages: readonly StageDate[];
  /** What a decider has said of the dates that would follow from the newest facts; null = nobody has been asked. */
  readonly answer: 'pending' | 'refused' | null;
}

/** Which cases to look at. */
export type PreviewScope =
  | { readonly of: 'planned'; readonly programmeId: string }
  /** Those that were marked after a mark; see {@link lastMark}. */
  | { readonly of: 'marked'; readonly programmeId: string; readonly since: string };

interface Row extends PlanRow {
  readonly cause: ReplanCause;
  readonly authority: Decider | null;
  readonly stages: readonly StageDate[];
  readonly answer: CaseToPreview['answer'];
}

const STAGES = `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', m.stage, 'due', ${isoInstant('m.due')},
      'settled', m.skipped OR m.actual IS NOT NULL)), '[]')
    FROM case_milestones m WHERE m.case_id = c.case_id) AS stages`;

/** As `wasRefused` asks; a refusal counts more than a question that still waits. */
const ANSWER = `
  (SELECT max(r.state) FROM case_requests r WHERE r.case_id = c.case_id AND r.state IN ('pending', 'refused')
    AND r.ask = jsonb_build_object('kind', 'later-dates', 'facts', jsonb_build_object(
      'upgradeOn', to_char(d.scheduled_upgrade_on, 'YYYY-MM-DD'), 'sensitivity', s.sensitivity))) AS answer`;

const OPEN = `c.programme_id = $1 AND c.status = 'open' AND c.plan_number > 0 AND c.asset_id > $2`;

const PLANNED = `
  SELECT ${TO_PLAN.columns}, 'policy' AS cause, NULL AS authority, ${STAGES}, ${ANSWER} ${TO_PLAN.from}
  WHERE ${OPEN} ORDER BY c.asset_id LIMIT $3`;

const MARKED = `
  SELECT ${TO_PLAN.columns}, c.replan_cause AS cause, c.replan_authority AS authority, ${STAGES}, ${ANSWER} ${TO_PLAN.from}
  WHERE ${OPEN} AND c.replan_mark > $4 ORDER BY c.asset_id LIMIT $3`;

/** A page of open cases that a clock runs for, by asset id after `after`: a device has one open case at most. */
export async function casesToPreview(
  db: Pool | PoolClient,
  scope: PreviewScope,
  after: string,
  limit: number,
): Promise<CaseToPreview[]> {
  const { rows } =
    scope.of === 'planned'
      ? await db.query<Row>(PLANNED, [scope.programmeId, after, limit])
      : await db.query<Row>(MARKED, [scope.programmeId, after, limit, scope.since]);
  return rows.map((row) => {
    const { cause, authority, stages, answer } = row;
    return { item: toPlan(row), cause, authority, stages, answer };
  });
}

/** The number of the newest mark; bigint as text. What is marked from now on has a higher one. */
export async function lastMark(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ mark: string }>(
    `SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::text AS mark FROM replan_marks`,
  );
  return rows[0]?.mark ?? '0';
}
