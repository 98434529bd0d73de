import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Failure } from '../domain/errors';

/** One table as it was dumped. */
export interface DumpedTable {
  readonly name: string;
  /** Those that hold data of their own: generated ones are computed again. */
  readonly columns: readonly string[];
  readonly rows: number;
}

/** What a dump holds besides the files of the tables. */
export interface Dump {
  /** Parents before children, so that it can be loaded in this order. */
  readonly tables: readonly DumpedTable[];
  /** Last numbers given out; null = none yet. */
  readonly sequences: readonly { readonly name: string; readonly last: string | null }[];
  readonly serverVersion: string;
}

/** One instant of the whole register, held open until it is closed. */
export interface Snapshot {
  /** Writes every table to the file that `pathOf` names, in PostgreSQL's text format of COPY. */
  write(pathOf: (table: string) => string): Promise<Dump>;
  close(): Promise<void>;
}

const TABLES = `
  SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = 'public' AND c.relkind = 'r'
  GROUP BY c.relname ORDER BY c.relname`;

const PARENTS = `
  SELECT child.relname AS child, parent.relname AS parent
  FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid
  WHERE k.contype = 'f' AND child.oid <> parent.oid`;

const SEQUENCES = `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`;

/** Takes the snapshot; from then on nothing that others commit is in it. */
export async function openSnapshot(databaseUrl: string): Promise<Snapshot> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'clearsite backup' });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The snapshot is taken by the first statement that reads.
    await client.query('SELECT FROM pg_class LIMIT 1');
  } catch (error) {
    await client.end();
    throw error;
  }
  return { write: (pathOf) => write(client, pathOf), close: () => client.end() };
}

/** Loads a dump into a register that has exactly its migrations applied: all of it or, on an error, nothing. */
export async function load(databaseUrl: string, dump: Dump, pathOf: (table: string) => string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'clearsite restore' });
  await client.connect();
  try {
    await client.query('BEGIN');
    const names = dump.tables.map(({ name }) => quoted(name));
    // What the migrations themselves have put in is in the dump too.
    await client.query(`TRUNCATE ${names.join(', ')}`);
    // What the triggers note of every row is in the dump too.
    for (const name of names) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
    for (const { name, columns, rows } of dump.tables) {
      const stream = client.query(copyFrom(`COPY ${quoted(name)} (${columns.map(quoted).join(', ')}) FROM STDIN`));
      await pipeline(createReadStream(pathOf(name)), stream);
      if (stream.rowCount !== rows)
        throw new Failure(
          'backup-damaged',
          `Table ${name} of the backup has ${stream.rowCount} rows instead of ${rows}.`,
        );
    }
    for (const { name, last } of dump.sequences)
      if (last !== null) await client.query('SELECT setval($1::regclass, $2)', [quoted(name), last]);
    for (const name of names) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    // An open transaction is rolled back by closing.
    await client.end();
  }
}

const SIGN_OUT = `UPDATE sessions SET ended_at = now(), ended_why = 'restored' WHERE ended_at IS NULL`;

/**
 * For a restored register, whose original may still be at work: all mail of every programme is held, and nobody is signed in,
 * lest a session work again that was ended after the backup.
 */
export async function setApart(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('UPDATE programmes SET mail_held = true');
    // A backup of an earlier version has no sessions.
    const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('sessions') IS NOT NULL AS there`);
    if (rows[0]?.there === true) await client.query(SIGN_OUT);
  } finally {
    await client.end();
  }
}

/** Is there nothing of anybody's in this database yet? */
export async function isEmptyDatabase(databaseUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1`);
    return rows.length === 0;
  } finally {
    await client.end();
  }
}

async function write(client: Client, pathOf: (table: string) => string): Promise<Dump> {
  const { rows: found } = await client.query<{ name: string; columns: string[] }>(TABLES);
  const { rows: links } = await client.query<{ child: string; parent: string }>(PARENTS);
  const tables: DumpedTable[] = [];
  for (const { name, columns } of parentsFirst(found, links)) {
    const stream = client.query(copyTo(`COPY ${quoted(name)} (${columns.map(quoted).join(', ')}) TO STDOUT`));
    await pipeline(stream, createWriteStream(pathOf(name), { mode: 0o600, flags: 'wx' }));
    tables.push({ name, columns, rows: stream.rowCount });
  }
  const { rows: sequences } = await client.query<{ name: string; last: string | null }>(SEQUENCES);
  const { rows: version } = await client.query<{ server_version: string }>('SHOW server_version');
  return { tables, sequences, serverVersion: version[0]?.server_version ?? '' };
}

function parentsFirst<T extends { readonly name: string }>(
  tables: readonly T[],
  links: readonly { child: string; parent: string }[],
): readonly T[] {
  const ordered: T[] = [];
  const waiting = new Set(tables);
  while (waiting.size > 0) {
    const names = new Set([...waiting].map(({ name }) => name));
    const ready = [...waiting].filter(
      ({ name }) => !links.some(({ child, parent }) => child === name && names.has(parent)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...names].join(', ')}`);
    for (const table of ready) {
      ordered.push(table);
      waiting.delete(table);
    }
  }
  return ordered;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
