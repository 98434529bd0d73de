import { type FastifyReply } from 'fastify';
import { type AddressInfo } from 'node:net';
import { sessionOf } from '../../app/access/sessions';
import { openServices } from '../../app/services';
import { type Viewer } from '../../domain/access/roles';
import { loadConfig } from '../../platform/config';
import { keepMemoryLow } from '../../platform/lean-memory';
import { makeServer } from '../../web/server';
import { type Site } from '../../web/site';

/** Asks the server to keep what a page shows, under a number. */
export const KEEP = 'x-bench-keep';

/** What the measured process tells the one that measures. */
export type Told = { readonly url: string } | { readonly peakRss: number };

interface Kept {
  readonly template: string;
  readonly view: object;
  readonly viewer: Viewer | null;
  readonly signedInUntil: string | null;
}

/**
 * The web server as it is, in a process of its own, with one more route: `/bench/memory/N` renders what page N showed when
 * it was asked for with the header {@link KEEP}, from memory: no session is looked up, and the register is not asked.
 */
async function main(): Promise<void> {
  keepMemoryLow();
  const services = openServices(loadConfig());
  const kept = new Map<string, Kept>();
  const site: Site = {
    services,
    now: () => new Date(),
    recognise: (token, now) => sessionOf(services, token, now.toISOString()),
  };
  const limits = { pagesPerMinute: 100_000_000, formsPerMinute: 100_000_000 };
  const server = await makeServer(site, { ...limits, log: (error) => console.error(error) });
  server.addHook('preHandler', async (request, reply) => {
    const number = request.headers[KEEP];
    if (typeof number !== 'string') return;
    const show = reply.page.bind(reply);
    reply.page = (template, view, options): FastifyReply => {
      const { viewer, signedInUntil } = request;
      kept.set(number, { template, view, viewer, signedInUntil });
      return show(template, view, options);
    };
  });
  server.get<{ Params: { number: string } }>(
    '/bench/memory/:number',
    { config: { public: true } },
    (request, reply) => {
      const page = kept.get(request.params.number);
      if (page === undefined) return reply.code(404).send();
      request.viewer = page.viewer;
      request.signedInUntil = page.signedInUntil;
      return reply.page(page.template, page.view);
    },
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  const tell = (told: Told): void => void process.send?.(told);
  let peakRss = 0;
  setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, 20).unref();
  process.on('message', () => tell({ peakRss }));
  process.on('disconnect', () => void server.close().then(() => services.close()));
  tell({ url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` });
}

if (require.main === module) void main();
