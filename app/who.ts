import { userInfo } from 'node:os';
import { type Pool, type PoolClient } from 'pg';
import { reaches } from '../domain/access/permissions';
import { Failure } from '../domain/errors';
import { type Actor, DECIDERS } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { type Role } from '../domain/vocabulary';
import { findPerson, type Person } from '../register/people';
import { type ReplanBy } from '../register/replanning';

/** Who acts and who types, as the command line or a session names them: e-mail addresses. */
export interface Who {
  /** `--as`: the person in whose name it is entered; null = the typist's own. */
  readonly as: string | null;
  /** `CLEARSITE_ACTOR`; null = the system user. */
  readonly typist: string | null;
}

/** Where something happens, for the roles that count there. */
export interface Place {
  readonly departmentId: string;
  readonly siteId: string;
}

/** The name under which the system user acts. */
export function opsName(): string {
  return `ops:${userInfo().username}`;
}

/** Roles are those of this moment: a deputy acts while the other is away. */
function present(): Instant {
  return new Date().toISOString();
}

async function person(pool: Pool | PoolClient, email: string): Promise<Person> {
  const found = await findPerson(pool, email, present());
  if (found !== null) return found;
  throw new Failure('unknown-contact', `${email} is not a contact of this register.`, {
    hint: 'See "clearsite contacts list"; add people with "clearsite import --kind contacts" or "clearsite contacts set".',
  });
}

/**
 * The roles that a person holds for a place: those of its department (or its site), and programme-wide ones, an absent
 * person's whose deputy they are among them.
 */
function rolesAt({ posts }: Person, place: Place): Role[] {
  const here = posts.filter((post) => reaches(post, place));
  return [...new Set(here.map(({ role }) => role))];
}

/** Every role that a person holds anywhere. */
export async function rolesOf(pool: Pool | PoolClient, email: string): Promise<readonly Role[]> {
  return [...new Set((await person(pool, email)).posts.map(({ role }) => role))];
}

/** The name to record for who acts, where no case is concerned: contact id or `ops:<user>`. */
export async function actorName(pool: Pool | PoolClient, { as, typist }: Who): Promise<string> {
  const email = as ?? typist;
  return email === null ? opsName() : (await person(pool, email)).contactId;
}

/** Who changes what dates follow from, and whether this person's own judgement may move them later. */
export async function replanBy(db: Pool | PoolClient, who: Who): Promise<ReplanBy> {
  const actor = await actorName(db, who);
  const judging = who.typist === null ? [] : await rolesOf(db, who.typist);
  return { actor, authority: DECIDERS.findLast((role) => judging.includes(role)) ?? null };
}

/**
 * Who acts on a case. What is entered in another person's name counts as theirs, but where judgement is asked
 * (deciding, verifying, agreeing) only the roles of the person who types count; a demonstration apart.
 * @throws Failure `unknown-contact`
 */
export async function resolveActor(
  pool: Pool,
  { as, typist }: Who,
  place: Place,
  demo: { readonly demo: boolean },
): Promise<Actor> {
  const typing = typist === null ? null : await person(pool, typist);
  const typistId = typing?.contactId ?? opsName();
  const acting = as === null ? typing : await person(pool, as);
  if (acting === null) return { id: typistId, kind: 'ops', roles: [], enteredBy: null, authority: [] };
  const roles = rolesAt(acting, place);
  const own = acting.contactId === typistId;
  const authority = own || demo.demo ? roles : typing === null ? [] : rolesAt(typing, place);
  return { id: acting.contactId, kind: 'contact', roles, enteredBy: own ? null : typistId, authority };
}
