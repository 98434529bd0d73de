import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { type Config, loadConfig } from '../../platform/config';
import { startMail } from '../../platform/embedded/mail';
import { prepareNamespace } from '../../platform/namespace';
import { ensureKeys } from '../../platform/keys';
import { homePaths } from '../../platform/paths';
import { BROKER, type Shared } from './broker';

/** A register of a test file's own: real PostgreSQL, all migrations applied, empty. */
export interface TestRegister {
  readonly databaseUrl: string;
  /** Drops the database. */
  stop(): Promise<void>;
}

/** Everything that `clearsite up` would run, of a test file's own. */
export interface TestStack extends TestRegister {
  readonly home: string;
  /** Virtual time may be used (facts: `updateWorkflowExecutionOptions`). */
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly smtpUrl: string;
  /** Received messages, as .eml files whose names sort by time. */
  readonly mailFolder: string;
  /** What a command or worker needs in its environment to use this stack; add `process.env` for a child process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Config;
}

/** A database of this file's own, copied from a migrated one: 0.1 s, or 2 s for the first file of a run. */
export async function startRegister(): Promise<TestRegister> {
  const { url } = await ask('/register');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(url, `CREATE DATABASE ${name} TEMPLATE clearsite STRATEGY file_copy`);
  return {
    databaseUrl: urlOf(url, name),
    stop: () => administer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A database, a Temporal namespace with search attributes, a mail server and a home of this file's own. */
export async function startStack(): Promise<TestStack> {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-home-'));
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const mailFolder = homePaths(home).mail;
  const [register, address, mail] = await Promise.all([
    startRegister(),
    makeNamespace(namespace),
    startMail({ folder: mailFolder }),
  ]);
  const environment = {
    CLEARSITE_HOME: home,
    CLEARSITE_KEYS: ensureKeys(home),
    DATABASE_URL: register.databaseUrl,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    SMTP_URL: mail.url,
    MAIL_FROM: 'programme@example.test',
    PUBLIC_URL: 'http://clearsite.example.test',
  };
  return {
    ...register,
    home,
    temporal: { address, namespace },
    smtpUrl: mail.url,
    mailFolder,
    environment,
    config: loadConfig(environment),
    async stop() {
      await mail.stop();
      await register.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The built command's path, for `process.execPath`; built from the sources as they are, once a run. */
export async function builtCommand(): Promise<string> {
  return (await ask('/command')).path;
}

async function makeNamespace(namespace: string): Promise<string> {
  const { address } = await ask('/temporal');
  const connection = await Connection.connect({ address });
  try {
    await prepareNamespace(connection, namespace);
  } finally {
    await connection.close();
  }
  return address;
}

async function ask<Path extends keyof Shared>(path: Path): Promise<Shared[Path]> {
  const broker = process.env[BROKER];
  if (broker === undefined)
    throw new Error('tests that need services run under jest with test/support/global-setup.ts');
  const response = await fetch(`${broker}${path}`);
  if (!response.ok) throw new Error(`the shared services did not start: ${await response.text()}`);
  return (await response.json()) as Shared[Path];
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(url, 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}
