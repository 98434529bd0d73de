import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../domain/records';
import { isOneOf, type Role, ROLES } from '../domain/vocabulary';
import { ensureUser, type Holding, holdingsOf } from './access/holdings';

/** A person who holds at least one role, by e-mail address. */
export interface Person {
  /**
   * The same for all posts of one address, so that two roles never count as two people. Somebody without a post of
   * their own (a granted role, a deputy who is no contact) has a user id here.
   */
  readonly contactId: string;
  /** Their own, and those of absent programme managers and SROs whose deputy they are. */
  readonly posts: readonly {
    readonly role: Role;
    readonly departmentId: string | null;
    readonly siteId: string | null;
  }[];
}

/** The id under which an address acts; null where it has to be made. */
export function personId(holdings: readonly Holding[], user: { readonly id: string } | null): string | null {
  return holdings.find(({ because }) => because === 'post')?.id ?? user?.id ?? null;
}

/**
 * The person behind an address; null where nobody of the register has it.
 * @param now says who is away, and so for whom a deputy acts
 */
export async function findPerson(db: Pool | PoolClient, email: string, now: Instant): Promise<Person | null> {
  const { holdings, user } = await holdingsOf(db, email, now);
  if (holdings.length === 0) return null;
  const contactId = personId(holdings, user) ?? (await ensureUser(db, { email, name: email, change: 'keep' }, now));
  const posts = holdings.flatMap(({ role, departmentId, siteId }) =>
    isOneOf(ROLES, role) ? [{ role, departmentId, siteId }] : [],
  );
  return { contactId, posts };
}
