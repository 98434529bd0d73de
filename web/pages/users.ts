import { type FastifyInstance } from 'fastify';
import { departmentsOfRoles } from '../../app/access/places';
import { findGrants, findSignedIn, type ListedGrant, revokeRoles, signOutEverywhere } from '../../app/access/users';
import { zoneOf } from '../../app/access/zone';
import { GRANTED_ROLES, type GrantedRole, type Viewer } from '../../domain/access/roles';
import { count } from '../../domain/counted';
import { fullDate, fullMoment } from '../../domain/dates-for-people';
import { isOneOf } from '../../domain/vocabulary';
import { Form } from '../form';
import { permit } from '../guard';
import { Problem } from '../problems';
import { placeShown, roleShown } from '../roles-view';
import { type Site } from '../site';

/** So many roles a page. */
const ROWS = 50;
/** So many people who are signed in; whoever was there last comes first. */
const PRESENT = 50;

/** What a button beside a role sends back of it. */
function grantOf(form: Form): {
  readonly email: string;
  readonly role: GrantedRole;
  readonly at: { readonly departmentId: string | null };
} {
  const role = form.one('role');
  if (!isOneOf(GRANTED_ROLES, role))
    throw new Problem(400, 'This could not be read', 'No role of the list was named. Nothing was changed.');
  const department = form.one('department');
  return { email: form.one('email'), role, at: { departmentId: department === '' ? null : department } };
}

function rowOf(grant: ListedGrant, departments: ReadonlyMap<string, string>, viewer: Viewer, zone: string): object {
  const { email, name, role, departmentId, grantedAt, grantedBy, grantedByName } = grant;
  return {
    email,
    name,
    role,
    departmentId,
    roleShown: roleShown(role),
    place: placeShown({ departmentId, siteId: null }, departments),
    since: fullDate(grantedAt, zone),
    by: grantedByName ?? grantedBy,
    own: email === viewer.email,
  };
}

/** A page number from a query; 1 where it is none. */
function pageAsked(page: unknown): number {
  return typeof page === 'string' && /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1;
}

/** Who has which granted role, and who is signed in: for administrators of users. */
export function usersPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();
  const who = ({ email }: Viewer) => ({ as: null, typist: email });

  server.get<{ Querystring: { page?: unknown } }>('/users', async (request, reply) => {
    const viewer = permit(request, 'manage-users');
    const at = now();
    const zone = await zoneOf(services, at);
    const grants = await findGrants(services);
    const last = Math.max(1, Math.ceil(grants.length / ROWS));
    const page = Math.min(pageAsked(request.query.page), last);
    const shown = grants.slice((page - 1) * ROWS, page * ROWS);
    const departments = await departmentsOfRoles(services, shown);
    const present = await findSignedIn(services, at, PRESENT);
    return reply.page('pages/users.njk', {
      title: page === 1 ? 'Users' : `Users, page ${page}`,
      total: grants.length,
      rows: shown.map((grant) => rowOf(grant, departments, viewer, zone)),
      previous: page > 1 ? `/users?page=${page - 1}` : null,
      next: page < last ? `/users?page=${page + 1}` : null,
      present: present.map(({ lastSeenAt, ...person }) => ({ ...person, lastSeenAt: fullMoment(lastSeenAt, zone) })),
      presentAll: present.length < PRESENT,
    });
  });

  server.post('/users/revoke', async (request, reply) => {
    const viewer = permit(request, 'manage-users');
    const choice = grantOf(Form.of(request));
    const { email } = await revokeRoles(services, choice, who(viewer), now());
    return reply.note(`Taken away from ${email}: ${roleShown(choice.role)}.`).redirect('/users', 303);
  });

  server.post('/users/sign-out', async (request, reply) => {
    const viewer = permit(request, 'manage-users');
    const email = Form.of(request).one('email');
    const ended = await signOutEverywhere(services, email, who(viewer), now());
    return reply.note(`${count(ended, 'session')} of ${email} ended.`).redirect('/users', 303);
  });
}
