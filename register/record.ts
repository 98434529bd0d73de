import { type Pool, type PoolClient } from 'pg';
import { Failure } from '../domain/errors';
import { caseDates } from '../domain/figures/case-dates';
import { crossingsOf, type Standing, type WayIn } from '../domain/figures/crossings';
import { type CaseEvent } from '../domain/lifecycle/events';
import { type CaseProjection } from '../domain/lifecycle/projection';
import { type Finding } from '../domain/lifecycle/state';
import { ANSWER_KINDS } from '../domain/mail/news';
import { isHandedOn, LADDER_KINDS, type Notice, standing } from '../domain/notices/notices';
import { reached, type Reachable, type Reached } from '../domain/notices/recipients';
import { DEFAULT_NATION, type Nation } from '../domain/vocabulary';
import { chainHash, eventDigest } from './hash-chain';
import { recordRequests } from './record-requests';
import { inTransaction } from './transaction';

/** What one `record` call writes. */
export interface Batch {
  readonly caseId: string;
  readonly events: readonly CaseEvent[];
  readonly projection: CaseProjection;
  readonly notices: readonly Notice[];
}

/** What rules a case: its programme's policy, and the calendar of its site's nation. */
export interface Governed {
  readonly programmeId: string;
  readonly nation: Nation;
}

interface CaseRow {
  readonly sequence: number;
  readonly revision: number;
  readonly last_hash: string | null;
  readonly programme_id: string;
  readonly nation: Nation | null;
  readonly status: string;
  readonly department_id: string;
  readonly finding: Finding;
  readonly confirmed_covered: boolean;
  readonly found: WayIn | null;
}

/** With the nation of the site that the batch leaves the case at ($2): one round trip, since every batch pays for it. */
const LOCK_CASE = `
  SELECT c.sequence, c.revision, c.last_hash, c.programme_id, (SELECT s.nation FROM sites s WHERE s.site_id = $2) AS nation,
    c.status, c.department_id, c.finding, c.confirmed_covered, CASE WHEN c.status = 'opening' THEN how_found(c) END AS found
  FROM cases c WHERE c.case_id = $1 FOR UPDATE OF c`;

const RECORDED = `SELECT sequence, digest FROM audit_events WHERE case_id = $1 AND sequence BETWEEN $2 AND $3`;

const REACHABLE = `
  SELECT contact_id AS "contactId", role, site_id AS "siteId" FROM contacts
  WHERE (department_id = $1 OR department_id IS NULL) AND left_at IS NULL AND refused_at IS NULL
  ORDER BY contact_id`;

/** One statement, so that a batch costs one round trip: audit, projection, history of the projection, figures, mail. */
const WRITE = `
  WITH events AS (
    INSERT INTO audit_events (case_id, sequence, type, at, actor, entered_by, command_id, payload, told, passed_over, digest, hash)
    SELECT $1, e.sequence, e.type, e.at, e.actor, e.entered_by, e.command_id, e.payload, e.told, e.passed_over, e.digest, e.hash
    FROM jsonb_to_recordset($2::jsonb) AS e (sequence int, type text, at timestamptz, actor text, entered_by text,
      command_id text, payload jsonb, told jsonb, passed_over jsonb, digest text, hash text)
  ), projected AS (
    SELECT * FROM jsonb_to_record($3::jsonb) AS p (status text, stage text, outcome text, "dueAt" timestamptz, rule text,
      "nextAction" text, "siteId" text, "departmentId" text, owner text, "confirmedCovered" boolean,
      "acknowledgedUntil" timestamptz, "exceptionUntil" timestamptz, "exceptionsAgreed" int, "upgradeOn" date, sensitivity text,
      pending jsonb, proposed boolean, revision int, "planNumber" int, sequence int, milestones jsonb, current jsonb,
      "firstDue" timestamptz, slips boolean, "removeBaseline" timestamptz, "removeForecast" timestamptz)
  ), dues AS (
    SELECT m.stage, m.due FROM projected p, jsonb_to_recordset(p.milestones) AS m (stage text, due timestamptz)
  ), head AS (
    UPDATE cases SET status = p.status, stage = p.stage, outcome = p.outcome, due_at = p."dueAt", rule = p.rule,
      next_action = p."nextAction", site_id = p."siteId", department_id = p."departmentId", owner_contact_id = p.owner,
      confirmed_covered = p."confirmedCovered", acknowledged_until = p."acknowledgedUntil", revision = p.revision,
      plan_number = p."planNumber", sequence = p.sequence, upgrade_on = p."upgradeOn", sensitivity = p.sensitivity,
      exception_until = p."exceptionUntil", exceptions_agreed = p."exceptionsAgreed", last_hash = $4, opened_at = coalesce(opened_at, $5), updated_at = now(),
      first_due = p."firstDue", slips = p.slips, remove_baseline = p."removeBaseline", remove_forecast = p."removeForecast",
      found_as = coalesce(found_as, $14),
      closed_at = CASE WHEN p.status = 'closed' THEN $6::timestamptz END
    FROM projected p WHERE case_id = $1
  ), stages AS (
    INSERT INTO case_milestones (case_id, stage, baseline, due, forecast, actual, rule, skipped)
    SELECT $1, m.stage, m.baseline, m.due, m.forecast, m.actual, m.rule, m.skipped
    FROM projected p, jsonb_to_recordset(p.milestones) AS m (stage text, baseline timestamptz, due timestamptz,
      forecast timestamptz, actual timestamptz, rule text, skipped boolean)
    WHERE $7
    ON CONFLICT (case_id, stage) DO UPDATE SET baseline = excluded.baseline, due = excluded.due,
      forecast = excluded.forecast, actual = excluded.actual, rule = excluded.rule, skipped = excluded.skipped
  ), past AS (
    INSERT INTO case_revisions (case_id, sequence, valid_from, revision, status, stage, outcome, department_id, site_id, milestones)
    SELECT $1, p.sequence, $6, p.revision, p.status, p.stage, p.outcome, p."departmentId", p."siteId", p.milestones
    FROM projected p WHERE $7
  ), crossed AS (
    SELECT * FROM jsonb_to_recordset($13::jsonb) AS f (sequence int, kind text, change int, "departmentId" text, "mustGo" boolean, at timestamptz)
  ), flows AS (
    INSERT INTO case_flows (case_id, sequence, programme_id, department_id, must_go, kind, change, at)
    SELECT $1, f.sequence, $9, f."departmentId", f."mustGo", f.kind, f.change, f.at FROM crossed f
  ), counted AS (
    INSERT INTO flow_deltas (programme_id, department_id, must_go, kind, change, at)
    SELECT $9, f."departmentId", f."mustGo", f.kind, f.change, f.at FROM crossed f
  ), outdated AS (
    UPDATE outbox o SET state = 'superseded', settled_at = now()
    FROM projected p
    WHERE o.case_id = $1 AND o.state = 'pending' AND CASE
      WHEN o.kind = 'decision' THEN NOT p.pending @> jsonb_build_array(jsonb_build_object('requestId', o.payload -> 'requestId'))
      WHEN o.kind = ANY($11) THEN false
      -- While a device may stay nobody is reminded of it, nor told tomorrow of what was to be said today.
      WHEN o.kind = ANY($12) AND p."exceptionUntil" IS NOT NULL THEN true
      ELSE o.stage IS NOT NULL AND ($8 OR NOT p.current ? o.stage OR (o.kind = 'agreement' AND NOT p.proposed)
        OR (o.kind <> 'task' AND o.due_at IS DISTINCT FROM (SELECT d.due FROM dues d WHERE d.stage = o.stage)))
      END
  ), redated AS (
    -- Who has not heard of a task yet hears of it once, with the date that holds.
    UPDATE outbox o SET due_at = d.due FROM dues d, projected p
    WHERE o.case_id = $1 AND o.state = 'pending' AND o.kind = 'task' AND o.stage = d.stage AND p.current ? o.stage AND NOT $8
      AND o.due_at IS DISTINCT FROM d.due
  )
  INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, rung_days, payload)
  SELECT n.key, $9, $1, n.contact, n.kind, n.stage, n.due, n.days, n.details
  FROM jsonb_to_recordset($10::jsonb) AS n (key text, contact text, kind text, stage text, due timestamptz, days int,
    details jsonb)
  WHERE n.kind <> 'date-moved' OR NOT EXISTS (SELECT FROM outbox t
    WHERE t.case_id = $1 AND t.contact_id = n.contact AND t.stage = n.stage AND t.kind = 'task' AND t.state = 'pending')
  ON CONFLICT (key) DO NOTHING`;

/** A device that a security officer cleared stays cleared while make, model, MAC and policy are the same. */
const CLEAR_DEVICE = `
  UPDATE devices d SET cleared_fingerprint = device_fingerprint(d.make, d.model, d.mac, d.policy_version)
  FROM cases c WHERE c.case_id = $1 AND d.asset_id = c.asset_id`;

/** What is new in a batch, after checking what the register holds of it already. */
async function unrecorded(client: PoolClient, { caseId, events }: Batch, held: number): Promise<readonly CaseEvent[]> {
  const first = events[0]?.sequence ?? held + 1;
  if (first > held + 1) {
    throw new Failure('sequence-gap', `Case ${caseId}: event ${first} came, but the register holds ${held}.`, {
      exit: 1,
    });
  }
  if (first > held) return events;
  const { rows } = await client.query<{ sequence: number; digest: string }>(RECORDED, [caseId, first, held]);
  const digests = new Map(rows.map(({ sequence, digest }) => [sequence, digest]));
  const clash = events.find((event) => event.sequence <= held && digests.get(event.sequence) !== eventDigest(event));
  if (clash !== undefined) {
    throw new Failure('digest-clash', `Case ${caseId}: another event ${clash.sequence} has been recorded before.`, {
      exit: 1,
    });
  }
  return events.filter(({ sequence }) => sequence > held);
}

type Addressed = Notice & Reached;

/** Each notice that still stands, with the contacts who get it. */
async function addressed(client: PoolClient, { events, notices: all, projection }: Batch): Promise<Addressed[]> {
  const notices = standing(all, events, projection);
  if (notices.length === 0) return [];
  const { rows } = await client.query<Reachable>(REACHABLE, [projection.departmentId]);
  return notices.map((notice) => ({ ...notice, ...reached(notice.to, rows, projection) }));
}

function chained(events: readonly CaseEvent[], notices: readonly Addressed[], head: string | null) {
  let previous = head;
  return events.map((event) => {
    const own = notices.filter(({ sequence }) => sequence === event.sequence);
    const told = [...new Set(own.flatMap(({ contacts }) => contacts))];
    const passedOver = [...new Set(own.flatMap((notice) => notice.passedOver))];
    const digest = eventDigest(event);
    previous = chainHash(previous, digest, told, passedOver);
    const { sequence, type, at, actor, enteredBy, commandId } = event;
    return {
      sequence,
      type,
      at,
      actor,
      entered_by: enteredBy,
      command_id: commandId,
      payload: event,
      told,
      passed_over: passedOver,
      digest,
      hash: previous,
    };
  });
}

function standingOf({ status, department_id, finding, confirmed_covered, found }: CaseRow): Standing {
  return {
    counted: status === 'open',
    departmentId: department_id,
    finding,
    confirmedCovered: confirmed_covered,
    found: found ?? 'found-later',
  };
}

/**
 * Writes a batch in one transaction: audit events, the case's projection and the outbox rows; mail that no longer
 * applies is superseded. The same batch again writes nothing.
 * @returns what the case's further dates are computed by
 * @throws Failure `digest-clash`, `sequence-gap` or `unknown-case`
 */
export async function recordBatch(pool: Pool, batch: Batch): Promise<Governed> {
  return inTransaction(pool, async (client) => {
    const { caseId, projection } = batch;
    const { rows } = await client.query<CaseRow>(LOCK_CASE, [caseId, projection.siteId]);
    const row = rows[0];
    if (row === undefined) throw new Failure('unknown-case', `Case ${caseId} is not in the register.`, { exit: 1 });
    const events = await unrecorded(client, batch, row.sequence);
    const last = events.at(-1);
    const governed = { programmeId: row.programme_id, nation: row.nation ?? DEFAULT_NATION };
    if (last === undefined) return governed;
    const notices = await addressed(client, batch);
    const links = chained(events, notices, row.last_hash);
    const mail = notices.flatMap(({ contacts, key, kind, stage, due, days, details }) =>
      contacts.map((contact) => ({ key: `${key}/${contact}`, contact, kind, stage, due, days, details })),
    );
    await client.query(WRITE, [
      caseId,
      JSON.stringify(links),
      JSON.stringify({ ...projection, ...caseDates(projection.milestones) }),
      links.at(-1)?.hash,
      events[0]?.at,
      last.at,
      projection.revision > row.revision,
      isHandedOn(events),
      row.programme_id,
      JSON.stringify(mail),
      ANSWER_KINDS,
      LADDER_KINDS,
      JSON.stringify(crossingsOf(standingOf(row), events)),
      row.found,
    ]);
    await recordRequests(client, caseId, events);
    if (events.some((event) => event.type === 'closed' && event.outcome === 'not-covered'))
      await client.query(CLEAR_DEVICE, [caseId]);
    return governed;
  });
}
