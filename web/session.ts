import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { zoneOf } from '../app/access/zone';
import { type Viewer } from '../domain/access/roles';
import { timeOfDay } from '../domain/dates-for-people';
import { isSecure, type Recognised, type Site } from './site';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever is signed in; null = nobody. */
    viewer: Viewer | null;
    /** Until when they are, by the policy's clock: `6:30pm`; null = nobody is. */
    signedInUntil: string | null;
  }
  interface FastifyContextConfig {
    /** Served to anybody alike, without looking at who asks. */
    public?: boolean;
  }
}

function cookieName(site: Site): string {
  return isSecure(site) ? '__Host-session' : 'session';
}

/** The token in the cookie of a request; null where there is none. */
export function sessionToken(request: { readonly cookies: Readonly<Record<string, string | undefined>> }, site: Site) {
  return request.cookies[cookieName(site)] ?? null;
}

/** Signs the browser in until `expiresAt`. */
export function keepSession(reply: FastifyReply, site: Site, token: string, expiresAt: string): void {
  void reply.setCookie(cookieName(site), token, {
    path: '/',
    httpOnly: true,
    // A link in a mail is followed from another site: it has to find its reader signed in.
    sameSite: 'lax',
    secure: isSecure(site),
    expires: new Date(expiresAt),
  });
}

/** Signs the browser out. */
export function dropSession(reply: FastifyReply, site: Site): void {
  void reply.clearCookie(cookieName(site), { path: '/', secure: isSecure(site) });
}

/** Finds out who asks, before anything else looks at a request. */
export function recogniseViewers(server: FastifyInstance, site: Site): void {
  server.decorateRequest('viewer', null);
  server.decorateRequest('signedInUntil', null);
  server.addHook('onRequest', async (request) => {
    const token = sessionToken(request, site);
    if (token === null || request.routeOptions.config.public === true) return;
    const session = await site.recognise(token, site.now());
    if (session !== null) await greet(request, site, session);
  });
}

/** From here on a request is somebody's. */
export async function greet(request: FastifyRequest, site: Site, { viewer, expiresAt }: Recognised): Promise<void> {
  request.viewer = viewer;
  request.signedInUntil = timeOfDay(expiresAt, await zoneOf(site.services, site.now().toISOString()));
}
