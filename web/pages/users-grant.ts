import { type FastifyInstance, type FastifyReply } from 'fastify';
import { type DepartmentName, findDepartments } from '../../app/access/places';
import { grantRole } from '../../app/access/users';
import { GRANTED_ROLES, type GrantedRole } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { isOneOf } from '../../domain/vocabulary';
import { Form } from '../form';
import { permit } from '../guard';
import { roleShown } from '../roles-view';
import { type Site } from '../site';

const WHAT_FOR: Readonly<Record<GrantedRole, string>> = {
  viewer: 'sees the programme, its cases and its dates',
  auditor: 'sees these, the audit trail and the access log, and may take them along as files',
  procurement: 'checks what may be installed',
  admin: 'manages users, and sees and decides nothing else',
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface GrantForm {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly department: string;
}

const EMPTY: GrantForm = { email: '', name: '', role: '', department: '' };

/** Which field of the form a refusal is about. */
const FIELD_OF: Readonly<Record<string, keyof GrantForm>> = {
  'missing-value': 'email',
  'bad-email': 'email',
  'own-role': 'email',
  'bad-name': 'name',
  'name-needed': 'name',
  'wrong-place': 'department',
  'unknown-department': 'department',
};

const NO_ADDRESS = 'Enter the e-mail address.';
const PROBLEMS: Readonly<Record<string, string>> = {
  'name-needed': 'Enter the name: nobody of this address is known yet.',
  'missing-value': NO_ADDRESS,
  'unknown-department': 'Choose a department of the list.',
};

interface FormProblem {
  readonly field: keyof GrantForm;
  readonly text: string;
}

function problemOf({ code, message }: Failure): FormProblem | null {
  const field = FIELD_OF[code];
  return field === undefined ? null : { field, text: PROBLEMS[code] ?? message };
}

function showForm(
  reply: FastifyReply,
  form: GrantForm,
  departments: readonly DepartmentName[],
  wrong: readonly FormProblem[],
  status = 200,
): FastifyReply {
  const { email, name, role, department } = form;
  const view = {
    title: 'Give somebody a role',
    email: email.slice(0, 320),
    name: name.slice(0, 300),
    roles: GRANTED_ROLES.map((each) => ({
      value: each,
      text: capital(roleShown(each)),
      hint: { text: capital(WHAT_FOR[each]) },
      checked: each === role,
    })),
    departments: [
      { value: '', text: 'The whole programme', selected: department === '' },
      ...departments.map(({ departmentId, name: words }) => ({
        value: departmentId,
        text: words === departmentId ? words : `${words} (${departmentId})`,
        selected: departmentId === department,
      })),
    ],
    errors: wrong.map(({ field, text }) => ({ text, href: `#${field}` })),
    problems: Object.fromEntries(wrong.map(({ field, text }) => [field, { text }])),
  };
  return reply.page('pages/users-grant.njk', view, { status });
}

/** Giving somebody a role that comes with no post: for administrators of users. */
export function usersGrantPages(server: FastifyInstance, site: Site): void {
  const { services } = site;

  server.get('/users/grant', async (request, reply) => {
    permit(request, 'manage-users');
    return showForm(reply, EMPTY, await findDepartments(services), []);
  });

  server.post('/users/grant', async (request, reply) => {
    const viewer = permit(request, 'manage-users');
    const form = Form.of(request);
    const typed = {
      email: form.one('email'),
      name: form.one('name'),
      role: form.one('role'),
      department: form.one('department'),
    };
    const { email, name, role, department } = typed;
    const again = async (wrong: readonly FormProblem[], status: number): Promise<FastifyReply> =>
      showForm(reply, typed, await findDepartments(services), wrong, status);
    if (!isOneOf(GRANTED_ROLES, role)) {
      const nobody = email.trim() === '' ? [{ field: 'email' as const, text: NO_ADDRESS }] : [];
      return again([...nobody, { field: 'role', text: 'Choose the role.' }], 400);
    }
    const input = {
      email,
      role,
      departmentId: department === '' ? null : department,
      name: name === '' ? null : name,
    };
    try {
      const granted = await grantRole(services, input, { as: null, typist: viewer.email }, site.now().toISOString());
      const verb = granted.outcome === 'held' ? 'has that role already' : 'has the role now';
      return await reply.note(`${granted.name} ${verb}: ${roleShown(role)}.`).redirect('/users', 303);
    } catch (error) {
      const problem = error instanceof Failure ? problemOf(error) : null;
      if (problem === null) throw error;
      return again([problem], (error as Failure).exit === 1 ? 409 : 400);
    }
  });
}
