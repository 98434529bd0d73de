import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { zoneOf } from '../../app/access/zone';
import { changeContact } from '../../app/inventory/contacts';
import { departmentsToChoose } from '../../app/lists/departments';
import { owedAt } from '../../app/lists/owed';
import { type ContactRow, contactOf, peopleAt } from '../../app/lists/people';
import { may, type Permission, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { count } from '../../domain/counted';
import { Failure } from '../../domain/errors';
import { ROLE_SHOWN } from '../../domain/wording';
import { type Typed, typedOf } from '../forms/typed';
import { permitOrHide, signedIn } from '../guard';
import { pathTo } from '../lists/devices';
import { DAY_HINT, typedDay } from '../lists/day';
import { idFrom } from '../lists/id';
import { peopleView } from '../lists/people';
import { NO_DAY } from '../lists/query';
import { hrefOf } from '../lists/view';
import { notFound } from '../problems';
import { type Site } from '../site';

interface Params {
  readonly departmentId: string;
}
interface ContactParams extends Params {
  readonly contactId: string;
}

/** A department that whoever asks may see something of; any other is as good as none. */
async function theDepartment(site: Site, request: FastifyRequest<{ Params: Params }>) {
  const viewer = signedIn(request);
  const departmentId = idFrom(request.params.departmentId);
  const found = await departmentsToChoose(site.services, scopeOf(viewer, 'see-cases'));
  const department = found.find((one) => one.departmentId === departmentId);
  if (department === undefined || !may(viewer, 'see-cases')) throw notFound();
  return { viewer, ...department };
}

/** True where somebody may do this for every site of a department. */
function mayThere(viewer: Viewer, permission: Permission, departmentId: string): boolean {
  return may(viewer, permission, { departmentId, siteId: null });
}

const day = z
  .string()
  .default('')
  .transform((value, context) => {
    const found = value === '' ? '' : typedDay(value);
    if (found === null) context.addIssue({ code: 'custom', message: `${NO_DAY}, or leave it blank` });
    return found ?? value;
  });
const NO_ADDRESS = { error: 'Enter an e-mail address, such as name@department.example, or leave it blank' };
const ABSENCE = z
  .object({
    // Each part has the words: of a union, the one part that comes closest is what people are told.
    deputy: z.union([z.literal(''), z.email(NO_ADDRESS).max(254, NO_ADDRESS)], NO_ADDRESS).default(''),
    from: day,
    to: day,
  })
  .refine(({ from, to }) => from === '' || to === '' || from <= to, {
    path: ['to'],
    message: 'The absence ends before it begins',
  })
  .refine(({ deputy, from, to }) => deputy !== '' || (from === '' && to === ''), {
    path: ['deputy'],
    message: 'Name a deputy, or mail is still sent to somebody who is away',
  });

function formView(
  contact: ContactRow,
  typed: Typed,
  problems: readonly { readonly name: string; readonly message: string }[],
) {
  const error = (name: string) => {
    const found = problems.find((problem) => problem.name === name);
    return found === undefined ? undefined : { text: found.message };
  };
  return {
    title: `Deputy and absence of ${contact.name}`,
    name: contact.name,
    role: ROLE_SHOWN[contact.role],
    dayHint: DAY_HINT,
    back: pathTo('departments', contact.departmentId ?? ''),
    action: `${pathTo('departments', contact.departmentId ?? '')}/contacts/${encodeURIComponent(contact.contactId)}`,
    fields: {
      deputy: { value: typed['deputy'] ?? contact.deputyEmail ?? '', error: error('deputy') },
      from: { value: typed['from'] ?? contact.awayFrom ?? '', error: error('from') },
      to: { value: typed['to'] ?? contact.awayTo ?? '', error: error('to') },
    },
    errors: problems.map(({ name, message }) => ({ text: message, href: `#${name}` })),
  };
}

/** `/departments/:id`: everything that a department owes, worst first, and who is responsible. */
export function departmentPages(server: FastifyInstance, site: Site): void {
  server.get<{ Params: Params }>('/departments/:departmentId', async (request, reply) => {
    const { viewer, departmentId, name } = await theDepartment(site, request);
    const now = site.now().toISOString();
    const scope = scopeOf(viewer, 'see-cases');
    const [owed, people, zone] = await Promise.all([
      owedAt(site.services, scope, { departmentId, siteId: null }, now),
      peopleAt(site.services, { departmentId, siteId: null }),
      zoneOf(site.services, now),
    ]);
    const late = owed.filter(({ severity }) => severity === 'critical' || severity === 'late');
    const tasks = owed.reduce((sum, { devices }) => sum + devices, 0);
    return reply.page('pages/department.njk', {
      title: name,
      departmentId,
      owed,
      tasks: count(tasks, 'task'),
      late: count(
        late.reduce((sum, { devices }) => sum + devices, 0),
        'task',
      ),
      people: peopleView(people, now, zone),
      mayKeep: mayThere(viewer, 'keep-contacts', departmentId),
      links: {
        cases: hrefOf('/cases', { department: departmentId }, {}),
        sites: hrefOf('/sites', { department: departmentId }, {}),
        devices: hrefOf('/devices', { department: departmentId }, {}),
      },
    });
  });

  const theContact = async (request: FastifyRequest<{ Params: ContactParams }>) => {
    const { viewer, departmentId } = await theDepartment(site, request);
    permitOrHide(request, 'keep-contacts', { departmentId, siteId: null });
    const contact = await contactOf(site.services, departmentId, idFrom(request.params.contactId));
    if (contact === null) throw notFound();
    return { viewer, departmentId, contact };
  };

  server.get<{ Params: ContactParams }>('/departments/:departmentId/contacts/:contactId', async (request, reply) => {
    const { contact } = await theContact(request);
    return reply.page('pages/department-contact.njk', formView(contact, {}, []));
  });

  server.post<{ Params: ContactParams }>('/departments/:departmentId/contacts/:contactId', async (request, reply) => {
    const { viewer, departmentId, contact } = await theContact(request);
    const typed = typedOf(request.body);
    const again = (problems: readonly { readonly name: string; readonly message: string }[]) =>
      reply.page('pages/department-contact.njk', formView(contact, typed, problems), { status: 400 });
    const trimmed = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value.trim()]));
    const asked = ABSENCE.safeParse(trimmed);
    if (!asked.success)
      return again(asked.error.issues.map(({ path, message }) => ({ name: String(path[0] ?? ''), message })));
    const { deputy, from, to } = asked.data;
    try {
      await changeContact(
        site.services,
        {
          departmentId,
          ...(contact.siteId === null ? {} : { siteId: contact.siteId }),
          role: contact.role,
          email: contact.email,
          deputyEmail: deputy,
          awayFrom: from,
          awayTo: to,
        },
        { as: null, typist: viewer.email },
      );
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== 2) throw error;
      const name = error.code === 'bad-date' ? 'from' : 'deputy';
      return again([{ name, message: name === 'from' ? 'Correct the dates' : 'Correct the address' }]);
    }
    return reply.note(`Saved for ${contact.name}.`).redirect(pathTo('departments', departmentId), 303);
  });
}
