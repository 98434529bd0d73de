import { type Pool, type PoolClient } from 'pg';
import { type Finding } from '../domain/lifecycle/state';
import { type Instant } from '../domain/records';
import { type Nation, type Role, type WorkStage } from '../domain/vocabulary';
import { newsOf } from '../domain/mail/news';
import type { MailCase, MailKind, MailRow } from '../notify/rows';
import { isoInstant } from './instants';

type Db = Pool | PoolClient;

interface CaseColumns {
  readonly case_id: string | null;
  readonly asset_id: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly finding: Finding;
  readonly site_id: string;
  readonly site_name: string;
  readonly sensitivity: string;
  readonly nation: Nation;
  readonly case_department: string;
  readonly department_name: string;
  readonly owner: string | null;
  readonly proposed: boolean;
}

/** A security officer's agreement is awaited: proposed, and neither taken back nor decided since. */
export const PROPOSED = `k.stage = 'assess' AND EXISTS (
  SELECT FROM audit_events a WHERE a.case_id = k.case_id AND a.type = 'assessment-proposed' AND NOT EXISTS (
    SELECT FROM audit_events b
    WHERE b.case_id = a.case_id AND b.sequence > a.sequence AND b.type IN ('assessed', 'retracted')))`;

const CASE_COLUMNS = `
  k.case_id, d.asset_id, d.make, d.model, k.finding, k.site_id, s.name AS site_name, s.sensitivity, s.nation, k.department_id AS case_department,
  p.name AS department_name, k.owner_contact_id AS owner, ${PROPOSED} AS proposed`;

const CASE_TABLES = `
  cases k JOIN devices d USING (asset_id) JOIN sites s ON s.site_id = k.site_id
  JOIN departments p ON p.department_id = k.department_id`;

function mailCase(row: CaseColumns): MailCase | null {
  if (row.case_id === null) return null;
  return {
    caseId: row.case_id,
    assetId: row.asset_id,
    make: row.make,
    model: row.model,
    finding: row.finding,
    siteId: row.site_id,
    siteName: row.site_name,
    site: row.sensitivity === 'unassessed' ? 'unassessed' : 'assessed',
    nation: row.nation,
    departmentId: row.case_department,
    departmentName: row.department_name,
    owner: row.owner,
    proposal: row.proposed ? 'waiting' : 'none',
  };
}

/** What mail may say of these cases, by case id. */
export async function mailCases(db: Db, caseIds: readonly string[]): Promise<Map<string, MailCase>> {
  const { rows } = await db.query<CaseColumns>(`SELECT ${CASE_COLUMNS} FROM ${CASE_TABLES} WHERE k.case_id = ANY($1)`, [
    caseIds,
  ]);
  return new Map(rows.flatMap((row) => mailCase(row) ?? []).map((found) => [found.caseId, found]));
}

interface Row extends CaseColumns {
  readonly key: string;
  readonly kind: MailKind;
  readonly contact_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly department_id: string | null;
  readonly row_stage: WorkStage | null;
  readonly due: Instant | null;
  readonly who_name: string | null;
  readonly who_email: string | null;
  readonly who_role: Role | null;
  readonly sent_to: 'person' | 'deputy';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A row with whom it is for. */
export interface AddressedRow {
  readonly name: string;
  readonly email: string;
  readonly row: MailRow;
}

/** One pass over what was written about the cases, whatever their number: a look-up for each row would be too many. */
const TOLD = `
  SELECT n.case_id || '/' || n.stage || '/' || coalesce(${isoInstant('n.due_at')}, '') AS task, c.role
  FROM outbox n JOIN contacts c USING (contact_id) JOIN cases k USING (case_id)
  WHERE n.case_id = ANY($1) AND n.stage IS NOT NULL AND n.state IN ('pending', 'claimed', 'sent')
    AND lower(c.email) <> lower($2) AND (c.department_id IS NULL OR c.department_id = k.department_id)
  GROUP BY 1, 2 ORDER BY 1, 2`;

const ROWS = `
  SELECT o.key, o.kind, o.contact_id, r.name, r.email, r.role, r.department_id, o.stage AS row_stage,
    ${isoInstant('o.due_at')} AS due, ${CASE_COLUMNS},
    w.name AS who_name, w.role AS who_role, coalesce(o.payload->>'sentTo', 'person') AS sent_to,
    CASE WHEN o.payload->>'sentTo' = 'deputy' THEN coalesce(w.deputy_refused, w.deputy_email) ELSE w.email END AS who_email, o.payload
  FROM outbox o JOIN contacts r USING (contact_id)
  LEFT JOIN (${CASE_TABLES}) ON k.case_id = o.case_id
  LEFT JOIN contacts w ON w.contact_id = o.payload->>'contactId'
  WHERE o.outbox_id = ANY($1::bigint[]) ORDER BY o.outbox_id`;

const taskOf = (row: Row): string => `${row.case_id}/${row.row_stage}/${row.due ?? ''}`;

/** Roles of the people other than this address who are told of the same tasks, by task. */
async function othersTold(db: Db, rows: readonly Row[], address: string): Promise<Map<string, Role[]>> {
  const caseIds = [...new Set(rows.flatMap((row) => row.case_id ?? []))];
  const found = await db.query<{ task: string; role: Role }>(TOLD, [caseIds, address]);
  const told = new Map<string, Role[]>();
  for (const { task, role } of found.rows) told.set(task, [...(told.get(task) ?? []), role]);
  return told;
}

function addressed(row: Row, told: ReadonlyMap<string, Role[]>): AddressedRow {
  const { who_name, who_email, who_role, payload } = row;
  const nobody = who_name === null || who_email === null || who_role === null;
  const reason = typeof payload['reason'] === 'string' ? payload['reason'] : '';
  return {
    name: row.name,
    email: row.email,
    row: {
      key: row.key,
      kind: row.kind,
      contactId: row.contact_id,
      role: row.role,
      departmentId: row.department_id,
      stage: row.row_stage,
      due: row.due,
      case: mailCase(row),
      alsoTold: told.get(taskOf(row)) ?? [],
      unreachable: nobody ? null : { name: who_name, email: who_email, role: who_role, sentTo: row.sent_to, reason },
      news: newsOf(row.kind, payload),
    },
  };
}

/**
 * Outbox rows joined with whatever their mail may say, in the order in which they were written.
 * @param address whom they are for; others who are told of the same are named by role
 */
export async function mailRows(db: Db, outboxIds: readonly string[], address: string): Promise<AddressedRow[]> {
  const { rows } = await db.query<Row>(ROWS, [outboxIds]);
  const told = await othersTold(db, rows, address);
  return rows.map((row) => addressed(row, told));
}
