import { proxyActivities } from '@temporalio/workflow';
import { type Activities } from './messages';

const { deliverMail, reconcile } = proxyActivities<Pick<Activities, 'deliverMail' | 'reconcile'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  // The schedule runs it again anyway: a failed run must not pile up behind the next.
  retry: { maximumAttempts: 3 },
});

/** One delivery run, started by its Temporal Schedule. */
export async function mailDelivery(): Promise<void> {
  await deliverMail();
}

/** One check that every flagged device has exactly one case, started by its Temporal Schedule. */
export async function reconciliation(): Promise<void> {
  await reconcile();
}
