import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { Failure } from '../domain/errors';
import { type Config, requireDatabase, requireTemporal, withoutPassword } from './config';
import { dataConverter } from './data-converter';
import { Retries } from './temporal-retries';

/** So long a service may take to answer at first; a command that needs it ends within 10 s. */
const CONNECT_MS = 5_000;

/** PostgreSQL's own words for a wrong password, an unknown user and an unknown database. */
const REFUSALS = new Set(['28P01', '28000', '3D000']);

/**
 * Opens the register, having tried one connection.
 * @throws Failure with exit 3: `register-not-running`, `register-unreachable`, `register-refused`
 */
export async function openRegister(config: Config): Promise<Pool> {
  const url = requireDatabase(config);
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, application_name: 'clearsite' });
  // An idle connection that breaks is replaced by the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one in use, between two of its statements: the next statement fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    (await pool.connect()).release();
    return pool;
  } catch (cause) {
    await pool.end();
    const refused = REFUSALS.has(String((cause as { code?: unknown }).code));
    throw new Failure(
      refused ? 'register-refused' : 'register-unreachable',
      `The register at ${withoutPassword(url)} ${refused ? 'refused us' : 'does not answer'}: ${reason(cause)}.`,
      {
        exit: 3,
        hint:
          config.source.database === 'environment'
            ? 'see that DATABASE_URL is right and that PostgreSQL is running there.'
            : RESTART,
        cause,
      },
    );
  }
}

/**
 * Connects to Temporal with the one data converter.
 * @throws Failure with exit 3: `temporal-not-running`, `temporal-unreachable`; those of the key ring
 */
export async function openTemporal(config: Config): Promise<Client> {
  const converter = dataConverter(config);
  const connection = await openTemporalConnection(config);
  return new Client({ connection, namespace: requireTemporal(config).namespace, dataConverter: converter });
}

/**
 * Connects to Temporal's own services (namespaces, task queues), which need no data converter.
 * @throws Failure with exit 3: `temporal-not-running`, `temporal-unreachable`
 */
export async function openTemporalConnection(config: Config): Promise<Connection> {
  const { address, connection: options } = requireTemporal(config);
  const retries = new Retries();
  let connection: Connection | null = null;
  try {
    const opened = await Connection.connect({
      ...options,
      address,
      connectTimeout: CONNECT_MS,
      interceptors: [retries.interceptor],
    });
    const close = opened.close.bind(opened);
    opened.close = async () => {
      await retries.end();
      await close();
    };
    connection = opened;
    // The SDK takes a server that does not know this call for an old one; it is some other program's server.
    await opened.withDeadline(Date.now() + CONNECT_MS, () => opened.workflowService.getSystemInfo({}));
    return opened;
  } catch (cause) {
    await connection?.close();
    throw temporalAway(config, address, cause);
  }
}

/** What a call to Temporal that failed for want of a server is reported as. */
export function temporalAway(config: Config, address: string, cause: unknown): Failure {
  return new Failure('temporal-unreachable', `The Temporal server at ${address} does not answer: ${reason(cause)}.`, {
    exit: 3,
    hint:
      config.source.temporal === 'environment'
        ? 'see that TEMPORAL_ADDRESS is right and that the server is running there.'
        : RESTART,
    cause,
  });
}

const RESTART = 'look at what "clearsite up" says where it runs; stop it and start it again if it does not recover.';

function reason(error: unknown): string {
  // Several addresses of one name, each with its own error.
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message.replace(/\.$/, '') : String(error);
}
