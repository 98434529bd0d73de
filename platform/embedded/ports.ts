import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Is this loopback port free at the moment? */
export function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

/**
 * Loopback ports that are free at the moment, all different. Another program can still take one before it is used, so callers retry.
 * @param count how many
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  // All are held at once, or the system could give the same one twice.
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, LOOPBACK, () => {
            const address = server.address();
            if (address === null || typeof address === 'string') reject(new Error('a TCP server without a port'));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * The ports of last time when all are free, else others: addresses stay the same between runs where they can.
 * @param wished those of last time; empty the first time
 */
export async function portsNear(wished: readonly number[], count: number): Promise<readonly number[]> {
  const free = await Promise.all(wished.map(isFree));
  return wished.length === count && free.every(Boolean) ? wished : freePorts(count);
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => server.close(() => resolve()));
  });
}
