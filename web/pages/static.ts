import { type FastifyInstance } from 'fastify';
import { signedIn } from '../guard';
import { homeOf } from '../navigation';

/** Where everybody begins, and the pages that everybody may read. */
export function staticPages(server: FastifyInstance): void {
  server.get('/', (request, reply) => reply.redirect(homeOf(signedIn(request)), 303));
  server.get('/accessibility', (_request, reply) => reply.page('pages/accessibility.njk', {}));
  server.get('/cookies', (_request, reply) => reply.page('pages/cookies.njk', {}));
}
