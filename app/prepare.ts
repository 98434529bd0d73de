import { type Config } from '../platform/config';
import { openRegister, openTemporalConnection } from '../platform/connections';
import { prepareNamespace } from '../platform/namespace';
import { migrate } from '../register/migrate';
import { Failure } from '../domain/errors';

/** What was made; empty lists where all was there. */
export interface Prepared {
  readonly migrations: readonly string[];
  /** Null where no server is named. */
  readonly temporal: readonly string[] | null;
}

/** A shared server may keep namespaces and search attributes for its administrators. */
const PERMISSION_DENIED = 7;
const PREPARE_MS = 15_000;

/**
 * Brings register and Temporal to what this version needs.
 * @throws Failure with exit 3 where a service is away, `temporal-not-prepared` where the server does not let us
 */
export async function prepare(config: Config): Promise<Prepared> {
  // Tried first, for an answer within the time that a command has and in words.
  const pool = await openRegister(config);
  await pool.end();
  const migrations = await migrate(config.databaseUrl ?? '');
  if (config.temporal === null) return { migrations, temporal: null };
  const connection = await openTemporalConnection(config);
  try {
    return { migrations, temporal: await prepareNamespace(connection, config.temporal.namespace, PREPARE_MS) };
  } catch (cause) {
    const denied = (cause as { code?: number }).code === PERMISSION_DENIED;
    throw new Failure(
      'temporal-not-prepared',
      `Temporal at ${config.temporal.address} could not be given its namespace and search attributes${denied ? ': it does not let us' : ''}.`,
      {
        exit: 3,
        hint: `have its administrator make namespace "${config.temporal.namespace}" with the keyword search attributes ClearsiteStage, ClearsiteDepartment and ClearsiteProgramme.`,
        cause,
      },
    );
  } finally {
    await connection.close();
  }
}
