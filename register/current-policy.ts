import { type Pool, type PoolClient } from 'pg';
import { Failure } from '../domain/errors';
import { completed, type StoredPolicy } from '../domain/policy/defaults';
import { type Policy } from '../domain/policy/policy';
import { read } from './read';

/** A programme as the register holds it. Instants in UTC. */
export interface Programme {
  readonly programmeId: string;
  readonly title: string;
  readonly policyVersion: string;
  /** Null = not started: no stage clock runs and no mail leaves. */
  readonly startedAt: string | null;
  readonly mailHeld: boolean;
  readonly demo: boolean;
}

interface Row {
  readonly programme_id: string;
  readonly title: string;
  readonly policy_version: string;
  readonly started_at: Date | null;
  readonly mail_held: boolean;
  readonly demo: boolean;
}

const PROGRAMMES = `SELECT programme_id, title, policy_version, started_at, mail_held, demo FROM programmes`;

function programme(row: Row): Programme {
  return {
    programmeId: row.programme_id,
    title: row.title,
    policyVersion: row.policy_version,
    startedAt: row.started_at?.toISOString() ?? null,
    mailHeld: row.mail_held,
    demo: row.demo,
  };
}

/** The register's programme; null before a policy has been applied. */
export async function findProgramme(db: Pool | PoolClient): Promise<Programme | null> {
  const rows = await read<Row>(db, `${PROGRAMMES} ORDER BY created_at LIMIT 1`);
  return rows[0] === undefined ? null : programme(rows[0]);
}

/** @throws Failure `no-policy` before a policy has been applied */
export async function theProgramme(db: Pool | PoolClient): Promise<Programme> {
  const found = await findProgramme(db);
  if (found !== null) return found;
  throw new Failure('no-policy', 'No policy has been applied yet, so nothing says which devices are covered.', {
    hint: 'clearsite policy apply policy/uk-2022-visual-surveillance.yaml (or your own policy file).',
  });
}

// A version's document never changes once applied, so it is read once a process.
const documents = new Map<string, Policy>();

/** The policy that rules a programme now. */
export async function policyOf(db: Pool | PoolClient, programmeId: string): Promise<Policy> {
  const rows = await read<{ digest: string }>(
    db,
    `SELECT policy_digest AS digest FROM programmes WHERE programme_id = $1`,
    [programmeId],
  );
  const digest = rows[0]?.digest;
  if (digest === undefined) throw new Failure('unknown-programme', `There is no programme ${programmeId}.`);
  const known = documents.get(digest);
  if (known !== undefined) return known;
  const found = await db.query<{ document: StoredPolicy }>(
    `SELECT document FROM policies WHERE programme_id = $1 AND digest = $2`,
    [programmeId, digest],
  );
  const stored = found.rows[0]?.document;
  if (stored === undefined)
    throw new Failure('unknown-policy', `The policy of programme ${programmeId} is missing from the register.`);
  const document = completed(stored);
  documents.set(digest, document);
  return document;
}
