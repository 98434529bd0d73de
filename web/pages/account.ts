import { type FastifyInstance } from 'fastify';
import { departmentsOfRoles } from '../../app/access/places';
import { endAllSessions, endOwnSession, sessionOf, type SessionRow, sessionsOf } from '../../app/access/sessions';
import { zoneOf } from '../../app/access/zone';
import { type HeldRole } from '../../domain/access/roles';
import { fullMoment } from '../../domain/dates-for-people';
import { Form } from '../form';
import { signedIn } from '../guard';
import { placeShown, roleShown } from '../roles-view';
import { dropSession, sessionToken } from '../session';
import { type Site } from '../site';

const HOW_SHOWN: Readonly<Record<SessionRow['how'], string>> = {
  code: 'a code by e-mail',
  link: 'a sign-in link',
  oidc: 'your organisation’s account',
};

function roleLine(role: HeldRole, departments: ReadonlyMap<string, string>): object {
  return {
    role: roleShown(role.role),
    place: placeShown(role, departments),
    deputyFor: role.deputyFor,
  };
}

/** Who somebody is here, what they may do, and where they are signed in. */
export function accountPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();

  server.get('/account', async (request, reply) => {
    const viewer = signedIn(request);
    const at = now();
    const zone = await zoneOf(services, at);
    const departments = await departmentsOfRoles(services, viewer.roles);
    const here = await sessionOf(services, sessionToken(request, site) ?? '', at);
    const sessions = await sessionsOf(services, viewer.email, at);
    return reply.page('pages/account.njk', {
      title: 'Your account',
      roles: viewer.roles.map((role) => roleLine(role, departments)),
      sessions: sessions.map(({ sessionId, how, startedAt, lastSeenAt, expiresAt }) => ({
        sessionId,
        how: HOW_SHOWN[how],
        startedAt: fullMoment(startedAt, zone),
        lastSeenAt: fullMoment(lastSeenAt, zone),
        expiresAt: fullMoment(expiresAt, zone),
        here: sessionId === here?.sessionId,
      })),
    });
  });

  server.post('/account/sessions/end', async (request, reply) => {
    const viewer = signedIn(request);
    await endOwnSession(services, viewer, Form.of(request).one('session'), now());
    return reply.note('That session has ended.').redirect('/account', 303);
  });

  server.post('/account/sessions/end-all', async (request, reply) => {
    const viewer = signedIn(request);
    await endAllSessions(services, viewer.email, viewer, 'by-themselves', now());
    dropSession(reply, site);
    return reply.note('You have signed out everywhere.').redirect('/sign-in', 303);
  });
}
