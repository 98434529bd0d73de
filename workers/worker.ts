import { join } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { makeDeliverMail } from '../activities/deliver-mail';
import { makeReconcile } from '../activities/reconcile';
import { makeRecord } from '../activities/record';
import { ensureSchedules } from '../app/schedules';
import { openServices } from '../app/services';
import { type Config, requireTemporal } from '../platform/config';
import { dataConverter } from '../platform/data-converter';
import { packageRoot } from '../platform/paths';
import { type Activities, TASK_QUEUE } from '../workflows/messages';

/** Cases kept in memory between their tasks; an evicted one is replayed from its history. */
const CACHED_CASES = 1_000;
/** Tasks worked on at once, of workflows and of activities each. */
const SLOTS = 100;
/** How every worker of this product is tuned. */
export const TUNING = {
  maxCachedWorkflows: CACHED_CASES,
  maxConcurrentWorkflowTaskExecutions: SLOTS,
  maxConcurrentActivityTaskExecutions: SLOTS,
  workflowTaskPollerBehavior: { type: 'autoscaling' },
  activityTaskPollerBehavior: { type: 'autoscaling' },
  // After a killed worker its cases wait this long for it before another takes them: shorter only adds time-outs.
  stickyQueueScheduleToStartTimeout: '4s',
  shutdownGraceTime: '10s',
} as const satisfies Partial<WorkerOptions>;

/** A worker that is running. */
export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Finishes what is in hand and takes nothing new. */
  stop(): void;
}

/**
 * Starts a worker: the workflow bundle, the activities, the schedules.
 * @throws Failure (exit 3) where the register or Temporal is not there
 */
export async function runWorker(config: Config): Promise<RunningWorker> {
  const { address, namespace, connection: options } = requireTemporal(config);
  const services = openServices(config);
  const pool = await services.register();
  await ensureSchedules(await services.temporal());
  const connection = await NativeConnection.connect({ ...options, address });
  const activities: Activities = {
    record: makeRecord(pool),
    deliverMail: makeDeliverMail(services),
    reconcile: makeReconcile(services),
  };
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: join(packageRoot(), 'dist', 'workflow-bundle.js') },
    activities: { ...activities },
    dataConverter: await dataConverter(config),
    ...TUNING,
  });
  const done = worker.run().finally(async () => {
    await connection.close();
    await services.close();
  });
  return { done, stop: () => worker.shutdown() };
}
