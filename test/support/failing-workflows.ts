import { proxyActivities } from '@temporalio/workflow';

const { refuse } = proxyActivities<{ refuse(): Promise<void> }>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '10 milliseconds', maximumInterval: '100 milliseconds' },
});

/** Its task fails again and again, as after an incompatible change of the code. */
export function failsItsTask(): Promise<void> {
  throw new Error('this version cannot go on');
}

/** Its activity fails again and again, as when the register refuses an event. */
export async function failsItsActivity(): Promise<void> {
  await refuse();
}
