import { type TaskView } from '../../app/tasks/task-view';
import { count } from '../../domain/counted';
import { type WorkStage } from '../../domain/vocabulary';

/** The page of the tasks of a site and stage. */
export function tasksHref(siteId: string, stage: WorkStage): string {
  return `/tasks/${encodeURIComponent(siteId)}/${stage}`;
}

/** What people do who cannot do the task now. */
export function insteadLinks(siteId: string, stage: WorkStage) {
  return [
    { href: `${tasksHref(siteId, stage)}/more-time`, text: 'I need more time' },
    { href: `${tasksHref(siteId, stage)}/on-it`, text: 'Tell us you are on it' },
  ];
}

/** What is said where agreement is asked for; null = nowhere. */
export function agreementWords(tasks: readonly TaskView[]): string | null {
  const asked = tasks.filter(({ asks }) => asks === 'agreement').length;
  if (asked === 0) return null;
  return `For ${count(asked, 'device')}, somebody has looked and says: not on the list. Look at the evidence in the case. To agree, choose “Not on the list”; else say what it is.`;
}
