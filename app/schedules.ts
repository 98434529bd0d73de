import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import { TASK_QUEUE } from '../workflows/messages';
import { type Services } from './services';

/** Ids of the schedules, which are also the beginnings of their workflows' ids. */
export const SCHEDULES = { deliverMail: 'deliver-mail', reconcile: 'reconcile' } as const;

const SECOND = 1_000;
/** How often mail that is due is looked for. Milliseconds. */
const MAIL_EVERY = 60 * SECOND;
const RECONCILE_EVERY = 600 * SECOND;

function schedule(scheduleId: string, workflowType: string, every: number, summary: string): ScheduleOptions {
  return {
    scheduleId,
    spec: { intervals: [{ every }] } satisfies ScheduleSpec,
    action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue: TASK_QUEUE, args: [] },
    // A run that takes longer than the interval is not joined by another; after an outage one run makes up for all.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: every },
    state: { note: summary },
  };
}

/** Creates a schedule, or brings one that is there up to date; whether it is paused is left to whoever paused it. */
async function ensure(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(options.scheduleId)
      .update((previous) => ({ ...previous, spec, action, ...(policies === undefined ? {} : { policies }) }));
  }
}

/** Makes sure that mail is delivered and cases are reconciled at intervals. Safe to repeat, from several workers at once. */
export async function ensureSchedules(client: Client): Promise<void> {
  await ensure(client, schedule(SCHEDULES.deliverMail, 'mailDelivery', MAIL_EVERY, 'Sends the mail that is due.'));
  await ensure(
    client,
    schedule(SCHEDULES.reconcile, 'reconciliation', RECONCILE_EVERY, 'Proves that every flagged device has its case.'),
  );
}

/**
 * Asks for a delivery run now, or right after one that is under way. The worker must be running.
 * @throws Failure (exit 3) where Temporal is not there; ScheduleNotFoundError before any worker has started
 */
export async function deliverNow(services: Services): Promise<void> {
  const client = await services.temporal();
  await client.schedule.getHandle(SCHEDULES.deliverMail).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}
