import fastify, { type FastifyInstance } from 'fastify';
import { Failure } from '../domain/errors';
import { showProgramme } from '../app/programme';
import { type Services } from '../app/services';

/** Sent with every answer: nothing is loaded from elsewhere, framed, cached or sniffed. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

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
  const register = await check(async () => (await services.register()).query('SELECT 1'));
  const temporal = await check(async () => (await services.temporal()).workflowService.getSystemInfo({}));
  return { register, temporal };
}

/**
 * The web server: `/healthz` (this process lives), `/readyz` (what it needs answers) and `/programme` (the figures as
 * JSON). The pages for people come with a later release; until then everything is done from the command line.
 */
export function makeServer(services: Services): FastifyInstance {
  const server = fastify({ logger: false, bodyLimit: 1024, trustProxy: false });
  server.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const checks = await ready(services);
    const fine = Object.values(checks).every((check) => check === 'ok');
    return reply.code(fine ? 200 : 503).send({ status: fine ? 'ok' : 'not-ready', checks });
  });
  server.get('/programme', async (_request, reply) => {
    try {
      const { programmeId, title, startedAt, figures } = await showProgramme(services);
      return await reply.send({ programmeId, title, startedAt, figures });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return reply.code(error.exit === 3 ? 503 : 404).send({ error: { code: error.code, message: error.message } });
    }
  });
  server.setErrorHandler((_error, _request, reply) =>
    reply.code(500).send({ error: { code: 'internal', message: 'Something went wrong here.' } }),
  );
  return server;
}
