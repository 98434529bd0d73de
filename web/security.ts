import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import limit from '@fastify/rate-limit';
import { type FastifyInstance } from 'fastify';
import { Problem } from './problems';
import { isSecure, type Limits, type Site } from './site';

/** Sent with every answer: nothing is loaded from elsewhere, framed, cached or sniffed, and no script runs at all. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** Methods that change nothing. */
const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Headers, cookies, forged-request tokens and limits, before any page. */
export async function protect(server: FastifyInstance, site: Site, limits: Limits): Promise<void> {
  const secure = isSecure(site);
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(HEADERS)) if (!reply.hasHeader(name)) void reply.header(name, value);
    if (secure) void reply.header('strict-transport-security', 'max-age=63072000; includeSubDomains');
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  await server.register(cookie);
  await server.register(csrf, {
    sessionPlugin: '@fastify/cookie',
    cookieKey: secure ? '__Host-form' : 'form',
    cookieOpts: { path: '/', httpOnly: true, sameSite: 'strict', secure },
    getToken: (request) => (request.body as Record<string, string> | undefined)?.['_csrf'],
  });
  await server.register(limit, {
    global: true,
    hook: 'preHandler',
    timeWindow: '1 minute',
    max: (request) => (SAFE.includes(request.method) ? (limits.pagesPerMinute ?? 600) : (limits.formsPerMinute ?? 120)),
    keyGenerator: (request) => `${SAFE.includes(request.method) ? 'page' : 'form'} ${request.viewer?.id ?? request.ip}`,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'Too many requests', `You have asked too often. Try again in ${after}.`),
  });
  server.addHook('preHandler', (request, reply, done) => {
    if (SAFE.includes(request.method)) done();
    else server.csrfProtection(request, reply, done);
  });
}
