import { type Pool, type PoolClient } from 'pg';
import { Failure } from '../../domain/errors';
import { endGrants } from '../../register/access/grants';
import { addAccess } from '../../register/access/log';
import { endSessions } from '../../register/access/sessions';
import { listContacts } from '../../register/contacts';
import {
  countTasksOf,
  countWaitingMail,
  deputisedBy,
  handOver,
  type HeldPost,
  lockContacts,
  postsOf,
  successorsOf,
} from '../../register/leavers';
import { inTransaction } from '../../register/transaction';
import { handOnStranded } from '../mail/readdress';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { handOnTasks, type HandedOn } from './hand-on-tasks';
import { checkFilter } from './pages';

export interface LeaveRequest {
  readonly email: string;
  /** Null or blank = none was named, which is refused. */
  readonly successor: string | null;
  /** Only the posts of this department; null = every post. */
  readonly departmentId: string | null;
  readonly reason: string;
}

/** A post that went from one person to another. People by contact id. */
export interface PostHandedOver {
  readonly departmentId: string | null;
  readonly siteId: string | null;
  readonly role: HeldPost['role'];
  readonly from: string;
  readonly to: string;
  /** `held`: the successor held it already. */
  readonly outcome: 'held' | 'given';
}

export interface LeaveAnswer {
  /** `finished`: they had left already; what an earlier run had left to do is done. */
  readonly outcome: 'left' | 'finished';
  readonly posts: readonly PostHandedOver[];
  /** Open cases whose tasks, the leaver's by name, are the successor's now. */
  readonly tasks: number;
  /** What is without anybody, or still with the leaver. */
  readonly remaining: {
    readonly cases: HandedOn['notRunning'];
    /** Messages that wait for the leaver and found nobody else. */
    readonly mail: number;
    /** Posts whose deputy the leaver was, by contact id. */
    readonly deputyOf: readonly string[];
    /** Posts in other departments, which the leaver keeps. */
    readonly kept: readonly HeldPost[];
  };
}

const LIST_HINT = 'See "clearsite contacts list".';

async function successorNeeded(pool: Pool, leaver: string, posts: readonly HeldPost[]): Promise<Failure> {
  const hint = 'Name who takes over with --successor; a new person is added first with "clearsite contacts set".';
  if (posts.some(({ role, left }) => role === 'programme-manager' && !left)) {
    const managers = await listContacts(
      pool,
      { role: 'programme-manager', who: 'present' },
      { limit: null, after: null },
    );
    if (managers.every(({ email }) => email.toLowerCase() === leaver.toLowerCase()))
      return new Failure('successor-needed', `${leaver} is the last programme manager: nobody would decide anything.`, {
        hint,
      });
  }
  return new Failure('successor-needed', `Nobody is named who takes over from ${leaver}.`, { hint });
}

/** The successor's posts that stand. @throws Failure `unknown-contact`, `successor-left`, `successor-refused` */
function standing(successor: string, posts: readonly HeldPost[]): HeldPost[] {
  if (posts.length === 0) {
    throw new Failure('unknown-contact', `${successor} is not a contact of this register.`, {
      hint: `${LIST_HINT} Add the person first with "clearsite contacts set".`,
    });
  }
  const present = posts.filter(({ left }) => !left);
  if (present.length === 0) {
    throw new Failure('successor-left', `${successor} has left too.`, {
      hint: 'Name somebody who is there, or bring the person back with "clearsite contacts set".',
    });
  }
  if (present.some(({ refused }) => refused)) {
    throw new Failure('successor-refused', `Mail to ${successor} is refused: nothing would reach the successor.`, {
      hint: 'Correct the address with "clearsite contacts set" first.',
    });
  }
  return present;
}

interface Leaving {
  readonly leaver: string;
  readonly successor: string;
  readonly departmentId: string | null;
  readonly reason: string;
  readonly actor: string;
}

const EVERY_GRANT = { role: null, at: 'anywhere' } as const;

/** Whoever has left their last post is signed out, and loses what was granted to them besides. */
async function signOutLeaver(client: PoolClient, leaver: string, actor: string): Promise<void> {
  if ((await postsOf(client, leaver)).some(({ left }) => !left)) return;
  const now = new Date().toISOString();
  await endSessions(client, leaver, null, 'left', now);
  for (const { userId, role } of await endGrants(client, leaver, EVERY_GRANT, actor, now))
    await addAccess(client, { at: now, who: actor, what: 'role-revoked', subject: `${userId} ${role}` });
}

/** @throws Failure `unknown-contact`, `no-post`, `left-before` (exit 1), those of {@link standing} */
async function handOverPosts(pool: Pool, leaving: Leaving): Promise<PostHandedOver[]> {
  const { leaver, successor, departmentId, reason, actor } = leaving;
  return inTransaction(pool, async (client) => {
    await lockContacts(client);
    const mine = inDepartment(leaver, await postsOf(client, leaver), departmentId);
    const heirs = await postsOf(client, successor);
    const [heir] = standing(successor, heirs);
    const held = mine.filter(({ left }) => !left);
    const posts: PostHandedOver[] = [];
    for (const { contactId, departmentId: department, siteId, role } of held) {
      const succession = { contactId, successorEmail: successor, successorId: heir?.contactId ?? '', actor, reason };
      const { to, outcome } = await handOver(client, succession);
      posts.push({ departmentId: department, siteId, role, from: contactId, to, outcome });
    }
    await signOutLeaver(client, leaver, actor);
    if (posts.length > 0) return posts;
    const earlier = [
      ...(
        await successorsOf(
          client,
          mine.map(({ contactId }) => contactId),
        )
      ).values(),
    ];
    if (earlier.some((id) => heirs.some(({ contactId }) => contactId === id))) return [];
    throw new Failure('left-before', `${leaver} has left before, and ${successor} did not take over.`, {
      exit: 1,
      hint: 'See "clearsite contacts list --all"; "clearsite cases act ID reassign --to EMAIL" hands on single tasks.',
    });
  });
}

function inDepartment(leaver: string, posts: readonly HeldPost[], departmentId: string | null): HeldPost[] {
  if (posts.length === 0)
    throw new Failure('unknown-contact', `${leaver} is not a contact of this register.`, { hint: LIST_HINT });
  const mine = posts.filter((post) => departmentId === null || post.departmentId === departmentId);
  if (mine.length > 0) return mine;
  throw new Failure('no-post', `${leaver} holds no post in ${String(departmentId)}.`, { hint: LIST_HINT });
}

/**
 * Somebody leaves: every post goes to the successor, and with it tasks that were the leaver's by name and mail that waits.
 * Calendar entries follow by themselves, since whoever changes `contacts` notes it for them. Links that were sent to the
 * leaver end in the transaction that ends the posts. Interrupted, it is finished by repeating it and by `reconcile`.
 * @throws Failure `reason-needed`, `same-person`, `successor-needed`, `successor-left`, `successor-refused`,
 *   `unknown-contact`, `unknown-department`, `no-post`; (exit 1) `left-before`; (exit 3) where Temporal is needed and not there
 */
export async function leave(
  services: Services,
  { email, successor, departmentId, reason }: LeaveRequest,
  who: Who,
  onProgress?: (done: number) => void,
): Promise<LeaveAnswer> {
  const why = reason.trim();
  const heir = (successor ?? '').trim();
  if (why === '') throw new Failure('reason-needed', 'Say why: the reason stays on record.');
  if (heir.toLowerCase() === email.toLowerCase())
    throw new Failure('same-person', `${email} cannot take over from themselves.`, { hint: 'Name somebody else.' });
  const pool = await services.register();
  await checkFilter(pool, departmentId === null ? {} : { departmentId });
  const known = inDepartment(email, await postsOf(pool, email), departmentId);
  if (heir === '') throw await successorNeeded(pool, email, known);
  const ids = known.map(({ contactId }) => contactId);
  // Better to find out before anything is written that the tasks could not be handed on.
  if ((await countTasksOf(pool, ids)) > 0) await services.temporal();
  const actor = await actorName(pool, who);
  const posts = await handOverPosts(pool, { leaver: email, successor: heir, departmentId, reason: why, actor });
  const { assets, notRunning } = await handOnTasks(services, ids, onProgress);
  await handOnStranded(pool, new Date().toISOString());
  return {
    outcome: posts.length > 0 ? 'left' : 'finished',
    posts,
    tasks: assets.length,
    remaining: {
      cases: notRunning,
      mail: await countWaitingMail(pool, ids),
      deputyOf: await deputisedBy(pool, email),
      kept: (await postsOf(pool, email)).filter(({ left }) => !left),
    },
  };
}
