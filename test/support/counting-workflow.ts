import { condition, defineQuery, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

const { write } = proxyActivities<{ write(id: string, sequence: number): Promise<void> }>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '50 milliseconds', maximumInterval: '1 second' },
});

/** How many events it has decided. */
export const countQuery = defineQuery<number>('count');
export const addUpdate = defineUpdate<number>('add');

/** In the shape of a case: updates decide events, one loop has them written in order. */
export async function counts(id: string): Promise<void> {
  let decided = 0;
  let written = 0;
  setHandler(countQuery, () => decided);
  setHandler(addUpdate, async () => {
    const mine = (decided += 1);
    await condition(() => written >= mine);
    return mine;
  });
  for (;;) {
    await condition(() => decided > written);
    await write(id, written + 1);
    written += 1;
  }
}
