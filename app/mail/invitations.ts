import { randomUUID } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { unreachable } from '../../domain/errors';
import { type EntryChange, reconcileEntries, type WantedEntry } from '../../domain/notices/entries';
import { DOER } from '../../domain/notices/notices';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Instant } from '../../domain/records';
import {
  changedSites,
  dueTasks,
  type DueTasks,
  type EntryVersion,
  type KeptEntry,
  liveEntries,
  takeSite,
  writeEntries,
} from '../../register/calendar-entries';
import { type ReachablePerson } from '../../register/outbox';
import { inTransaction } from '../../register/transaction';
import { type Directory, directory } from './directory';

/** The post by which a person of an address is written to, and the programme that does it. */
interface Posts {
  readonly contacts: Map<string, string>;
  readonly programmes: Map<string, string>;
}

/** One address is one person: of several posts the first by id, the same whenever it is asked. */
function peopleFor(tasks: DueTasks, siteId: string, people: readonly ReachablePerson[]): ReachablePerson[] {
  const ids = recipientsOf([DOER[tasks.stage]], people, { siteId, owner: tasks.owner });
  const holders = people.filter(({ contactId }) => ids.includes(contactId));
  return [...new Map(holders.reverse().map((person) => [person.email, person])).values()];
}

async function wantedOf(
  tasks: readonly DueTasks[],
  siteId: string,
  peopleOf: Directory,
): Promise<{ wanted: WantedEntry[]; posts: Posts }> {
  const posts: Posts = { contacts: new Map(), programmes: new Map() };
  const wanted: WantedEntry[] = [];
  for (const group of tasks) {
    for (const { contactId, email } of peopleFor(group, siteId, await peopleOf(group.departmentId))) {
      const { stage, due, caseIds, programmeId } = group;
      wanted.push({ person: email, siteId, stage, due, caseIds });
      const known = posts.contacts.get(email);
      if (known === undefined || contactId < known) posts.contacts.set(email, contactId);
      posts.programmes.set(email, programmeId);
    }
  }
  return { wanted, posts };
}

function versionOf(
  change: EntryChange,
  { contacts, programmes }: Posts,
  old: ReadonlyMap<string, KeptEntry>,
): EntryVersion {
  const entry = change.kind === 'new' ? change.wanted : change.entry;
  const { person, siteId, stage } = entry;
  const uid = change.kind === 'new' ? randomUUID() : change.entry.uid;
  const contactId = contacts.get(person) ?? old.get(uid)?.contactId ?? '';
  const programmeId = programmes.get(person) ?? old.get(uid)?.programmeId ?? '';
  const { due, caseIds } = entry;
  const version = { uid, programmeId, contactId, siteId, stage, due, caseIds };
  switch (change.kind) {
    case 'new':
      return { ...version, sequence: 0, state: 'live', tell: 'REQUEST' };
    case 'kept': {
      const { caseIds: now, entry: same } = change;
      const kept = { ...version, caseIds: now, state: 'live' as const };
      if (old.get(uid)?.carried === false) return { ...kept, sequence: same.sequence + 1, tell: 'REQUEST' };
      return { ...kept, sequence: same.sequence, tell: 'nobody' };
    }
    case 'moved': {
      const { due: to, caseIds: now, sequence } = change;
      return { ...version, due: to, caseIds: now, sequence, state: 'live', tell: 'REQUEST' };
    }
    case 'cancelled':
      return { ...version, sequence: change.sequence, state: 'cancelled', tell: 'CANCEL' };
    default:
      return unreachable(change);
  }
}

/** True where a version says what is written down already. */
function isNews({ uid, contactId, tell, caseIds }: EntryVersion, old: ReadonlyMap<string, KeptEntry>): boolean {
  const before = old.get(uid);
  if (tell !== 'nobody' || before === undefined) return true;
  return before.contactId !== contactId || before.caseIds.join() !== [...caseIds].join();
}

async function bringSiteUpToDate(
  client: PoolClient,
  siteId: string,
  peopleOf: Directory,
  now: Instant,
): Promise<number> {
  if (!(await takeSite(client, siteId))) return 0;
  const live = await liveEntries(client, siteId);
  const { wanted, posts } = await wantedOf(await dueTasks(client, siteId), siteId, peopleOf);
  const old = new Map(live.map((entry) => [entry.uid, entry]));
  const versions = reconcileEntries(live, wanted, now)
    .map((change) => versionOf(change, posts, old))
    .filter((version) => isNews(version, old));
  await writeEntries(client, versions);
  return versions.filter(({ tell }) => tell !== 'nobody').length;
}

/**
 * Brings calendar entries in line with the tasks, wherever something has changed since the last time: one transaction a
 * site, so that a killed run loses and doubles nothing. Letters are written to the outbox, not sent.
 * @param goesOn asked before each site; the rest waits for the next run
 * @returns how many entries were made, moved or cancelled
 * @throws the register's first error, once every other site has been seen to
 */
export async function reconcileInvitations(
  pool: Pool,
  now: Instant,
  goesOn: () => boolean = () => true,
): Promise<number> {
  let changed = 0;
  const errors: unknown[] = [];
  for (const siteId of await changedSites(pool)) {
    if (!goesOn()) break;
    // People are read again for each site, inside its transaction: a change of theirs that was seen is a change that was heeded.
    await inTransaction(pool, (client) => bringSiteUpToDate(client, siteId, directory(client), now)).then(
      (number) => (changed += number),
      (error: unknown) => errors.push(error),
    );
  }
  if (errors.length > 0) throw errors[0];
  return changed;
}
