import { Context } from '@temporalio/activity';

/** Well within the heartbeat timeout of every workflow. */
const EVERY = 15_000;

/** Runs an activity's body and says all the while that it is alive. */
export async function withHeartbeat<T>(body: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), EVERY);
  try {
    return await body();
  } finally {
    clearInterval(beat);
  }
}
