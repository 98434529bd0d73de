import { type FastifyInstance } from 'fastify';
import { notFound, Problem } from './problems';

/** No register keeps it, no keyboard types it. */
const NUL = '\0';

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(NUL);
  if (Array.isArray(value)) return value.some(holdsNul);
  return false;
}

function unreadable(): Problem {
  return new Problem(400, 'This could not be read', 'The address has a character that cannot be looked for.', [
    'Go back, type it again and send it.',
  ]);
}

/** Refuses what PostgreSQL could not be asked about: addresses and forms with a NUL character, before any page sees them. */
export function refuseUnwritable(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const [path = '', query = ''] = request.url.split('?', 2);
    done(path.includes('%00') ? notFound() : query.includes('%00') ? unreadable() : undefined);
  });
  server.addHook('preHandler', (request, _reply, done) => {
    const fields = Object.entries((request.body ?? {}) as object).flat();
    done(
      fields.some(holdsNul)
        ? new Problem(400, 'This could not be read', 'A field has a character that cannot be kept.', [
            'Nothing was changed. Go back, type it again and send it.',
          ])
        : undefined,
    );
  });
}
