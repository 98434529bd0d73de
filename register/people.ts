import { type Pool, type PoolClient } from 'pg';
import { type Role } from '../domain/vocabulary';

/** A person who holds at least one post, by e-mail address. */
export interface Person {
  /** The same for all posts of one address, so that two roles never count as two people. */
  readonly contactId: string;
  readonly posts: readonly {
    readonly role: Role;
    readonly departmentId: string | null;
    readonly siteId: string | null;
  }[];
}

const BY_EMAIL = `
  SELECT contact_id, role, department_id, site_id FROM contacts
  WHERE lower(email) = lower($1) AND left_at IS NULL ORDER BY contact_id`;

/** The person behind an address; null where nobody of the register has it. */
export async function findPerson(pool: Pool | PoolClient, email: string): Promise<Person | null> {
  const { rows } = await pool.query<{
    contact_id: string;
    role: Role;
    department_id: string | null;
    site_id: string | null;
  }>(BY_EMAIL, [email]);
  const first = rows[0];
  if (first === undefined) return null;
  const posts = rows.map(({ role, department_id, site_id }) => ({
    role,
    departmentId: department_id,
    siteId: site_id,
  }));
  return { contactId: first.contact_id, posts };
}
