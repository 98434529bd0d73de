import { type Pool, type PoolClient } from 'pg';

/**
 * Lends a connection to `body` and gives it back; one that broke meanwhile is thrown away. A connection that breaks
 * between two queries says so by an event, which without a listener would end the process.
 */
export async function withClient<T>(pool: Pool, body: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const note = (error: Error): void => {
    broken = error;
  };
  client.on('error', note);
  try {
    return await body(client);
  } finally {
    client.off('error', note);
    client.release(broken);
  }
}
