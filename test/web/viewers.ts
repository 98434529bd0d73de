import { type HeldRole, type Viewer } from '../../domain/access/roles';
import { type Recognised } from '../../web/site';
import { type Browser, type TestWeb } from '../support/web';

/** Somebody who holds one role at one place, or everywhere. */
export function viewer(
  email: string,
  role: HeldRole['role'],
  departmentId: string | null = null,
  siteId: string | null = null,
): Viewer {
  return {
    email,
    name: `Name of ${email}`,
    id: `id of ${email}`,
    roles: [{ role, departmentId, siteId, deputyFor: null }],
  };
}

/** Sessions of these people: each one's token is their address. */
export function sessionsFor(people: readonly Viewer[]): (token: string) => Promise<Recognised | null> {
  const known = new Map(people.map((person) => [person.email, person]));
  return (token) => {
    const found = known.get(decodeURIComponent(token));
    return Promise.resolve(found === undefined ? null : { viewer: found, expiresAt: '2099-01-01T00:00:00.000Z' });
  };
}

/** A browser in which somebody has signed in. */
export function browserOf(web: TestWeb, { email }: Viewer): Browser {
  const browser = web.browser();
  browser.setCookie('session', encodeURIComponent(email));
  return browser;
}
