import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { Failure } from '../domain/errors';
import { type Environment, homeFolder, variable } from './paths';
import { readRunFile } from './run-file';

/** How to reach Temporal: TLS, API key and metadata as the standard client environment gives them. */
export type TemporalConnectionOptions = Omit<ClientConnectConfig['connectionOptions'], 'address'>;

export interface TemporalTarget {
  /** host:port */
  readonly address: string;
  readonly namespace: string;
  readonly connection: TemporalConnectionOptions;
}

/** Where a setting came from: the environment, the running `clearsite up`, or nowhere. */
export type Source = 'environment' | 'up' | 'none';

export interface Config {
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly temporal: TemporalTarget | null;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  /** Base of the links in mail, without a slash at the end. */
  readonly publicUrl: string;
  /** Where the web server listens; null = its default. */
  readonly port: number | null;
  /** `CLEARSITE_KEYS`; null = the key ring file of the home. */
  readonly keys: string | null;
  readonly source: { readonly database: Source; readonly temporal: Source; readonly smtp: Source };
}

/** Namespace of an embedded server, where `TEMPORAL_NAMESPACE` names no other. */
export const EMBEDDED_NAMESPACE = 'clearsite';
export const DEFAULT_PORT = 3000;

const START_IT = 'start it with "clearsite up" and leave that running';

/**
 * The settings, each from the environment first, then from the `run.json` of a running `clearsite up`.
 * A `run.json` whose `up` was killed counts for nothing.
 * @throws Failure `config-invalid` naming the variable that is wrong
 */
export function loadConfig(environment: Environment = process.env): Config {
  const home = homeFolder(environment);
  const run = readRunFile(home);
  const port = readPort(environment);
  const databaseUrl = readUrl(environment, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const smtpUrl = readUrl(environment, 'SMTP_URL', ['smtp:', 'smtps:']);
  const named = readTemporal(environment);
  const embedded = run?.temporal ?? null;
  return {
    home,
    databaseUrl: databaseUrl ?? run?.databaseUrl ?? null,
    temporal:
      named ??
      (embedded && {
        ...embedded,
        namespace: variable(environment, 'TEMPORAL_NAMESPACE') ?? embedded.namespace,
        connection: {},
      }),
    smtpUrl: smtpUrl ?? run?.smtpUrl ?? null,
    mailFrom: variable(environment, 'MAIL_FROM') ?? 'clearsite@localhost',
    publicUrl: (
      readUrl(environment, 'PUBLIC_URL', ['http:', 'https:']) ??
      run?.webUrl ??
      `http://127.0.0.1:${port ?? DEFAULT_PORT}`
    ).replace(/\/+$/, ''),
    port,
    keys: variable(environment, 'CLEARSITE_KEYS'),
    source: { database: sourceOf(databaseUrl, run), temporal: sourceOf(named, embedded), smtp: sourceOf(smtpUrl, run) },
  };
}

/** @throws Failure `register-not-running` (exit 3) where nothing names a database */
export function requireDatabase(config: Config): string {
  if (config.databaseUrl !== null) return config.databaseUrl;
  throw new Failure('register-not-running', `No register is running for ${config.home}.`, {
    exit: 3,
    hint: `${START_IT}, or set DATABASE_URL.`,
  });
}

/** @throws Failure `temporal-not-running` (exit 3) where nothing names a server */
export function requireTemporal(config: Config): TemporalTarget {
  if (config.temporal !== null) return config.temporal;
  throw new Failure('temporal-not-running', `No Temporal server is running for ${config.home}.`, {
    exit: 3,
    hint: `${START_IT}, or set TEMPORAL_ADDRESS.`,
  });
}

/** @throws Failure `mail-not-running` (exit 3) where nothing names a mail server */
export function requireSmtp(config: Config): string {
  if (config.smtpUrl !== null) return config.smtpUrl;
  throw new Failure('mail-not-running', `No mail server is running for ${config.home}.`, {
    exit: 3,
    hint: `${START_IT}, or set SMTP_URL.`,
  });
}

/** A URL that may be shown: without its password. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.toString();
}

/**
 * A server is named by `TEMPORAL_ADDRESS`, or by a profile that is asked for by name. A configuration file that merely lies in
 * its usual place is for the person's own tools: with none of our variables set, everything runs embedded.
 */
function readTemporal(environment: Environment): TemporalTarget | null {
  const asked = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
    (name) => variable(environment, name) !== null,
  );
  if (!asked) return null;
  const set = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  let loaded: ClientConnectConfig;
  try {
    loaded = loadClientConnectConfig({ overrideEnvVars: set });
  } catch (error) {
    throw invalid('TEMPORAL_*', error instanceof Error ? error.message : 'it cannot be read', error);
  }
  const { address, ...connection } = loaded.connectionOptions;
  if (!address) throw invalid('TEMPORAL_ADDRESS', 'no address is given by it or by the chosen profile');
  return { address, namespace: loaded.namespace ?? 'default', connection };
}

function readUrl(environment: Environment, name: string, protocols: readonly string[]): string | null {
  const value = variable(environment, name);
  if (value === null) return null;
  // The value itself may hold a password, so it is not shown.
  if (!URL.canParse(value)) throw invalid(name, 'it is not a URL');
  if (!protocols.includes(new URL(value).protocol))
    throw invalid(name, `it must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
  return value;
}

function readPort(environment: Environment): number | null {
  const value = variable(environment, 'PORT');
  if (value === null) return null;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw invalid('PORT', `"${value}" is not a port number`);
  return port;
}

function invalid(name: string, why: string, cause?: unknown): Failure {
  return new Failure('config-invalid', `${name} is set wrong: ${why}.`, {
    hint: `correct ${name} in the environment, or unset it.`,
    cause,
  });
}

function sourceOf(named: unknown, run: unknown): Source {
  if (named !== null) return 'environment';
  return run === null ? 'none' : 'up';
}
