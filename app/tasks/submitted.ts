import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { isOneOf, type WorkStage } from '../../domain/vocabulary';
import { BULK_ACTIONS, type BulkAction } from '../../domain/tasks/words';
import { findSubmission } from '../../register/task-submissions';
import { placesOf, taskSite } from '../../register/tasks';
import { casesCalled } from '../../register/cases';
import { type Services } from '../services';
import { concurrently } from '../concurrently';
import { TaskDays } from './programme';

/** A device of a submission, as its confirmation shows it. */
export interface ConfirmedTask {
  readonly caseId: string;
  readonly reference: string;
  readonly accepted: boolean;
  /** Why not; empty where it was accepted. */
  readonly problem: string;
  /** What happens next and by when; empty where that is nothing of the case any more. */
  readonly next: string;
}

/** What was recorded, and what happens next. */
export interface Submitted {
  readonly siteId: string;
  readonly siteName: string;
  readonly stage: WorkStage;
  readonly action: BulkAction;
  readonly on: string;
  readonly tasks: readonly ConfirmedTask[];
  readonly recorded: number;
}

async function nextOf(services: Services, caseId: string, days: TaskDays): Promise<string> {
  const [record] = await casesCalled(await services.register(), caseId);
  if (record === undefined) return '';
  if (record.status === 'closed') return 'Nothing more: the case is closed';
  const { nextAction, due } = record;
  return due === null ? nextAction : `${nextAction}, by ${days.date(due)}`;
}

/**
 * What became of a submission, for whoever made it.
 * @returns null where there is none, or it is somebody else's: nobody can tell which
 */
export async function submitted(
  services: Services,
  viewer: Viewer,
  submissionId: string,
  now: Instant,
): Promise<Submitted | null> {
  const pool = await services.register();
  const found = await findSubmission(pool, submissionId);
  if (found === null || found.doneBy !== viewer.id || !isOneOf(BULK_ACTIONS, found.action)) return null;
  const { siteId, stage, action, at, results } = found;
  const days = await TaskDays.of(services, pool, now);
  const places = await placesOf(
    pool,
    results.map(({ caseId }) => caseId),
  );
  const next = new Map<string, string>();
  await concurrently(results, 4, async ({ caseId, code }) => {
    if (code === null) next.set(caseId, await nextOf(services, caseId, days));
  });
  const tasks = results.map(({ caseId, code, message }): ConfirmedTask => {
    const reference = (code === 'not-here' ? undefined : places.get(caseId)?.assetId) ?? 'A device';
    return { caseId, reference, accepted: code === null, problem: message, next: next.get(caseId) ?? '' };
  });
  return {
    siteId,
    siteName: (await taskSite(pool, siteId))?.name ?? '',
    stage,
    action,
    on: days.date(at),
    tasks,
    recorded: results.filter(({ code }) => code === null).length,
  };
}
