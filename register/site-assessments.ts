import { type PoolClient } from 'pg';
import { type SiteAnswers } from '../domain/site-assessment';
import { type Instant } from '../domain/records';
import { type Outcome, type Sensitivity, type Stage } from '../domain/vocabulary';
import { isoInstant } from './instants';

/** What an assessment says of a site. */
export interface SiteVerdict {
  readonly siteId: string;
  readonly sensitivity: Sensitivity;
  readonly answers: SiteAnswers;
  readonly reason: string;
  /** Contact id or `ops:<user>`. */
  readonly actor: string;
  /** Who typed it; null = the actor. */
  readonly enteredBy: string | null;
}

/** The last assessment of a site. */
export interface LastAssessment {
  readonly at: Instant;
  /** Contact id or `ops:<user>`. */
  readonly actor: string;
  readonly enteredBy: string | null;
  readonly sensitivity: Sensitivity;
  /** The class before. */
  readonly was: Sensitivity;
  readonly answers: SiteAnswers;
  readonly reason: string;
}

/** SQL for the last assessment of site `s` as JSON; null where nobody has assessed it. */
export const LAST_ASSESSMENT = `
  (SELECT jsonb_build_object('at', ${isoInstant('l.at')}, 'actor', l.actor) || l.details FROM register_log l
   WHERE l.action = 'site-assessed' AND l.subject = s.site_id ORDER BY l.log_id DESC LIMIT 1)`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'site-assessed', $2, $3)`;

/** An assessment is a person's word: undoing the import that brought the site leaves it. */
const SET = `UPDATE sites SET sensitivity = $2, last_import_id = NULL, updated_at = now() WHERE site_id = $1`;

/**
 * Notes an assessment, and gives the site its class. Nobody else changes sites or devices until the transaction ends.
 * @returns the class before; null where there is no such site
 */
export async function noteAssessment(client: PoolClient, verdict: SiteVerdict): Promise<Sensitivity | null> {
  const { siteId, sensitivity, answers, reason, actor, enteredBy } = verdict;
  await client.query('LOCK TABLE sites, devices IN SHARE ROW EXCLUSIVE MODE');
  const { rows } = await client.query<{ was: Sensitivity }>(
    `SELECT sensitivity AS was FROM sites WHERE site_id = $1 FOR UPDATE`,
    [siteId],
  );
  const was = rows[0]?.was ?? null;
  if (was === null) return null;
  await client.query(SET, [siteId, sensitivity]);
  await client.query(LOG, [actor, siteId, { sensitivity, was, answers, reason, enteredBy }]);
  return was;
}

/** A case, as a list for a decision names it. */
export interface NamedCase {
  readonly caseId: string;
  readonly assetId: string;
}

/** Cases that this very transaction has asked for on a site: they carry its own moment. */
export async function casesJustAsked(client: PoolClient, siteId: string): Promise<NamedCase[]> {
  const { rows } = await client.query<NamedCase>(
    `SELECT case_id AS "caseId", asset_id AS "assetId" FROM cases
     WHERE site_id = $1 AND status = 'opening' AND requested_at = now() ORDER BY asset_id`,
    [siteId],
  );
  return rows;
}

/** A live case whose device is not in scope any more. */
export interface CaseOutOfScope extends NamedCase {
  readonly stage: Stage;
}

/** Live cases of a site whose devices are not in scope: a person decides each. */
export async function liveCasesOutOfScope(client: PoolClient, siteId: string): Promise<CaseOutOfScope[]> {
  const { rows } = await client.query<CaseOutOfScope>(
    `SELECT c.case_id AS "caseId", c.asset_id AS "assetId", c.stage FROM cases c JOIN devices d USING (asset_id)
     WHERE c.status <> 'closed' AND NOT d.in_scope AND d.site_id = $1 ORDER BY c.asset_id`,
    [siteId],
  );
  return rows;
}

/** A case that was closed because nothing was asked for there. */
export interface CaseGivenUp extends NamedCase {
  readonly outcome: Outcome;
}

/** The last cases of flagged devices of a site that were given up: nothing opens another by itself. */
export async function casesGivenUpOn(client: PoolClient, siteId: string): Promise<CaseGivenUp[]> {
  const { rows } = await client.query<CaseGivenUp>(
    `SELECT c.case_id AS "caseId", c.asset_id AS "assetId", c.outcome FROM cases c JOIN devices d USING (asset_id)
     WHERE d.site_id = $1 AND d.in_scope AND d.screening <> 'clear' AND d.merged_into IS NULL
       AND c.status = 'closed' AND c.outcome IN ('withdrawn', 'out-of-scope')
       AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell)
     ORDER BY c.asset_id`,
    [siteId],
  );
  return rows;
}
