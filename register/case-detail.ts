import { type Pool } from 'pg';
import { type EventType, type Plan } from '../domain/lifecycle';
import { type Reachable } from '../domain/notices/recipients';
import { type Instant } from '../domain/records';
import { type Nation, type Role, type Sensitivity, type WorkStage } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { read } from './read';

/** An event of the audit trail, as lists show it. */
export interface TrailEvent {
  readonly sequence: number;
  readonly type: EventType;
  readonly at: Instant;
  /** Contact id, `ops:<user>` or `system`. */
  readonly actor: string;
  readonly enteredBy: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Contact ids that mail was written to because of it. */
  readonly told: readonly string[];
  /** Posts that nobody held, so that others were told in their place. */
  readonly passedOver: readonly Role[];
}

const TRAIL = `
  SELECT sequence, type, ${isoInstant('at')} AS at, actor, entered_by AS "enteredBy", payload, told, passed_over AS "passedOver"
  FROM audit_events WHERE case_id = $1 ORDER BY sequence`;

/** The audit trail of a case, in order. */
export async function trailOf(pool: Pool, caseId: string): Promise<readonly TrailEvent[]> {
  return await read<TrailEvent>(pool, TRAIL, [caseId]);
}

const PLAN = `
  SELECT payload -> 'plan' AS plan FROM audit_events
  WHERE case_id = $1 AND type = 'planned' ORDER BY sequence DESC LIMIT 1`;

/** The plan that a case follows, with every rule that had a say in its dates; null while no clock runs. */
export async function planOf(pool: Pool, caseId: string): Promise<Plan | null> {
  return (await read<{ plan: Plan }>(pool, PLAN, [caseId]))[0]?.plan ?? null;
}

/** Something that a letter says of a case. */
export interface CaseNotice {
  readonly kind: string;
  readonly stage: WorkStage | null;
}

/** A letter of a case: what went, or will go, to whom. */
export interface CaseMail extends CaseNotice {
  /** Everything that it says of this case; `kind` and `stage` are the first of it. */
  readonly about: readonly CaseNotice[];
  readonly contactId: string;
  readonly state: string;
  /** Null until it is composed. */
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly writtenAt: Instant;
  readonly sentAt: Instant | null;
}

/**
 * What is in one message is one letter. What waits for the same address will be in one message, unless part of it has to
 * wait longer; what came to nothing was no letter, so each of it is told apart.
 */
const LETTER = `
  coalesce('message ' || o.message_id,
    CASE WHEN o.state = 'pending' THEN 'waits ' || CASE WHEN o.not_before > now() THEN o.not_before || ' ' ELSE '' END || lower(c.email) END,
    'row ' || o.outbox_id)`;

const MAIL = `
  WITH letters AS (
    SELECT ${LETTER} AS letter, min(o.outbox_id) AS first, max(o.message_id) AS message_id, min(o.state) AS state,
      min(o.created_at) AS written_at, (array_agg(o.contact_id ORDER BY o.outbox_id))[1] AS contact_id,
      jsonb_agg(jsonb_build_object('kind', o.kind, 'stage', o.stage) ORDER BY o.outbox_id) AS about
    FROM outbox o JOIN contacts c USING (contact_id) WHERE o.case_id = $1 GROUP BY 1
  )
  SELECT l.about -> 0 ->> 'kind' AS kind, l.about -> 0 ->> 'stage' AS stage, l.about, l.contact_id AS "contactId",
    coalesce(m.state, l.state) AS state, m.subject, m.message_id AS "messageId",
    ${isoInstant('l.written_at')} AS "writtenAt", ${isoInstant('m.sent_at')} AS "sentAt"
  FROM letters l LEFT JOIN messages m USING (message_id) ORDER BY l.first`;

/** Every letter to people about a case, in order. */
export async function mailOf(pool: Pool, caseId: string): Promise<readonly CaseMail[]> {
  return await read<CaseMail>(pool, MAIL, [caseId]);
}

/** The device and site of a case, as far as a person has to see them to find the thing. */
export interface CaseDevice {
  readonly make: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly deviceType: string | null;
  readonly network: string;
  readonly screening: string;
  readonly reasons: readonly { readonly rule: string; readonly strength: string; readonly text: string }[];
  readonly siteName: string;
  readonly sensitivity: Sensitivity;
  readonly mergedInto: string | null;
}

const DEVICE = `
  SELECT d.make, d.model, d.serial, d.mac, d.device_type AS "deviceType", d.network, d.screening, d.reasons,
    s.name AS "siteName", s.sensitivity, d.merged_into AS "mergedInto"
  FROM cases c JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = c.site_id WHERE c.case_id = $1`;

/** The device that a case is about. */
export async function deviceOf(pool: Pool, caseId: string): Promise<CaseDevice | null> {
  return (await read<CaseDevice>(pool, DEVICE, [caseId]))[0] ?? null;
}

/** A contact who may be written to, by name. */
export interface NamedContact extends Reachable {
  readonly name: string;
}

const COLLEAGUES = `
  SELECT contact_id AS "contactId", role, site_id AS "siteId", name FROM contacts
  WHERE (department_id = $1 OR department_id IS NULL) AND left_at IS NULL AND refused_at IS NULL ORDER BY contact_id`;

/** Everyone of a department, and of the programme, who can be written to. */
export async function colleaguesOf(pool: Pool, departmentId: string): Promise<readonly NamedContact[]> {
  return await read<NamedContact>(pool, COLLEAGUES, [departmentId]);
}

const POST = `
  SELECT contact_id AS "contactId" FROM contacts
  WHERE lower(email) = lower($1) AND left_at IS NULL AND (department_id = $2 OR department_id IS NULL)
  ORDER BY (role = 'task-owner') DESC, department_id NULLS LAST, contact_id LIMIT 1`;

/** The contact behind an address who can take over tasks of a department; null where nobody of it has that address. */
export async function colleagueCalled(pool: Pool, email: string, departmentId: string): Promise<string | null> {
  return (await read<{ contactId: string }>(pool, POST, [email, departmentId]))[0]?.contactId ?? null;
}

const NAMES = `SELECT contact_id AS "contactId", name, role FROM contacts WHERE contact_id = ANY($1)`;

/** Names and roles by contact id, for what people read. */
export async function namesOf(pool: Pool, ids: readonly string[]): Promise<Map<string, { name: string; role: Role }>> {
  const rows = await read<{ contactId: string; name: string; role: Role }>(pool, NAMES, [ids]);
  return new Map(rows.map(({ contactId, name, role }) => [contactId, { name, role }]));
}

/** A site, as far as its cases speak of it. */
export interface SiteFacts {
  readonly siteId: string;
  readonly name: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly sensitivity: Sensitivity;
  readonly nation: Nation;
  readonly controlledBy: string | null;
  /** Days of notice that access needs; null = not said. */
  readonly accessLeadDays: number | null;
}

const SITE = `
  SELECT s.site_id AS "siteId", s.name, s.department_id AS "departmentId", p.name AS "departmentName", s.sensitivity, s.nation,
    s.controlled_by AS "controlledBy", s.access_lead_days AS "accessLeadDays"
  FROM sites s JOIN departments p USING (department_id) WHERE s.site_id = $1`;

/** A site of the register. @throws Error where there is none: a case always has one */
export async function siteFacts(pool: Pool, siteId: string): Promise<SiteFacts> {
  const site = (await read<SiteFacts>(pool, SITE, [siteId]))[0];
  if (site === undefined) throw new Error(`a case names a site that is not in the register`);
  return site;
}

/** A colleague who can take over tasks. */
export interface Colleague {
  readonly contactId: string;
  readonly name: string;
  readonly role: Role;
  readonly email: string;
}

const TAKERS = `
  SELECT DISTINCT ON (lower(email)) contact_id AS "contactId", name, role, email FROM contacts
  WHERE left_at IS NULL AND refused_at IS NULL AND (department_id = $1 OR department_id IS NULL)
    AND (site_id IS NULL OR site_id = $2)
  ORDER BY lower(email), (role = 'task-owner') DESC, department_id NULLS LAST, contact_id`;

/** Who can take over tasks of a site: its people, its department's and the programme's, one post a person. */
export async function takersOf(pool: Pool, departmentId: string, siteId: string): Promise<readonly Colleague[]> {
  return await read<Colleague>(pool, TAKERS, [departmentId, siteId]);
}
