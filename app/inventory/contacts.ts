import { Failure } from '../../domain/errors';
import { type Nation, type Role } from '../../domain/vocabulary';
import { date } from '../../importers/dates';
import { CellProblem } from '../../importers/problem';
import { type CellParser, email, text } from '../../importers/values';
import {
  type ContactChange,
  type ContactFilter,
  type ContactRow,
  type ContactSet,
  countContacts,
  listContacts,
  setContact,
} from '../../register/contacts';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { checkFilter, type Listed, pageOf, type PageQuery } from './pages';

/** Contacts: programme-wide posts first, then by department. @throws Failure `unknown-department` */
export async function findContacts(
  services: Services,
  filter: ContactFilter,
  page: PageQuery,
): Promise<Listed<ContactRow>> {
  const pool = await services.register();
  await checkFilter(pool, filter.departmentId === undefined ? {} : { departmentId: filter.departmentId });
  return pageOf(
    page,
    (wanted) => listContacts(pool, filter, wanted),
    () => countContacts(pool, filter),
    ({ contactId }) => contactId,
  );
}

/** What a person types about a post; undefined leaves what is known, an empty text takes it away. */
export interface ContactInput {
  readonly departmentId?: string | undefined;
  readonly siteId?: string | undefined;
  readonly role: Role;
  readonly email: string;
  readonly name?: string | undefined;
  readonly nation?: Nation | undefined;
  readonly deputyEmail?: string | undefined;
  readonly awayFrom?: string | undefined;
  readonly awayTo?: string | undefined;
}

function parsed<T>(option: string, value: string, parse: CellParser<T>): T | null {
  const result = parse(value);
  if (!(result instanceof CellProblem)) return result;
  throw new Failure(result.code, `--${option} ${value}: ${result.reason}`, { hint: result.hint });
}

function needed<T>(option: string, value: string, parse: CellParser<T>): T {
  const result = parsed(option, value, parse);
  if (result !== null) return result;
  throw new Failure('missing-value', `--${option} is blank.`, { hint: 'Fill it in.' });
}

function changeOf(input: ContactInput): ContactChange {
  const { departmentId = null, siteId = null, role, nation } = input;
  if (departmentId === null && role !== 'programme-manager' && role !== 'sro') {
    throw new Failure('wrong-post', `A ${role} belongs to a department.`, { hint: 'Add --department.' });
  }
  if (departmentId === null && siteId !== null) {
    throw new Failure('wrong-post', 'A site belongs to a department.', { hint: 'Add --department.' });
  }
  const awayFrom = input.awayFrom === undefined ? undefined : parsed('away-from', input.awayFrom, date);
  const awayTo = input.awayTo === undefined ? undefined : parsed('away-to', input.awayTo, date);
  if (awayFrom && awayTo && awayTo < awayFrom)
    throw new Failure('bad-date', 'The absence ends before it begins.', { hint: 'Correct one of the two dates.' });
  return {
    departmentId,
    siteId,
    role,
    email: needed('email', input.email, email),
    ...(input.name === undefined ? {} : { name: needed('name', input.name, text(200)) }),
    ...(nation === undefined ? {} : { nation }),
    ...(input.deputyEmail === undefined ? {} : { deputyEmail: parsed('deputy-email', input.deputyEmail, email) }),
    ...(awayFrom === undefined ? {} : { awayFrom }),
    ...(awayTo === undefined ? {} : { awayTo }),
  };
}

/**
 * Fills a post, or changes what is known of who holds it.
 * @throws Failure `bad-email`, `bad-date`, `wrong-post`, `name-needed`, `unknown-department`, `unknown-site`
 */
export async function changeContact(services: Services, input: ContactInput, who: Who): Promise<ContactSet> {
  const change = changeOf(input);
  const pool = await services.register();
  return setContact(pool, change, await actorName(pool, who));
}
