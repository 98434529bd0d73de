import { type Pool, type PoolClient } from 'pg';
import { type CaseEvent } from '../domain/lifecycle';
import { type Role } from '../domain/vocabulary';
import { isoInstant } from './instants';

/** A row of the audit trail as it lies in the register: columns, the whole event, and its links. */
export interface AuditRow {
  readonly caseId: string;
  readonly sequence: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly enteredBy: string | null;
  readonly commandId: string;
  readonly payload: CaseEvent;
  /** Contact ids that mail was written to because of it. */
  readonly told: readonly string[];
  /** Posts that nobody held, so that others were told in their place. */
  readonly passedOver: readonly Role[];
  readonly digest: string;
  readonly hash: string;
  readonly recordedAt: string;
}

/** What the case's own row says of its trail. */
export interface ChainHead {
  readonly caseId: string;
  readonly assetId: string;
  readonly status: 'opening' | 'open' | 'closed';
  readonly sequence: number;
  readonly lastHash: string | null;
}

/** Which part of the audit trail is wanted. */
export interface AuditRange {
  /** Null = all cases. */
  readonly caseId: string | null;
  /** Only events recorded at or after this instant; null = all. */
  readonly since: string | null;
}

/** Rows in memory at a time. */
const AT_A_TIME = 2000;

const EVENTS = `
  SELECT a.case_id AS "caseId", a.sequence, a.type, ${isoInstant('a.at')} AS at, a.actor, a.entered_by AS "enteredBy",
    a.command_id AS "commandId", a.payload, a.told, a.passed_over AS "passedOver", a.digest, a.hash, ${isoInstant('a.recorded_at')} AS "recordedAt"
  FROM audit_events a
  WHERE ($1::text IS NULL OR a.case_id = $1) AND ($2::timestamptz IS NULL OR a.recorded_at >= $2)
  ORDER BY a.case_id, a.sequence`;

const HEADS = `
  SELECT case_id AS "caseId", asset_id AS "assetId", status, sequence, last_hash AS "lastHash"
  FROM cases WHERE $1::text IS NULL OR case_id = $1 ORDER BY case_id`;

async function* cursor<Row extends object>(
  client: PoolClient,
  name: string,
  sql: string,
  values: unknown[],
): AsyncGenerator<Row> {
  await client.query(`DECLARE ${name} CURSOR FOR ${sql}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${AT_A_TIME} FROM ${name}`);
    yield* rows;
    if (rows.length < AT_A_TIME) return;
  }
}

/** The audit trail and the heads of its chains, each ordered by case id, as they stood at one moment. */
export interface AuditSnapshot {
  events(range: AuditRange): AsyncGenerator<AuditRow>;
  heads(caseId: string | null): AsyncGenerator<ChainHead>;
}

/** Reads the audit trail in one snapshot, a few thousand rows at a time, however long it is. */
export async function withAuditSnapshot<T>(pool: Pool, body: (snapshot: AuditSnapshot) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await body({
      events: ({ caseId, since }) => cursor<AuditRow>(client, 'audit_rows', EVENTS, [caseId, since]),
      heads: (caseId) => cursor<ChainHead>(client, 'audit_heads', HEADS, [caseId]),
    });
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}

/** Ids of all cases that have opened, by id after `after`. */
export async function caseIdsOf(pool: Pool, after: string, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ case_id: string }>(
    `SELECT case_id FROM cases WHERE case_id > $1 AND sequence > 0 ORDER BY case_id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ case_id }) => case_id);
}

/** Digests of a case's events as the register keeps them, by sequence number. */
export async function auditDigests(pool: Pool, caseId: string): Promise<Map<number, string>> {
  const { rows } = await pool.query<{ sequence: number; digest: string }>(
    `SELECT sequence, digest FROM audit_events WHERE case_id = $1 ORDER BY sequence`,
    [caseId],
  );
  return new Map(rows.map(({ sequence, digest }) => [sequence, digest]));
}
