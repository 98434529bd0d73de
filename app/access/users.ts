import { may } from '../../domain/access/permissions';
import { type GrantedRole } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { CellProblem } from '../../importers/problem';
import { text } from '../../importers/values';
import {
  addGrant,
  countOtherAdmins,
  endGrants,
  type Grant,
  type GrantChoice,
  type GrantRow,
  listGrants,
  lockGrants,
  nameInPost,
  nameOfUser,
} from '../../register/access/grants';
import { ensureUser } from '../../register/access/holdings';
import { addAccess } from '../../register/access/log';
import { namesOf } from '../../register/access/names';
import { listSignedIn, type SignedIn } from '../../register/access/sessions';
import { inTransaction } from '../../register/transaction';
import { checkFilter } from '../inventory/pages';
import { type Services } from '../services';
import { opsName, type Who } from '../who';
import { typedEmail } from './codes';
import { endAllSessions } from './sessions';
import { viewerOf } from './viewer';

export type { Grant, GrantRow, SignedIn };

const NAME = text(200);

/** A granted role, with the name of whoever granted it where the register knows it. */
export interface ListedGrant extends GrantRow {
  readonly grantedByName: string | null;
}

/** Every granted role that stands, by name. */
export async function findGrants(services: Services): Promise<readonly ListedGrant[]> {
  const pool = await services.register();
  const grants = await listGrants(pool);
  const names = await namesOf(
    pool,
    grants.map(({ grantedBy }) => grantedBy),
  );
  return grants.map((grant) => ({ ...grant, grantedByName: names.get(grant.grantedBy) ?? null }));
}

/** Whoever is signed in now, the last seen first. */
export async function findSignedIn(services: Services, now: Instant, limit: number): Promise<readonly SignedIn[]> {
  return listSignedIn(await services.register(), now, limit);
}

/**
 * Who manages users: an administrator, or ops on the command line.
 * @returns the id to record
 * @throws Failure `not-allowed` (exit 1)
 */
async function manager(services: Services, { typist }: Who, now: Instant): Promise<string> {
  if (typist === null) return opsName();
  const viewer = await viewerOf(services, typist, now);
  if (viewer !== null && may(viewer, 'manage-users')) return viewer.id;
  throw new Failure('not-allowed', 'Only an administrator of users may do this.', {
    exit: 1,
    hint: 'Leave out CLEARSITE_ACTOR to do it as ops.',
  });
}

function isOwn({ typist }: Who, email: string): boolean {
  return typist !== null && typist.trim().toLowerCase() === email;
}

/** A role to be granted, as it was typed. */
export interface GrantInput {
  readonly email: string;
  readonly role: GrantedRole;
  readonly departmentId: string | null;
  /** Needed for an address that is neither a contact's nor a user's. */
  readonly name: string | null;
}

export interface GrantAnswer extends Grant {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  /** `held`: they had it already. */
  readonly outcome: 'granted' | 'held';
}

function typedName(typed: string | null): string | null {
  const name = typed === null ? null : NAME(typed);
  if (name instanceof CellProblem) throw new Failure('bad-name', `The name cannot be used: ${name.reason}`);
  return name;
}

function subjectOf(userId: string, { role, departmentId }: Grant): string {
  return [userId, role, ...(departmentId === null ? [] : [departmentId])].join(' ');
}

/**
 * Grants a role to an address. Nobody grants themselves anything.
 * @throws Failure `missing-value`, `bad-email`, `bad-name`, `name-needed`, `wrong-place`, `unknown-department`; (exit 1)
 *   `not-allowed`, `own-role`
 */
export async function grantRole(services: Services, input: GrantInput, who: Who, now: Instant): Promise<GrantAnswer> {
  const email = typedEmail(input.email);
  const typed = typedName(input.name);
  const { role, departmentId } = input;
  const by = await manager(services, who, now);
  if (isOwn(who, email)) {
    throw new Failure('own-role', 'Nobody grants a role to themselves: another administrator has to.', { exit: 1 });
  }
  if (role === 'admin' && departmentId !== null) {
    throw new Failure('wrong-place', 'An administrator of users is one for the whole programme.', {
      hint: 'Leave out --department.',
    });
  }
  const pool = await services.register();
  await checkFilter(pool, departmentId === null ? {} : { departmentId });
  return inTransaction(pool, async (client) => {
    const name = typed ?? (await nameOfUser(client, email)) ?? (await nameInPost(client, email));
    if (name === null) {
      throw new Failure('name-needed', 'Nobody of this address is known yet, so the name is needed.', {
        hint: 'Add --name.',
      });
    }
    const change = typed === null ? 'keep' : 'rename';
    const userId = await ensureUser(client, { email, name, change }, now);
    const outcome = await addGrant(client, userId, { role, departmentId }, by, now);
    if (outcome === 'granted') {
      const subject = subjectOf(userId, { role, departmentId });
      await addAccess(client, { at: now, who: by, what: 'role-granted', subject });
    }
    return { userId, email, name, role, departmentId, outcome };
  });
}

/** Which roles are taken away from whom. */
export interface RevokeInput extends GrantChoice {
  readonly email: string;
}

/**
 * Takes granted roles away; what the address may do by its posts stays. It counts at that person's very next request.
 * @throws Failure `missing-value`, `bad-email`; (exit 1) `not-granted`, `not-allowed`, `last-admin`
 */
export async function revokeRoles(
  services: Services,
  input: RevokeInput,
  who: Who,
  now: Instant,
): Promise<{ readonly email: string; readonly revoked: readonly Grant[] }> {
  const email = typedEmail(input.email);
  const by = await manager(services, who, now);
  return inTransaction(await services.register(), async (client) => {
    await lockGrants(client);
    const ended = await endGrants(client, email, input, by, now);
    if (ended.length === 0) {
      throw new Failure('not-granted', `${input.role === null ? 'No role' : 'That role'} was granted to ${email}.`, {
        exit: 1,
        hint: 'See "clearsite users list"; roles that come with a post end with "clearsite contacts leave".',
      });
    }
    const admins = ended.some((grant) => grant.role === 'admin') && who.typist !== null;
    if (admins && (await countOtherAdmins(client, email)) === 0) {
      throw new Failure(
        'last-admin',
        'This is the last administrator of users: grant the role to somebody else first.',
        {
          exit: 1,
        },
      );
    }
    for (const grant of ended) {
      const subject = subjectOf(grant.userId, grant);
      await addAccess(client, { at: now, who: by, what: 'role-revoked', subject });
    }
    return { email, revoked: ended.map(({ role, departmentId }) => ({ role, departmentId })) };
  });
}

/**
 * Signs an address out everywhere.
 * @returns how many sessions there were
 * @throws Failure `missing-value`, `bad-email`; (exit 1) `not-allowed`
 */
export async function signOutEverywhere(services: Services, email: string, who: Who, now: Instant): Promise<number> {
  const address = typedEmail(email);
  const id = await manager(services, who, now);
  return endAllSessions(services, address, { id }, 'by-admin', now);
}
