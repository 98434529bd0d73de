import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CODE_VALID_FOR } from '../app/access/codes';
import { isSecure, type Site } from './site';

/** What a browser keeps while it waits for a code: the secret with which alone the code works, and where it was sent. */
export interface Challenge {
  readonly challenge: string;
  /** As it was typed; shown again, and never looked up. */
  readonly email: string;
}

function cookieName(site: Site): string {
  return isSecure(site) ? '__Host-code' : 'code';
}

/** Longer than the code, so that whoever comes late is told that it has expired. */
const KEPT_FOR = 6 * CODE_VALID_FOR * 60;

/** Has the browser keep a challenge. */
export function keepChallenge(reply: FastifyReply, site: Site, { challenge, email }: Challenge): void {
  const value = `${challenge}.${Buffer.from(email).toString('base64url')}`;
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(site), maxAge: KEPT_FOR } as const;
  void reply.setCookie(cookieName(site), value, options);
}

/** The challenge that a browser keeps; null where it keeps none. */
export function challengeOf(request: FastifyRequest, site: Site): Challenge | null {
  const [challenge, email] = request.cookies[cookieName(site)]?.split('.', 2) ?? [];
  if (challenge === undefined || email === undefined) return null;
  return { challenge, email: Buffer.from(email, 'base64url').toString() };
}

/** Has the browser forget it. */
export function dropChallenge(reply: FastifyReply, site: Site): void {
  void reply.clearCookie(cookieName(site), { path: '/', secure: isSecure(site) });
}
