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

/**
 * Who receives what is meant for roles. A role that nobody holds goes to the next one up, and where nobody is
 * above, to the next one down, so that no notice is lost while anybody at all can be reached.
 * @param people everyone reachable in the case's department and programme
 * @returns contact ids, each once
 */
export function recipientsOf(roles: readonly Role[], people: readonly Reachable[], where: Whereabouts): string[] {
  const found = roles.flatMap((role) => {
    const rank = ROLES.indexOf(role);
    for (const candidate of [...ROLES.slice(rank), ...ROLES.slice(0, rank).reverse()]) {
      const held = holders(candidate, people, where);
      if (held.length > 0) return held.map(({ contactId }) => contactId);
    }
    return [];
  });
  return [...new Set(found)];
}
