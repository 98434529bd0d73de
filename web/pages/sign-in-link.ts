import { type FastifyInstance, type FastifyReply } from 'fastify';
import { followLink, linkOf } from '../../app/access/links';
import { notFound, Problem } from '../problems';
import { type Site } from '../site';
import { signInHere } from './sign-in';

const GONE = {
  used: 'It signs in once, and has been used.',
  expired: 'It worked for 24 hours, and those are over.',
} as const;

function gone(state: keyof typeof GONE): Problem {
  return new Problem(410, 'This link is over', GONE[state], [
    'Make a new one with "clearsite users sign-in-link", or ask for a code by e-mail.',
  ]);
}

interface ByToken {
  readonly Params: { readonly token: string };
}

/** Links that sign in once, of demonstrations. Opening one does nothing: its button does. */
export function signInLinkPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();

  async function show(reply: FastifyReply, token: string): Promise<FastifyReply> {
    const link = await linkOf(services, token, now());
    if (link.state === 'unknown') throw notFound();
    if (link.state !== 'valid') throw gone(link.state);
    return reply.page('pages/sign-in-link.njk', { title: 'Sign in', token, name: link.viewer.name });
  }

  server.get<ByToken>('/sign-in/link/:token', (request, reply) => show(reply, request.params.token));

  server.post<ByToken>('/sign-in/link/:token', async (request, reply) => {
    const { token } = request.params;
    const session = await followLink(services, token, now());
    if (session === null) return show(reply, token);
    await signInHere(request, reply, site, session);
    return reply.redirect('/', 303);
  });
}
