import { type Instant } from '../domain/records';
import { shared } from '../register/read';
import { type Services } from './services';

/** A moment without its milliseconds, so that whatever readers ask for within one second is one question to the register. */
export function toTheSecond(now: Instant): Instant {
  return `${now.slice(0, 19)}.000Z`;
}

/**
 * What is worked out once for all who ask for the same within one second; see `shared`.
 * @param asked a name of its own for the kind of answer, and everything that it depends on but the clock
 */
export async function sharedToTheSecond<T>(
  services: Services,
  asked: readonly unknown[],
  now: Instant,
  find: (second: Instant) => Promise<T>,
): Promise<T> {
  const second = toTheSecond(now);
  return shared(await services.register(), JSON.stringify([...asked, second]), () => find(second));
}
