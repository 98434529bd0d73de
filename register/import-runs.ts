import { type Pool, type PoolClient } from 'pg';
import { withClient } from './borrowed';
import { isoInstant } from './instants';

/** Any constant that no other program of this register takes. One import, or undoing of one, runs at a time. */
const IMPORT_LOCK = 7_311_493;

/** What is known of an import when it begins. */
export interface RunStart {
  readonly kind: 'devices' | 'sites' | 'contacts';
  readonly fileName: string;
  /** SHA-256, hexadecimal. */
  readonly fileSha256: string;
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Contact id or `ops:<user>`. */
  readonly actor: string;
  /** The sender declares a full inventory. */
  readonly complete: boolean;
}

/** An import as the register keeps it. Instants in UTC. */
export interface Run extends RunStart {
  readonly importId: number;
  readonly startedAt: string;
  /** Null = it was cut short, and nothing of it was applied. */
  readonly finishedAt: string | null;
  /** The `import --json` document without the rejected lines' values. */
  readonly report: Readonly<Record<string, unknown>> | null;
  readonly undoneAt: string | null;
  readonly undoneBy: string | null;
  readonly undoReason: string | null;
  readonly undoReport: Readonly<Record<string, unknown>> | null;
}

/**
 * Runs `body` while no other import runs on this register; waits for one that does. Held by the connection, so that it
 * ends with a killed process.
 * @param onWait called once where another import is running
 */
export function withImportLock<T>(
  pool: Pool,
  onWait: () => void,
  body: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return withClient(pool, async (client) => {
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [IMPORT_LOCK]);
    if (rows[0]?.got !== true) {
      onWait();
      await client.query('SELECT pg_advisory_lock($1)', [IMPORT_LOCK]);
    }
    try {
      return await body(client);
    } finally {
      // A connection that has broken has let go already.
      await client.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    }
  });
}

const BEGIN = `
  INSERT INTO imports (kind, file_name, file_sha256, format, options, actor, complete, started_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, now()) RETURNING import_id::int AS id`;

const TRIAL = `
  INSERT INTO imports (import_id, kind, file_name, file_sha256, format, options, actor, complete, started_at)
  OVERRIDING SYSTEM VALUE VALUES (0, $1, $2, $3, $4, $5, $6, $7, now())`;

function parameters({ kind, fileName, fileSha256, format, options, actor, complete }: RunStart): unknown[] {
  return [kind, fileName, fileSha256, format, JSON.stringify(options), actor, complete];
}

/** Notes that an import begins, so that one that is cut short shows as not finished. @returns its id, from 1 */
export async function beginRun(client: PoolClient, start: RunStart): Promise<number> {
  const { rows } = await client.query<{ id: number }>(BEGIN, parameters(start));
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('INSERT … RETURNING gives one row.');
  return id;
}

/** Stands in for a run within a transaction that will be rolled back. @returns its id, 0 */
export async function beginTrial(client: PoolClient, start: RunStart): Promise<number> {
  await client.query(TRIAL, parameters(start));
  return 0;
}

/** Keeps the report and marks the import as finished; part of the transaction that applies it. */
export async function finishRun(client: PoolClient, importId: number, report: object): Promise<void> {
  await client.query(`UPDATE imports SET finished_at = clock_timestamp(), report = $2 WHERE import_id = $1`, [
    importId,
    JSON.stringify(report),
  ]);
}

const COLUMNS = `
  import_id::int AS "importId", kind, file_name AS "fileName", file_sha256 AS "fileSha256", format, options, actor, complete,
  ${isoInstant('started_at')} AS "startedAt", ${isoInstant('finished_at')} AS "finishedAt", report,
  ${isoInstant('undone_at')} AS "undoneAt", undone_by AS "undoneBy", undo_reason AS "undoReason", undo_report AS "undoReport"`;

/** The latest imports, newest first. */
export async function listRuns(pool: Pool, limit: number): Promise<Run[]> {
  const { rows } = await pool.query<Run>(`SELECT ${COLUMNS} FROM imports ORDER BY import_id DESC LIMIT $1`, [limit]);
  return rows;
}

/** One import; null where there is none of that id. */
export async function findRun(db: Pool | PoolClient, importId: number): Promise<Run | null> {
  const { rows } = await db.query<Run>(`SELECT ${COLUMNS} FROM imports WHERE import_id = $1`, [importId]);
  return rows[0] ?? null;
}

/** Keeps why an import came to nothing. It stays unfinished. */
export async function failRun(
  client: PoolClient,
  importId: number,
  error: { code: string; message: string },
): Promise<void> {
  await client.query(`UPDATE imports SET report = $2 WHERE import_id = $1 AND finished_at IS NULL`, [
    importId,
    JSON.stringify({ error }),
  ]);
}
