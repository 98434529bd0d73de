import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance } from 'fastify';
import { serveAssets } from './assets';
import { explainErrors } from './errors';
import { serveHealth } from './health';
import { servePages } from './pages';
import { dressReplies } from './reply';
import { protect } from './security';
import { recogniseViewers } from './session';
import { refuseUnwritable } from './unwritable';
import { type Limits, type Site } from './site';
import { takeUploads } from './uploads';

/** The longest form that is no file, in bytes. */
const LONGEST_FORM = 256 * 1024;

export interface ServerOptions extends Limits {
  /** Told of what should not have happened. */
  readonly log: (error: Error) => void;
}

/** The web server: the pages for people, and what watches the service. */
export async function makeServer(site: Site, options: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    logger: false,
    bodyLimit: LONGEST_FORM,
    // Somebody in front of us on this machine says who asks; nobody else is believed.
    trustProxy: 'loopback',
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 300 },
  });
  await protect(server, site, options);
  recogniseViewers(server, site);
  refuseUnwritable(server);
  await server.register(formbody, { bodyLimit: LONGEST_FORM });
  await takeUploads(server);
  dressReplies(server, site, serveAssets(server));
  explainErrors(server, options.log);
  serveHealth(server, site);
  servePages(server, site);
  return server;
}
