import { type Viewer } from '../../domain/access/roles';
import { sessionEnd } from '../../domain/access/session-end';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import {
  addSession,
  endSessions,
  findSession,
  forgetSessions,
  listSessions,
  type SessionEnding,
  type SessionRow,
  type SignInWay,
  touchSession,
} from '../../register/access/sessions';
import { type Services } from '../services';
import { toTheSecond } from '../to-the-second';
import { noteAccess } from './log';
import { hashOf, isSecret, newSecret } from './secrets';
import { viewerHolding, viewerOf } from './viewer';
import { zoneOf } from './zone';

export type { SessionRow, SignInWay };

const MINUTE = 60_000;
/** How exactly it is known when a session was last used. */
const SEEN_WITHIN = 5 * MINUTE;
/** How long an ended session's row, which has an address, is kept. */
const FORGOTTEN_AFTER = 7 * 24 * 60 * MINUTE;

/** A session that has just begun. */
export interface StartedSession {
  /** The secret that the browser keeps; the register has only its hash. */
  readonly token: string;
  readonly viewer: Viewer;
  readonly sessionId: string;
  readonly expiresAt: Instant;
}

function earlier(now: Instant, milliseconds: number): Instant {
  return new Date(Date.parse(now) - milliseconds).toISOString();
}

/**
 * Signs an address in until the end of its working day.
 * @returns null where nobody is behind the address
 */
export async function startSession(
  services: Services,
  email: string,
  how: SignInWay,
  now: Instant,
): Promise<StartedSession | null> {
  const viewer = await viewerOf(services, email, now);
  if (viewer === null) return null;
  const pool = await services.register();
  await forgetSessions(pool, earlier(now, FORGOTTEN_AFTER));
  const token = newSecret();
  const expiresAt = sessionEnd(now, await zoneOf(services, now));
  const session = { tokenHash: hashOf(token), email: viewer.email, how, startedAt: now, expiresAt };
  const sessionId = await addSession(pool, session);
  await noteAccess(services, viewer, 'signed-in', sessionId, now);
  return { token, viewer, sessionId, expiresAt };
}

/** Who a request comes from. */
export interface OpenSession {
  readonly viewer: Viewer;
  readonly sessionId: string;
  readonly expiresAt: Instant;
}

/**
 * Whose session a token is; null where it is none, has ended, or belongs to somebody who holds no role any more.
 * @param token as the browser sent it, whatever that is
 */
export async function sessionOf(services: Services, token: string, now: Instant): Promise<OpenSession | null> {
  if (!isSecret(token)) return null;
  const pool = await services.register();
  const session = await findSession(pool, hashOf(token), toTheSecond(now));
  if (session === null) return null;
  const { email, sessionId, expiresAt, lastSeenAt } = session;
  const viewer = await viewerHolding(services, email, session, now);
  if (viewer === null) return null;
  if (lastSeenAt < earlier(now, SEEN_WITHIN)) await touchSession(pool, sessionId, now);
  return { viewer, sessionId, expiresAt };
}

/** Signs out: the session of a token, where it is one. @param token as the browser sent it */
export async function endSession(services: Services, token: string, now: Instant): Promise<void> {
  const open = await sessionOf(services, token, now);
  if (open === null) return;
  const { viewer, sessionId } = open;
  const ended = await endSessions(await services.register(), viewer.email, sessionId, 'signed-out', now);
  if (ended.length > 0) await noteAccess(services, viewer, 'signed-out', sessionId, now);
}

/** An address's sessions that last, the newest first. */
export async function sessionsOf(services: Services, email: string, now: Instant): Promise<readonly SessionRow[]> {
  return listSessions(await services.register(), email, now);
}

/** Ends one of somebody's own sessions, on whatever device. @throws Failure `unknown-session` (exit 1) */
export async function endOwnSession(
  services: Services,
  viewer: Viewer,
  sessionId: string,
  now: Instant,
): Promise<void> {
  const ended = await endSessions(await services.register(), viewer.email, sessionId, 'by-themselves', now);
  if (ended.length === 0) {
    throw new Failure('unknown-session', 'That session has ended already.', { exit: 1 });
  }
  await noteAccess(services, viewer, 'signed-out', sessionId, now);
}

/**
 * Ends every session of an address.
 * @param by who does it, for the access log
 * @returns how many there were
 */
export async function endAllSessions(
  services: Services,
  email: string,
  by: Pick<Viewer, 'id'>,
  why: Extract<SessionEnding, 'by-themselves' | 'by-admin'>,
  now: Instant,
): Promise<number> {
  const ended = await endSessions(await services.register(), email, null, why, now);
  const what = why === 'by-admin' ? 'session-ended' : 'signed-out';
  for (const sessionId of ended) await noteAccess(services, by, what, sessionId, now);
  return ended.length;
}
