import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition holds.
 * @throws Error after `withinMs`
 */
export async function until(holds: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs / 1000} s: ${holds}`);
    await delay(25);
  }
}
