import { isIPv4 } from 'node:net';
import { type Viewer } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { addAccess } from '../../register/access/log';
import { findLink, keepLink, takeLink } from '../../register/access/links';
import { findProgramme } from '../../register/current-policy';
import { type Services } from '../services';
import { opsName } from '../who';
import { typedEmail } from './codes';
import { hashOf, isSecret, newSecret } from './secrets';
import { startSession, type StartedSession } from './sessions';
import { viewerOf } from './viewer';

const DAY = 24 * 60 * 60_000;

/** True where an address of pages means this machine, for whoever follows it. */
function isLoopback(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Links sign in without any mail, so they are for demonstrations, and for installations that this machine alone can reach. */
async function allowed(services: Services): Promise<boolean> {
  const { publicUrl, source } = services.config;
  if (source.database === 'up' && isLoopback(publicUrl)) return true;
  return (await findProgramme(await services.register()))?.demo === true;
}

/** A link that was made. */
export interface SignInLink {
  readonly email: string;
  readonly name: string;
  readonly url: string;
  readonly expiresAt: Instant;
}

/**
 * Makes a link that signs an address in once, within 24 hours.
 * @throws Failure `missing-value`, `bad-email`; (exit 1) `no-demonstration`, `unknown-user`
 */
export async function makeSignInLink(services: Services, email: string, now: Instant): Promise<SignInLink> {
  const address = typedEmail(email);
  if (!(await allowed(services))) {
    throw new Failure(
      'no-demonstration',
      'Sign-in links are for demonstrations only, and for a "clearsite up" that nobody but this machine can reach.',
      { exit: 1, hint: `Open ${services.config.publicUrl}/sign-in and ask for a code.` },
    );
  }
  const viewer = await viewerOf(services, address, now);
  if (viewer === null) {
    throw new Failure('unknown-user', `${address} holds no role, so it cannot sign in.`, {
      exit: 1,
      hint: 'See "clearsite contacts list" and "clearsite users list".',
    });
  }
  const pool = await services.register();
  const token = newSecret();
  const expiresAt = new Date(Date.parse(now) + DAY).toISOString();
  await keepLink(pool, { tokenHash: hashOf(token), email: address, madeAt: now, madeBy: opsName(), expiresAt });
  await addAccess(pool, { at: now, who: opsName(), what: 'link-made', subject: viewer.id });
  return { email: address, name: viewer.name, url: `${services.config.publicUrl}/sign-in/link/${token}`, expiresAt };
}

/** What a link is, without using it up. `unknown` also where links are not for this installation. */
export type LinkState =
  { readonly state: 'valid'; readonly viewer: Viewer } | { readonly state: 'used' | 'expired' | 'unknown' };

/** Looks at a link. @param token as it came in the address */
export async function linkOf(services: Services, token: string, now: Instant): Promise<LinkState> {
  if (!isSecret(token) || !(await allowed(services))) return { state: 'unknown' };
  const found = await findLink(await services.register(), hashOf(token), now);
  if (found === null) return { state: 'unknown' };
  if (found.state !== 'valid') return { state: found.state };
  const viewer = await viewerOf(services, found.email, now);
  return viewer === null ? { state: 'unknown' } : { state: 'valid', viewer };
}

/** Signs in by a link, which is used up by it; null where it is no (longer a) good one. */
export async function followLink(services: Services, token: string, now: Instant): Promise<StartedSession | null> {
  if (!isSecret(token) || !(await allowed(services))) return null;
  const email = await takeLink(await services.register(), hashOf(token), now);
  return email === null ? null : startSession(services, email, 'link', now);
}
