import { groups } from '../domain/groups';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { tasksOf } from './items';
import { type MailRow, type MailSetting } from './rows';

/** What opens the page of some tasks, as a mail shows it. */
export interface TaskLink {
  /** In full: some readers see only the text. */
  readonly url: string;
  /** Where the reference is typed. */
  readonly typeAt: string;
  /** `7KQ4-M3XD` */
  readonly reference: string;
}

/** Links by site and stage; see {@link groupKey}. */
export type Links = ReadonlyMap<string, TaskLink>;
export const NO_LINKS: Links = new Map();

/** The tasks of one site and stage that are a message's reader's own. */
export interface TaskGroup {
  /** The post because of which they are theirs. */
  readonly contactId: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly cases: readonly { readonly caseId: string; readonly due: Instant | null }[];
}

/** So many links a message has at most: its lists are shorter still. */
const MOST_LINKS = 60;

export function groupKey(siteId: string, stage: WorkStage): string {
  return `${stage} ${siteId}`;
}

/** The reader's own tasks by site and stage, the worst first: each of these gets one link. */
export function linkedGroups(rows: readonly MailRow[], now: Instant, setting: MailSetting): TaskGroup[] {
  const own = tasksOf(rows, now, setting).filter(({ voice }) => voice === 'own');
  return groups(own, ({ case: task, stage }) => groupKey(task.siteId, stage))
    .slice(0, MOST_LINKS)
    .flatMap((tasks) => {
      const [first] = tasks;
      if (first === undefined) return [];
      const cases = tasks.map(({ case: task, due }) => ({ caseId: task.caseId, due }));
      return [{ contactId: first.contactId, siteId: first.case.siteId, stage: first.stage, cases }];
    });
}

/** What stands in a preview for links that are made when the mail leaves: a token that is shown to another is none. */
export function previewLinks(rows: readonly MailRow[], now: Instant, setting: MailSetting): Links {
  const { publicUrl } = setting;
  if (publicUrl === '') return NO_LINKS;
  const link = { url: `${publicUrl}/t/…`, typeAt: `${publicUrl}/reference`, reference: '…' };
  return new Map(linkedGroups(rows, now, setting).map(({ siteId, stage }) => [groupKey(siteId, stage), link]));
}
