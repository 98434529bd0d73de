import { type Where } from '../../domain/access/roles';
import { type ContactRow, listContacts } from '../../register/contacts';
import { type Services } from '../services';

export { type ContactRow } from '../../register/contacts';

/**
 * Who is responsible at a department, or at one of its sites; posts of other sites are left out.
 * @param siteId null = every post of the department
 */
export async function peopleAt(services: Services, { departmentId, siteId }: Where): Promise<readonly ContactRow[]> {
  const all = await listContacts(
    await services.register(),
    { departmentId, who: 'present' },
    { limit: null, after: null },
  );
  return all.filter((contact) => siteId === null || contact.siteId === null || contact.siteId === siteId);
}

/** Who runs the programme: programme managers and SRO. */
export async function programmePeople(services: Services): Promise<readonly ContactRow[]> {
  const pool = await services.register();
  const pages = { limit: null, after: null };
  const [managers, sros] = await Promise.all([
    listContacts(pool, { role: 'programme-manager', who: 'present' }, pages),
    listContacts(pool, { role: 'sro', who: 'present' }, pages),
  ]);
  return [...managers, ...sros].filter(({ departmentId }) => departmentId === null);
}

/** One post of a department; null where it has none of that id, or the person has left. */
export async function contactOf(
  services: Services,
  departmentId: string,
  contactId: string,
): Promise<ContactRow | null> {
  const all = await peopleAt(services, { departmentId, siteId: null });
  return all.find((contact) => contact.contactId === contactId) ?? null;
}
