import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { type WorkStage } from '../../domain/vocabulary';
import { tasksAtSite, postsReadBy, taskSite, type TaskSite } from '../../register/tasks';
import { noteSensitiveRead } from '../access/log';
import { type Services } from '../services';
import { MOST_TASKS } from './open-link';
import { Owners } from './own';
import { TaskDays } from './programme';
import { ALL, type TaskView, taskView } from './task-view';

/** The tasks of one site and stage, for somebody who may do them. */
export interface TasksAt {
  readonly site: TaskSite;
  readonly stage: WorkStage;
  /** The person's own. */
  readonly own: readonly TaskView[];
  /** Colleagues' tasks that they may do as well. */
  readonly others: readonly TaskView[];
}

/**
 * The tasks of a site and stage. Reading those of a site that is sensitive, or may be, is noted.
 * @returns null where there is no such site, or this person does no tasks there: nobody can tell which
 * @throws Failure `no-policy`
 */
export async function tasksAt(
  services: Services,
  viewer: Viewer,
  { siteId, stage }: { readonly siteId: string; readonly stage: WorkStage },
  now: Instant,
): Promise<TasksAt | null> {
  const pool = await services.register();
  const site = await taskSite(pool, siteId);
  if (site === null || !may(viewer, stage === 'verify' ? 'verify' : 'do-tasks', site)) return null;
  const days = await TaskDays.of(services, pool, now);
  const posts = await postsReadBy(pool, viewer.email, days.today);
  const all = await tasksAtSite(pool, siteId, stage, MOST_TASKS);
  const mine = await new Owners(pool).among(all, new Set(posts.map(({ contactId }) => contactId)));
  const own = new Set(mine.map(({ caseId }) => caseId));
  const views = all.map((task) => taskView(task, site.nation, days, ALL));
  await noteSensitiveRead(services, viewer, site, siteId, now);
  return {
    site,
    stage,
    own: views.filter(({ caseId }) => own.has(caseId)),
    others: views.filter(({ caseId }) => !own.has(caseId)),
  };
}
