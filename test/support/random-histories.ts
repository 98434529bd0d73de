import fc from 'fast-check';
import { Pool } from 'pg';
import { DAY } from '../../domain/ladder/ladder';
import {
  type CaseEvent,
  type CaseState,
  type CommandBody,
  decide,
  NEW_CASE,
  nextWake,
  project,
  SYSTEM,
} from '../../domain/lifecycle';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { recordBatch } from '../../register/record';
import { accept, DO, FACTS, OFFICER, OPENED_AT, OWNER, planOf, retract, rungsFor } from './a-case';
import { commandOf, type Recipe, recipes } from './random-commands';

/** An event, and when the register was told of it. */
export interface Told {
  readonly caseId: string;
  readonly foundAs: string;
  readonly event: CaseEvent;
  readonly recordedAt: Instant;
}

const STAMPED = ['audit_events', 'case_revisions', 'case_flows', 'flow_deltas', 'case_deltas'];

/** A pool of one connection on which the register's clock is what {@link setClock} says. */
export async function poolWithClock(databaseUrl: string): Promise<Pool> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1, idleTimeoutMillis: 0 });
  for (const table of STAMPED)
    await pool.query(
      `ALTER TABLE ${table} ALTER COLUMN recorded_at SET DEFAULT coalesce(nullif(current_setting('test.clock', true), '')::timestamptz, now())`,
    );
  return pool;
}

async function setClock(pool: Pool, instant: Instant | ''): Promise<void> {
  await pool.query(`SELECT set_config('test.clock', $1, false)`, [instant]);
}

const FINDINGS = ['covered', 'suspect', 'unknown-make'] as const;
const ORIGINS = ['found', 'scope', 'reopened', 'merged'] as const;

async function seedCase(pool: Pool, policy: Policy, id: string, index: number, requestedAt: Instant): Promise<void> {
  await pool.query(
    `INSERT INTO devices (asset_id, make, site_id, device_type, network, screening, in_scope, policy_version)
     VALUES ($1, 'Hikvision', 'S-1', 'camera', 'core', $2, true, $3)`,
    [id, FINDINGS[index % 3], policy.version],
  );
  await pool.query(
    `INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version, origin, requested_at)
     VALUES ($1, $2, $3, 'S-1', 'D-1', $4, false, $5, $6, $7)`,
    [`k_${id}`, policy.id, id, FINDINGS[index % 3], policy.version, ORIGINS[index % 4], requestedAt],
  );
}

const MOVE: CommandBody = { type: 'transfer', siteId: 'S-2', departmentId: 'D-2' };

/** Plays one recipe after another on a case and records what is accepted, some of it days late. */
async function playCase(pool: Pool, policy: Policy, index: number, all: readonly Recipe[]): Promise<Told[]> {
  const id = `R-${index}`;
  const caseId = `k_${id}`;
  const begin = new Date(Date.parse(OPENED_AT) + (index % 5) * 20 * DAY).toISOString();
  await seedCase(pool, policy, id, index, begin);
  const finding = FINDINGS[index % 3]!;
  const facts = { ...FACTS, caseId, programmeId: policy.id, assetId: id, finding, siteId: 'S-1', departmentId: 'D-1' };
  const told: Told[] = [];
  let state: CaseState = NEW_CASE;
  let now = begin;
  let recordedAt = begin;
  const ids: string[] = [];
  const record = async (events: readonly CaseEvent[], after: CaseState, lag: number): Promise<void> => {
    state = after;
    const last = events.at(-1);
    if (last === undefined) return;
    const late = new Date(Date.parse(last.at) + lag * DAY).toISOString();
    if (late > recordedAt) recordedAt = late;
    await setClock(pool, recordedAt);
    await recordBatch(pool, { caseId, events, notices: [], projection: project(after)! });
    told.push(...events.map((event) => ({ caseId, foundAs: '', event, recordedAt })));
  };
  const opened = accept(
    NEW_CASE,
    { type: 'open', facts, plan: index % 2 === 0 ? planOf(1, begin) : null },
    { by: OFFICER, at: begin },
  );
  await record(opened.events, opened.state, index % 4);
  // Chance may leave these out, and they are what figures are about.
  const certain: readonly CommandBody[] =
    index % 6 === 0 ? [MOVE] : index % 6 === 4 ? [DO.covered, retract('assess')] : [];
  for (const body of certain) {
    const { events, state: after } = accept(state, body, { by: body === MOVE ? SYSTEM : OWNER, at: now });
    await record(events, after, 0);
  }
  for (const recipe of all) {
    const wake = nextWake(state, rungsFor(state));
    const made = commandOf(recipe, state, { now, ids, wake });
    // What the register cannot hold is refused before it gets to a case.
    const sent = JSON.parse(JSON.stringify(made.command).replaceAll('\\u0000', '')) as typeof made.command;
    const decision = decide(state, sent, made.now);
    now = made.now;
    ids.push(made.command.commandId);
    if (decision.accepted) await record(decision.events, decision.state, recipe.pick % 4 === 0 ? recipe.pick % 6 : 0);
  }
  return told;
}

/**
 * Plays random histories of so many cases into a register that has a programme, on departments D-1 and D-2.
 * @returns every event, with when the register was told of it
 */
export async function playHistories(pool: Pool, policy: Policy, cases: number, seed: number): Promise<readonly Told[]> {
  await pool.query(`INSERT INTO departments (department_id, name) VALUES ('D-1', 'First'), ('D-2', 'Second')`);
  await pool.query(
    `INSERT INTO contacts (contact_id, department_id, role, name, email) VALUES ('c_other', 'D-1', 'task-owner', 'Other', 'other@one.example')`,
  );
  const told: Told[] = [];
  for (const [index, all] of fc.sample(recipes, { numRuns: cases, seed }).entries())
    told.push(
      ...(await playCase(
        pool,
        policy,
        index,
        all.filter(({ kind }) => kind !== 'open'),
      )),
    );
  await setClock(pool, '');
  const { rows } = await pool.query<{ case_id: string; found_as: string }>('SELECT case_id, found_as FROM cases');
  const found = new Map(rows.map(({ case_id, found_as }) => [case_id, found_as]));
  return told.map((one) => ({ ...one, foundAs: found.get(one.caseId)! }));
}
