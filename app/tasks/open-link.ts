import { type Pool } from 'pg';
import { type Viewer } from '../../domain/access/roles';
import { count } from '../../domain/counted';
import { type Instant } from '../../domain/records';
import { type Change, changeSince } from '../../domain/tasks/since';
import { changeWords } from '../../domain/tasks/words';
import { ROLE_SHOWN, STAGE_WORDS } from '../../domain/wording';
import { namesOf } from '../../register/case-detail';
import { casesOfLink, type LinkCase } from '../../register/link-cases';
import { findLink, type StoredLink } from '../../register/task-links';
import { type Submission, submissionOfLink } from '../../register/task-submissions';
import { tasksAtSite, tasksOfCases } from '../../register/tasks';
import { type Services } from '../services';
import { isToken, LINK_DAYS, tokenHash } from './make-links';
import { Owners } from './own';
import { TaskDays } from './programme';
import { ALL, type Reveal, type TaskView, taskView } from './task-view';

/** Most tasks that one page shows. */
export const MOST_TASKS = 200;

/** A task of a link that is not what it was. */
export interface ChangedTask {
  readonly reference: string;
  /** One sentence, without its full stop. */
  readonly words: string;
}

/** Who looks at a link: whoever it was sent to, somebody else, or somebody who has not signed in. */
export type Reader = 'addressee' | 'other' | 'unknown';

/** What a link opens now. */
export interface OpenedLink {
  readonly state: 'live' | 'used' | 'stale' | 'expired' | 'revoked';
  readonly link: StoredLink;
  readonly reader: Reader;
  /** `code`: nothing of it may be shown before the typed code. */
  readonly shown: 'tasks' | 'code';
  /** The site, as far as this reader may know it. */
  readonly site: string;
  /** Whether this reader may know which site it is. */
  readonly named: 'yes' | 'no';
  readonly tasks: readonly TaskView[];
  readonly changed: readonly ChangedTask[];
  /** What happened, in sentences; empty for a live link. */
  readonly happened: readonly string[];
  readonly fresh: 'offered' | 'none';
}

/** The link of a token; null for what is none. @throws Failure `no-policy` */
export async function linkOf(services: Services, token: string, now: Instant): Promise<StoredLink | null> {
  if (!isToken(token)) return null;
  const pool = await services.register();
  const { today } = await TaskDays.of(services, pool, now);
  return findLink(pool, { tokenHash: tokenHash(token) }, today);
}

function readerOf(viewer: Viewer | null, { address }: StoredLink): Reader {
  return viewer === null ? 'unknown' : viewer.email === address ? 'addressee' : 'other';
}

function stateOf(link: StoredLink, tasks: readonly unknown[], now: Instant): OpenedLink['state'] {
  if (link.revokedWhy !== null || (link.holder === 'nobody' && link.usedAt === null)) return 'revoked';
  if (link.usedAt !== null) return 'used';
  if (link.expiresAt <= now) return 'expired';
  return tasks.length === 0 ? 'stale' : 'live';
}

function usedWords(link: StoredLink, use: Submission | null, days: TaskDays, reveal: Reveal | null): string {
  const on = days.date(link.usedAt ?? days.now);
  if (use === null || reveal === null) return `This link was used on ${on}. A link works once.`;
  const done = use.results.filter(({ code }) => code === null).length;
  return `This link was used on ${on}: “${STAGE_WORDS[link.stage]}” was recorded for ${count(done, 'device')}. A link works once.`;
}

function happened(
  state: OpenedLink['state'],
  link: StoredLink,
  use: Submission | null,
  days: TaskDays,
  reveal: Reveal | null,
): string[] {
  switch (state) {
    case 'live':
      return [];
    case 'used':
      return [usedWords(link, use, days, reveal)];
    case 'expired':
      return [`This link was made on ${days.date(link.createdAt)}. A link works for ${LINK_DAYS} days.`];
    case 'stale':
      return ['Everything that this link was for has been done, or has changed, since it was sent.'];
    case 'revoked':
      return [
        link.revokedWhy === 'moved'
          ? 'The devices that this link was for are at another site now.'
          : 'The tasks that this link was for are with somebody else now.',
      ];
  }
}

/** Names for those who changed something: to the addressee by name, to anybody else by post. */
async function changedTasks(
  pool: Pool,
  found: readonly { readonly item: LinkCase; readonly change: Change }[],
  days: TaskDays,
  reveal: Reveal,
  reader: Reader,
): Promise<ChangedTask[]> {
  const ids = found.flatMap(({ change }) => ('actor' in change ? [change.actor] : []));
  const people = await namesOf(pool, [...new Set(ids)]);
  return found.map(({ item, change }) => {
    const person = 'actor' in change ? people.get(change.actor) : undefined;
    const post = person === undefined ? 'the programme team' : `the ${ROLE_SHOWN[person.role]}`;
    const by = person !== undefined && reader === 'addressee' ? `${person.name}, ${ROLE_SHOWN[person.role]}` : post;
    const on = 'at' in change ? days.date(change.at) : '';
    return { reference: reveal.assets ? item.assetId : item.caseId, words: changeWords(change, on, by) };
  });
}

/** Whether something of a site and stage is still this person's to do. */
async function isSomethingLeft(pool: Pool, { siteId, stage, contactId }: StoredLink): Promise<boolean> {
  const here = await tasksAtSite(pool, siteId, stage, MOST_TASKS);
  return (await new Owners(pool).among(here, new Set([contactId]))).length > 0;
}

function revealTo(reader: Reader, link: StoredLink, days: TaskDays): Reveal | null {
  if (reader === 'addressee') return ALL;
  if (link.sensitivity === 'sensitive') return null;
  const { revealAssets: assets, revealSites: sites, revealMakes: makes } = days.policy.mail;
  return { assets, sites, makes };
}

/**
 * What a link opens for whoever looks. Changes nothing, however often it is asked. Before the typed code, no more is shown
 * than the mail itself said, and of a sensitive site nothing.
 * @param viewer whoever is signed in; null = nobody
 * @returns null for a token that is none
 */
export async function openLink(
  services: Services,
  token: string,
  viewer: Viewer | null,
  now: Instant,
): Promise<OpenedLink | null> {
  const link = await linkOf(services, token, now);
  if (link === null) return null;
  const pool = await services.register();
  const days = await TaskDays.of(services, pool, now);
  const reader = readerOf(viewer, link);
  const reveal = revealTo(reader, link, days);
  const items = await casesOfLink(pool, link.linkId);
  const changes = items.map((item) => ({ item, change: changeSince({ link, ...item }) }));
  const same = changes.flatMap(({ item, change }) => (change === null ? [item.caseId] : []));
  const open = (await tasksOfCases(pool, same, link.stage)).slice(0, MOST_TASKS);
  const state = stateOf(link, open, now);
  const use = state === 'used' ? await submissionOfLink(pool, link.linkId) : null;
  const shown = changes.flatMap(({ item, change }) => (change === null ? [] : [{ item, change }]));
  const visible = reveal !== null && reader !== 'other';
  return {
    state,
    link,
    reader,
    shown: reveal === null ? 'code' : 'tasks',
    site: reveal?.sites === true ? link.siteName : reveal?.assets === true ? `Site ${link.siteId}` : 'One site',
    named: reveal?.assets === true && reader !== 'other' ? 'yes' : 'no',
    tasks: visible && state === 'live' ? open.map((task) => taskView(task, link.nation, days, reveal)) : [],
    changed: visible ? await changedTasks(pool, shown, days, reveal, reader) : [],
    happened: happened(state, link, use, days, reader === 'other' ? null : reveal),
    fresh: link.holder !== 'nobody' && (await isSomethingLeft(pool, link)) ? 'offered' : 'none',
  };
}

/** What a link was used for, where it was this person who used it; else null. */
export async function usedFor(services: Services, viewer: Viewer, { linkId }: StoredLink): Promise<string | null> {
  const use = await submissionOfLink(await services.register(), linkId);
  return use !== null && use.doneBy === viewer.id ? use.submissionId : null;
}
