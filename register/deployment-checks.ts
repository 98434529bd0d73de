import { type Pool } from 'pg';
import { type Scope } from '../domain/access/permissions';
import { type CheckedSite, type DeploymentCheck, type Question } from '../domain/deployment-check';
import { type Instant } from '../domain/records';
import { type Reason } from '../domain/screening/screening';
import { type Decision, type Role, type ScreeningResult, type Sensitivity } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { read } from './read';

/** A site, as far as the question whether something may be installed there needs it. */
export interface NamedSite {
  readonly siteId: string;
  readonly name: string;
  readonly sensitivity: Sensitivity;
}

const SITE = `
  SELECT site_id AS "siteId", name, sensitivity FROM sites
  WHERE (site_id = $1 OR lower(name) = lower($1)) AND ($2 OR EXISTS (
    SELECT FROM unnest($3::text[], $4::text[]) AS p (department, site)
    WHERE p.department = department_id AND (p.site IS NULL OR p.site = site_id)))
  ORDER BY site_id = $1 DESC, site_id LIMIT 2`;

/** The site of that id or, where it alone has it, that name; null where there is none in the scope. */
export async function siteNamed(pool: Pool, text: string, scope: Scope): Promise<NamedSite | null> {
  const places = scope.everything ? [] : scope.places;
  const rows = await read<NamedSite>(pool, SITE, [
    text,
    scope.everything,
    places.map(({ departmentId }) => departmentId),
    places.map(({ siteId }) => siteId),
  ]);
  const [first, second] = rows;
  if (first === undefined) return null;
  return first.siteId === text || second === undefined ? first : null;
}

/** A check as it is to be kept. */
export type NewCheck = Omit<DeploymentCheck, 'askedByName'> & { readonly programmeId: string };

const INSERT = `
  INSERT INTO deployment_checks (reference, programme_id, asked_by, asked_at, question, site_id, site_name, sensitivity, zone, policy_title,
    policy_version, result, decision, in_scope, reasons)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (reference) DO NOTHING`;

/** Keeps a check. @returns false where its reference is taken */
export async function keepCheck(pool: Pool, check: NewCheck): Promise<boolean> {
  const { site } = check;
  const { rowCount } = await pool.query(INSERT, [
    check.reference,
    check.programmeId,
    check.askedBy,
    check.at,
    JSON.stringify(check.question),
    site.known ? site.siteId : null,
    site.known ? site.name : null,
    site.known ? site.sensitivity : null,
    check.zone,
    check.policyTitle,
    check.policyVersion,
    check.result,
    check.decision,
    check.inScope,
    JSON.stringify(check.reasons),
  ]);
  return rowCount === 1;
}

interface Row {
  readonly reference: string;
  readonly at: Instant;
  readonly question: Question;
  readonly site_id: string | null;
  readonly site_name: string | null;
  readonly sensitivity: Sensitivity | null;
  readonly zone: string;
  readonly policy_title: string;
  readonly policy_version: string;
  readonly result: ScreeningResult;
  readonly decision: Decision;
  readonly in_scope: boolean;
  readonly reasons: readonly Reason[];
  readonly asked_by: string;
  readonly asked_by_name: string | null;
}

const COLUMNS = `
  d.reference, ${isoInstant('d.asked_at')} AS at, d.question, d.site_id, d.site_name, d.sensitivity, d.zone, d.policy_title,
    d.policy_version, d.result, d.decision, d.in_scope, d.reasons, d.asked_by,
    coalesce((SELECT c.name FROM contacts c WHERE c.contact_id = d.asked_by),
      (SELECT u.name FROM users u WHERE u.user_id = d.asked_by)) AS asked_by_name`;

function siteOf({ site_id, site_name, sensitivity }: Row): CheckedSite {
  if (site_id === null || site_name === null || sensitivity === null) return { known: false };
  return { known: true, siteId: site_id, name: site_name, sensitivity };
}

function check(row: Row): DeploymentCheck {
  return {
    reference: row.reference,
    at: row.at,
    question: row.question,
    site: siteOf(row),
    zone: row.zone,
    policyTitle: row.policy_title,
    policyVersion: row.policy_version,
    result: row.result,
    decision: row.decision,
    inScope: row.in_scope,
    reasons: row.reasons,
    askedBy: row.asked_by,
    askedByName: row.asked_by_name,
  };
}

/** The check of a reference; null where there is none. */
export async function findCheck(pool: Pool, reference: string): Promise<DeploymentCheck | null> {
  const rows = await read<Row>(pool, `SELECT ${COLUMNS} FROM deployment_checks d WHERE d.reference = $1`, [reference]);
  return rows[0] === undefined ? null : check(rows[0]);
}

/** One round trip for a page and how many there are in all, which is told even where the page is empty. */
const LIST = `
  SELECT t.total, p.* FROM (
    SELECT count(*)::int AS total FROM deployment_checks WHERE $1::text IS NULL OR asked_by = $1
  ) t LEFT JOIN (
    SELECT ${COLUMNS}, d.check_number FROM deployment_checks d WHERE $1::text IS NULL OR d.asked_by = $1
    ORDER BY d.check_number DESC LIMIT $2 OFFSET $3
  ) p ON true ORDER BY p.check_number DESC`;

/** Checks, the newest first, and how many there are in all. @param askedBy contact id or user id; null = everybody's */
export async function listChecks(
  pool: Pool,
  askedBy: string | null,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly checks: readonly DeploymentCheck[]; readonly total: number }> {
  const rows = await read<{ total: number } & (Row | { reference: null })>(pool, LIST, [askedBy, limit, offset]);
  const checks = rows.flatMap((row) => (row.reference === null ? [] : [check(row)]));
  return { checks, total: rows[0]?.total ?? 0 };
}

/** Somebody to ask. Personal data: shown, never logged. */
export interface Adviser {
  readonly role: Role;
  readonly name: string;
  readonly email: string;
}

const MOST_ADVISERS = 5;

const ADVISERS = `
  SELECT DISTINCT ON (rank, lower(email)) role, name, email FROM (
    SELECT c.role, c.name, c.email, c.contact_id, CASE WHEN c.role = 'security-officer' THEN 0 ELSE 1 END AS rank
    FROM contacts c LEFT JOIN sites s ON s.site_id = $1
    WHERE c.left_at IS NULL AND c.refused_at IS NULL AND (
      (c.role = 'programme-manager' AND c.department_id IS NULL)
      OR (c.role = 'security-officer' AND c.department_id = s.department_id AND (c.site_id IS NULL OR c.site_id = s.site_id)))
  ) AS who ORDER BY rank, lower(email), contact_id LIMIT ${MOST_ADVISERS}`;

/** Whom to ask: the security officers of a site (null = of none), then the programme's managers. */
export async function advisersFor(pool: Pool, siteId: string | null): Promise<readonly Adviser[]> {
  return await read<Adviser>(pool, ADVISERS, [siteId]);
}

/** The department that has a site now; null where the site is gone. */
export async function departmentOfSite(pool: Pool, siteId: string): Promise<string | null> {
  const rows = await read<{ id: string }>(pool, `SELECT department_id AS id FROM sites WHERE site_id = $1`, [siteId]);
  return rows[0]?.id ?? null;
}
