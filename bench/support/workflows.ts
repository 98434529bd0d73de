import { proxyActivities } from '@temporalio/workflow';

export { deviceRemoval } from '../../workflows/device-removal';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '30 seconds' });

/** The least that a durable workflow with a side effect can do: one ordinary activity. */
export async function oneActivity(): Promise<void> {
  await nothing();
}
