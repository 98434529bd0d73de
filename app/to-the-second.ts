import { type Instant } from '../domain/records';

/** A moment without its milliseconds, so that whatever readers ask for within one second is one question to the register. */
export function toTheSecond(now: Instant): Instant {
  return `${now.slice(0, 19)}.000Z`;
}
