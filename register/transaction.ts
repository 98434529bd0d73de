import { type Pool, type PoolClient } from 'pg';

/** Runs `body` in a transaction on a connection that the caller holds: committed when it returns, rolled back when it throws. */
export async function transactionOn<T>(client: PoolClient, body: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await body();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Runs `body` in a transaction on a connection that the caller holds, and takes back whatever it has done: a trial. */
export async function trialOn<T>(client: PoolClient, body: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    return await body();
  } finally {
    // A connection that has broken has nothing left to take back.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** Runs `body` in a transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, body: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await body(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Runs `body` in a transaction that sees the register as it stands at one instant. @throws error of code 40001 where another got in the way */
export async function snapshotTransaction<T>(pool: Pool, body: (client: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    return body(client);
  });
}
