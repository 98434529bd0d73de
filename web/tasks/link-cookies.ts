import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isSecure, type Site } from '../site';

/** Seconds: as long as a draft is kept. */
const KEPT_FOR = 3600;

/** `challenge`: the browser's part of the typed code. `draft`: that of what was filled in. `reference`: what was typed. */
export type LinkCookie = 'challenge' | 'draft' | 'reference';

/** Keeps something in the browser for the pages beneath a path alone. */
export function keepCookie(reply: FastifyReply, site: Site, path: string, name: LinkCookie, value: string): void {
  void reply.setCookie(name, value, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(site),
    maxAge: KEPT_FOR,
  });
}

export function dropCookie(reply: FastifyReply, site: Site, path: string, name: LinkCookie): void {
  void reply.clearCookie(name, { path, secure: isSecure(site) });
}

/** What the browser keeps; empty where it keeps nothing. */
export function readCookie(request: FastifyRequest, name: LinkCookie): string {
  return request.cookies[name] ?? '';
}
