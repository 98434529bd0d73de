import { type Role, ROLES } from '../vocabulary';

/** A contact who may be written to: neither gone nor refused. */
export interface Reachable {
  readonly contactId: string;
  readonly role: Role;
  /** Null = every site of the department. */
  readonly siteId: string | null;
}

/** Where a case lies, as far as it decides who is told. */
export interface Whereabouts {
  readonly siteId: string;
  /** The contact the tasks were reassigned to; null = nobody. */
  readonly owner: string | null;
}

function holders(role: Role, people: readonly Reachable[], { siteId, owner }: Whereabouts): readonly Reachable[] {
  const all = people.filter((person) => person.role === role);
  if (role === 'task-owner' && owner !== null) {
    const named = people.filter(({ contactId }) => contactId === owner);
    if (named.length > 0) return named;
  }
  const here = all.filter((person) => person.siteId === siteId);
  return here.length > 0 ? here : all.filter((person) => person.siteId === null);
}

/** Who is told, and which posts nobody holds. */
export interface Reached {
  /** Contact ids, each once. */
  readonly contacts: readonly string[];
  /** Roles that nobody holds here, so that somebody else was told in their place. */
  readonly passedOver: readonly Role[];
}

/**
 * Who receives what is meant for roles. A role that nobody holds goes to the next one up, and where nobody is
 * above, to the next one down, so that no notice is lost while anybody at all can be reached.
 * @param people everyone reachable in the case's department and programme
 */
export function reached(roles: readonly Role[], people: readonly Reachable[], where: Whereabouts): Reached {
  const contacts = new Set<string>();
  const passedOver: Role[] = [];
  for (const role of roles) {
    const rank = ROLES.indexOf(role);
    const inTurn = [...ROLES.slice(rank), ...ROLES.slice(0, rank).reverse()];
    const holder = inTurn.find((candidate) => holders(candidate, people, where).length > 0);
    if (holder !== role) passedOver.push(role);
    if (holder !== undefined) for (const { contactId } of holders(holder, people, where)) contacts.add(contactId);
  }
  return { contacts: [...contacts], passedOver };
}

/** As {@link reached}: the contact ids alone. */
export function recipientsOf(roles: readonly Role[], people: readonly Reachable[], where: Whereabouts): string[] {
  return [...reached(roles, people, where).contacts];
}
