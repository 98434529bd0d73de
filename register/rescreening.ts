import { type Pool, type PoolClient } from 'pg';
import { type Outcome, type ScreeningResult } from '../domain/vocabulary';

/** A device that another version than the one in force screened. */
export interface ToScreenAgain {
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly mac: string | null;
  readonly deviceType: string | null;
  /** The version by which it was screened when a security officer cleared it; null = not cleared, or that has lapsed. */
  readonly clearedUnder: string | null;
}

const WAITING = `SELECT count(*)::int AS waiting FROM devices WHERE policy_version <> $1`;

/** How many devices another version than this screened last. */
export async function countToScreenAgain(db: Pool | PoolClient, policyVersion: string): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>(WAITING, [policyVersion]);
  return rows[0]?.waiting ?? 0;
}

// Locked in the order of asset ids, as merging two devices locks them.
const PAGE = `
  SELECT asset_id AS "assetId", make, model, mac, device_type AS "deviceType",
    CASE WHEN cleared_fingerprint = device_fingerprint(make, model, mac, policy_version) THEN policy_version END AS "clearedUnder"
  FROM devices WHERE asset_id > $2 AND policy_version <> $1 ORDER BY asset_id LIMIT $3 FOR UPDATE`;

/** Devices that another version screened, by asset id after `after`; nobody else changes them until the transaction ends. */
export async function devicesToScreenAgain(
  client: PoolClient,
  policyVersion: string,
  after: string,
  limit: number,
): Promise<ToScreenAgain[]> {
  return (await client.query<ToScreenAgain>(PAGE, [policyVersion, after, limit])).rows;
}

/** What the version in force says of a device. */
export interface NewVerdict {
  readonly assetId: string;
  /** Of `verdict_staging`. */
  readonly verdict: number;
  /** A clearance goes on; false also where there is none. */
  readonly staysCleared: boolean;
}

export interface VerdictsSet {
  /** Devices whose result, reasons or scope are others than before. */
  readonly changed: number;
  /** Asset ids of devices that are flagged and were not. */
  readonly newlyFlagged: readonly string[];
}

const FLAGGED = (screening: string, inScope: string): string => `(${screening} <> 'clear' AND ${inScope})`;

// How a source is cited does not count: one kind of reason cites the policy's version.
const SAID = (reasons: string): string => `(SELECT jsonb_agg(r - 'source') FROM jsonb_array_elements(${reasons}) AS r)`;

// updated_at stays: it says when the inventory, a merge or a transfer changed the device, which undoing an import asks.
const SET = `
  WITH judged AS (
    SELECT d.device_id, a.stays_cleared, v.screening, v.reasons, v.type_in_scope AND s.sensitivity = ANY($5) AS in_scope,
      d.screening AS screening_before, d.reasons AS reasons_before, d.in_scope AS in_scope_before
    FROM unnest($1::text[], $2::int[], $3::boolean[]) AS a (asset_id, verdict, stays_cleared)
      JOIN verdict_staging v USING (verdict) JOIN devices d USING (asset_id) JOIN sites s USING (site_id)
  ), done AS (
    UPDATE devices d SET screening = j.screening, reasons = j.reasons, in_scope = j.in_scope, policy_version = $4,
      cleared_fingerprint = CASE WHEN j.stays_cleared THEN device_fingerprint(d.make, d.model, d.mac, $4) ELSE d.cleared_fingerprint END
    FROM judged j WHERE d.device_id = j.device_id
    RETURNING d.asset_id, (j.screening, j.in_scope) <> (j.screening_before, j.in_scope_before)
        OR j.reasons <> j.reasons_before AND ${SAID('j.reasons')} IS DISTINCT FROM ${SAID('j.reasons_before')} AS changed,
      d.merged_into IS NULL AND ${FLAGGED('j.screening', 'j.in_scope')} AND NOT ${FLAGGED('j.screening_before', 'j.in_scope_before')} AS newly_flagged
  )
  SELECT (count(*) FILTER (WHERE changed))::int AS changed,
    coalesce(array_agg(asset_id) FILTER (WHERE newly_flagged), '{}') AS "newlyFlagged" FROM done`;

/**
 * Gives devices what a version says of them. A clearance that stays is carried on to that version.
 * @param policy the version, and the site classes in its scope
 */
export async function setVerdicts(
  client: PoolClient,
  verdicts: readonly NewVerdict[],
  policy: { readonly version: string; readonly classes: readonly string[] },
): Promise<VerdictsSet> {
  const { rows } = await client.query<VerdictsSet>(SET, [
    verdicts.map(({ assetId }) => assetId),
    verdicts.map(({ verdict }) => verdict),
    verdicts.map(({ staysCleared }) => staysCleared),
    policy.version,
    policy.classes,
  ]);
  return rows[0] ?? { changed: 0, newlyFlagged: [] };
}

/** Devices by screening result, those merged into another apart, and how many of them are flagged. */
export interface ScreeningCounts {
  readonly covered: number;
  readonly suspect: number;
  readonly clear: number;
  readonly unknownMake: number;
  /** Not clear, and in scope. */
  readonly flagged: number;
}

const COUNTS = `
  SELECT (count(*) FILTER (WHERE screening = 'covered'))::int AS covered, (count(*) FILTER (WHERE screening = 'suspect'))::int AS suspect,
    (count(*) FILTER (WHERE screening = 'clear'))::int AS clear, (count(*) FILTER (WHERE screening = 'unknown-make'))::int AS "unknownMake",
    (count(*) FILTER (WHERE ${FLAGGED('screening', 'in_scope')}))::int AS flagged
  FROM devices WHERE merged_into IS NULL`;

export async function screeningCounts(client: PoolClient): Promise<ScreeningCounts> {
  const { rows } = await client.query<ScreeningCounts>(COUNTS);
  if (rows[0] === undefined) throw new Error('An aggregate without GROUP BY gives one row.');
  return rows[0];
}

/** A live case whose device the policy in force does not flag. */
export interface UnfoundedCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly siteId: string;
  readonly departmentId: string;
  readonly screening: ScreeningResult;
  readonly inScope: boolean;
  /** A person inspected it and said that it is covered. */
  readonly confirmedCovered: boolean;
}

/** A case asked for under the version in force has a reason of its own: a person reopened it, or two devices were merged. */
const UNFOUNDED = `
  SELECT c.case_id AS "caseId", c.asset_id AS "assetId", c.site_id AS "siteId", c.department_id AS "departmentId", d.screening,
    d.in_scope AS "inScope", c.confirmed_covered AS "confirmedCovered", (count(*) OVER ())::int AS total
  FROM cases c JOIN programmes p USING (programme_id) JOIN devices d USING (asset_id)
  WHERE c.programme_id = $1 AND c.status <> 'closed' AND c.policy_version <> p.policy_version AND d.merged_into IS NULL
    AND NOT ${FLAGGED('d.screening', 'd.in_scope')}
  ORDER BY c.department_id, c.site_id, c.asset_id LIMIT $2`;

/** Live cases whose device is no longer on the list or no longer in scope, by department, site and asset. */
export async function unfoundedCases(
  client: PoolClient,
  programmeId: string,
  limit: number,
): Promise<{ readonly listed: readonly UnfoundedCase[]; readonly total: number }> {
  const { rows } = await client.query<UnfoundedCase & { total: number }>(UNFOUNDED, [programmeId, limit]);
  return { listed: rows.map(({ total: _, ...found }) => found), total: rows[0]?.total ?? 0 };
}

/** A closed case whose outcome may have rested on the list, and whose device is flagged again. */
export interface ClosedCase {
  readonly caseId: string;
  readonly assetId: string;
  readonly outcome: Outcome;
}

const GIVEN_UP = `
  SELECT c.case_id AS "caseId", c.asset_id AS "assetId", c.outcome FROM cases c
  WHERE c.programme_id = $1 AND c.asset_id = ANY($2) AND c.status = 'closed' AND c.outcome IN ('withdrawn', 'out-of-scope')
    AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell)
  ORDER BY c.asset_id`;

/** The last cases of these devices where they were given up: nothing opens another by itself. */
export async function casesGivenUp(
  client: PoolClient,
  programmeId: string,
  assetIds: readonly string[],
): Promise<ClosedCase[]> {
  if (assetIds.length === 0) return [];
  return (await client.query<ClosedCase>(GIVEN_UP, [programmeId, assetIds])).rows;
}

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'devices-rescreened', $2, $3)`;

/** Keeps that devices were screened anew, and what came of it. */
export async function logRescreening(
  client: PoolClient,
  actor: string,
  programmeId: string,
  details: object,
): Promise<void> {
  await client.query(LOG, [actor, programmeId, JSON.stringify(details)]);
}
