import { type PoolClient } from 'pg';
import { Failure } from '../domain/errors';
import { completed, type StoredPolicy } from '../domain/policy/defaults';
import { type Policy } from '../domain/policy/policy';
import { transactionOn, trialOn } from './transaction';

/** What applying a policy did. */
export interface PolicyApplied {
  /** `created`: the register's first; `unchanged`: it ruled already. */
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** The policy that ruled before; null for the first. */
  readonly previous: Policy | null;
}

// Readers go on; a second `policy apply` waits, so that two of them cannot both be the first.
const LOCK = `LOCK TABLE programmes IN SHARE ROW EXCLUSIVE MODE`;

const CURRENT = `
  SELECT g.programme_id AS "programmeId", g.policy_version AS version, p.digest, p.document
  FROM programmes g JOIN policies p ON p.programme_id = g.programme_id AND p.version = g.policy_version
  ORDER BY g.created_at LIMIT 1`;

const STORED = `SELECT digest FROM policies WHERE programme_id = $1 AND version = $2`;

const ADD_PROGRAMME = `
  INSERT INTO programmes (programme_id, title, policy_version, policy_digest) VALUES ($1, $2, $3, $4)`;

const ADD_POLICY = `
  INSERT INTO policies (programme_id, version, digest, document, applied_at, applied_by)
  VALUES ($1, $2, $3, $4, date_trunc('milliseconds', now()), $5)`;

const USE = `UPDATE programmes SET title = $2, policy_version = $3, policy_digest = $4 WHERE programme_id = $1`;

const LOG = `INSERT INTO register_log (actor, action, subject, details) VALUES ($1, 'policy-applied', $2, $3)`;

interface CurrentRow {
  readonly programmeId: string;
  readonly version: string;
  readonly digest: string;
  readonly document: StoredPolicy;
}

/**
 * Makes a policy the one that rules. The same document again changes nothing; an earlier version may be put back.
 * @param digest of the policy, hexadecimal SHA-256
 * @param actor contact id or `ops:<user>`
 * @throws Failure (exit 1) `another-programme`: the register holds one programme and this is another's policy;
 * `version-in-use`: this version was applied with other content
 */
export async function applyPolicy(
  client: PoolClient,
  policy: Policy,
  digest: string,
  actor: string,
): Promise<PolicyApplied> {
  return transactionOn(client, () => putInForce(client, policy, digest, actor));
}

/** What {@link applyPolicy} would do, or the failure that it would end with; nothing is changed. */
export async function tryPolicy(
  client: PoolClient,
  policy: Policy,
  digest: string,
  actor: string,
): Promise<PolicyApplied> {
  return trialOn(client, () => putInForce(client, policy, digest, actor));
}

async function putInForce(client: PoolClient, policy: Policy, digest: string, actor: string): Promise<PolicyApplied> {
  await client.query(LOCK);
  const current = (await client.query<CurrentRow>(CURRENT)).rows[0];
  if (current !== undefined && current.programmeId !== policy.id) throw anotherProgramme(policy, current);
  if (current?.digest === digest) return { outcome: 'unchanged', previous: completed(current.document) };

  const stored = (await client.query<{ digest: string }>(STORED, [policy.id, policy.version])).rows[0];
  if (stored !== undefined && stored.digest !== digest) throw versionInUse(policy);
  if (current === undefined) await client.query(ADD_PROGRAMME, [policy.id, policy.title, policy.version, digest]);
  if (stored === undefined) await client.query(ADD_POLICY, [policy.id, policy.version, digest, policy, actor]);
  if (current !== undefined) await client.query(USE, [policy.id, policy.title, policy.version, digest]);
  await client.query(LOG, [actor, policy.id, { version: policy.version, digest, previous: current?.version ?? null }]);
  return current === undefined
    ? { outcome: 'created', previous: null }
    : { outcome: 'updated', previous: completed(current.document) };
}

/** A version that was applied at some time; null where none of that name was. */
export async function storedPolicy(client: PoolClient, programmeId: string, version: string): Promise<Policy | null> {
  const { rows } = await client.query<{ document: StoredPolicy }>(
    `SELECT document FROM policies WHERE programme_id = $1 AND version = $2`,
    [programmeId, version],
  );
  return rows[0] === undefined ? null : completed(rows[0].document);
}

function anotherProgramme(policy: Policy, current: CurrentRow): Failure {
  return new Failure(
    'another-programme',
    `This register holds programme ${current.programmeId}; the file is the policy of ${policy.id}.`,
    {
      exit: 1,
      hint: `to change the rules of this programme keep its id ("id: ${current.programmeId}"); a second programme needs a register of its own (another CLEARSITE_HOME or DATABASE_URL).`,
    },
  );
}

function versionInUse(policy: Policy): Failure {
  return new Failure(
    'version-in-use',
    `Version ${policy.version} of policy ${policy.id} was applied with other content.`,
    {
      exit: 1,
      hint: 'raise "version" in the file and apply it again; "clearsite policy diff" shows what changed between two files.',
    },
  );
}
