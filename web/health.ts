import { type FastifyInstance } from 'fastify';
import { Failure } from '../domain/errors';
import { type Services } from '../app/services';
import { type Site } from './site';

/** Whether the register and Temporal answer. */
async function ready(services: Services): Promise<Record<'register' | 'temporal', 'ok' | string>> {
  const check = async (open: () => Promise<unknown>): Promise<string> => {
    try {
      await open();
      return 'ok';
    } catch (error) {
      return error instanceof Failure ? error.code : 'not-reachable';
    }
  };
  const [register, temporal] = await Promise.all([
    check(async () => (await services.register()).query('SELECT 1')),
    check(async () => (await services.temporal()).workflowService.getSystemInfo({})),
  ]);
  return { register, temporal };
}

/** For whoever watches the service: `/healthz` (this process lives) and `/readyz` (what it needs answers), as JSON. */
export function serveHealth(server: FastifyInstance, { services }: Site): void {
  const config = { public: true, rateLimit: false } as const;
  server.get('/healthz', { config }, () => ({ status: 'ok' }));
  server.get('/readyz', { config }, async (_request, reply) => {
    const checks = await ready(services);
    const fine = Object.values(checks).every((check) => check === 'ok');
    return reply.code(fine ? 200 : 503).send({ status: fine ? 'ok' : 'not-ready', checks });
  });
}
