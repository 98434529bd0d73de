import { Failure } from '../../domain/errors';
import { type Actor } from '../../domain/lifecycle';
import { type TaskToHandOn, tasksToHandOn } from '../../register/leavers';
import { sendCommand } from '../act';
import { concurrently, IN_FLIGHT, pages } from '../concurrently';
import { type Services } from '../services';

/** What became of tasks that were with leavers by name. */
export interface HandedOn {
  /** Asset ids of the cases whose tasks are with the successor now. */
  readonly assets: readonly string[];
  /** Cases whose workflow does not run: `reconcile` repairs them, and hands them on the next time. */
  readonly notRunning: readonly { readonly caseId: string; readonly assetId: string }[];
}

/** The person who made it necessary; what is sent is the system's doing. Also when reconciling: one id, one command. */
function actorOf({ actor }: TaskToHandOn): Actor {
  return { id: actor, kind: 'system', roles: [], enteredBy: null, authority: [] };
}

/** @returns what stood in the way; null = nothing does */
async function handOnOne(services: Services, task: TaskToHandOn): Promise<'not-running' | null> {
  const { caseId, from, to, logId } = task;
  try {
    await sendCommand(await services.temporal(), caseId, {
      type: 'reassign',
      to,
      // The number tells this leaving from one after a return.
      commandId: `leave/${from}/${caseId}/${logId}`,
      actor: actorOf(task),
      expectedRevision: null,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'not-running') return 'not-running';
    // Closed meanwhile, or handed on by another run.
    if (!['case-closed', 'unchanged'].includes(error.code)) throw error;
  }
  return null;
}

/**
 * Tells every case whose tasks are with a leaver by name who has them now, some at once. Safe to interrupt, to repeat and to
 * run twice at once.
 * @param leavers contact ids; null = every leaver
 */
export async function handOnTasks(
  services: Services,
  leavers: readonly string[] | null,
  onProgress: (done: number) => void = () => undefined,
): Promise<HandedOn> {
  const pool = await services.register();
  const assets: string[] = [];
  const notRunning: { caseId: string; assetId: string }[] = [];
  const tasks = pages(
    (after, limit) => tasksToHandOn(pool, leavers, after, limit),
    ({ caseId }) => caseId,
  );
  await concurrently(tasks, IN_FLIGHT, async (task) => {
    const { caseId, assetId } = task;
    if ((await handOnOne(services, task)) === null) assets.push(assetId);
    else notRunning.push({ caseId, assetId });
    onProgress(assets.length + notRunning.length);
  });
  return { assets, notRunning };
}

/**
 * Finishes leavings that were noted and then interrupted; called by `reconcile`.
 * @returns the asset ids
 */
export async function finishLeavings(services: Services): Promise<readonly string[]> {
  return (await handOnTasks(services, null)).assets;
}
