import { type Pool, type PoolClient } from 'pg';
import { type EvidenceFile } from './evidence';
import { type FileKind } from '../domain/evidence';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { isoInstant } from './instants';
import { read } from './read';

type Db = Pool | PoolClient;

/** What a case answered to its part of a submission. */
export interface TaskResult {
  readonly caseId: string;
  /** Null = accepted. */
  readonly code: string | null;
  /** Why not; empty where accepted. */
  readonly message: string;
}

/** What somebody asked for on a page of tasks, and what became of it. */
export interface Submission {
  readonly submissionId: string;
  /** Null = not from a link. */
  readonly linkId: string | null;
  /** Contact id or user id. */
  readonly doneBy: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly action: string;
  readonly at: Instant;
  readonly results: readonly TaskResult[];
}

const KEEP = `
  INSERT INTO task_submissions (submission_id, link_id, done_by, site_id, stage, action, at, results)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (submission_id) DO UPDATE SET results = excluded.results`;

/** Keeps what became of a submission; one that is sent again is the same, with its newest answers. */
export async function keepSubmission(db: Db, submission: Submission): Promise<void> {
  const { submissionId, linkId, doneBy, siteId, stage, action, at, results } = submission;
  await db.query(KEEP, [submissionId, linkId, doneBy, siteId, stage, action, at, JSON.stringify(results)]);
}

const COLUMNS = `
  SELECT submission_id AS "submissionId", link_id AS "linkId", done_by AS "doneBy", site_id AS "siteId", stage, action,
    ${isoInstant('at')} AS at, results FROM task_submissions`;

export async function findSubmission(db: Db, submissionId: string): Promise<Submission | null> {
  return (await read<Submission>(db, `${COLUMNS} WHERE submission_id = $1`, [submissionId]))[0] ?? null;
}

/** What a link was used for; null = nothing yet. */
export async function submissionOfLink(db: Db, linkId: string): Promise<Submission | null> {
  return (await read<Submission>(db, `${COLUMNS} WHERE link_id = $1 ORDER BY at LIMIT 1`, [linkId]))[0] ?? null;
}

/** A form that was filled in behind a link and waits for its reader to sign in. */
export interface Draft {
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  readonly file: { readonly kind: FileKind; readonly stored: EvidenceFile } | null;
}

/** Keeps a draft; drafts older than `forgetBefore` go. */
export async function keepDraft(
  db: Db,
  draftHash: string,
  linkId: string,
  { fields, file }: Draft,
  now: Instant,
  forgetBefore: Instant,
): Promise<void> {
  await db.query(`DELETE FROM task_drafts WHERE made_at < $1`, [forgetBefore]);
  await db.query(`INSERT INTO task_drafts (draft_hash, link_id, fields, file, made_at) VALUES ($1, $2, $3, $4, $5)`, [
    draftHash,
    linkId,
    JSON.stringify(fields),
    file === null ? null : JSON.stringify(file),
    now,
  ]);
}

/** How many drafts a link has had since an instant. */
export async function draftsSince(db: Db, linkId: string, since: Instant): Promise<number> {
  const rows = await read<{ n: number }>(
    db,
    `SELECT count(*)::int AS n FROM task_drafts WHERE link_id = $1 AND made_at > $2`,
    [linkId, since],
  );
  return rows[0]?.n ?? 0;
}

/** A draft of a link, made after an instant; null where there is none. */
export async function findDraft(db: Db, draftHash: string, linkId: string, since: Instant): Promise<Draft | null> {
  const rows = await read<Draft>(
    db,
    `SELECT fields, file FROM task_drafts WHERE draft_hash = $1 AND link_id = $2 AND made_at > $3`,
    [draftHash, linkId, since],
  );
  return rows[0] ?? null;
}
