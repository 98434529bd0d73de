import { type Instant } from '../records';

/** What removal waits for, in plain days before it. */
export interface LeadTimes {
  /** From ordering the replacement to having it. */
  readonly orderDays: number;
  /** Notice that access to the site needs; null = not said. */
  readonly accessDays: number | null;
}

/** The last instants at which each step can still be taken for removal to be in time. */
export interface LatestSafe {
  readonly order: Instant;
  /** Null = the site has not said what notice it needs. */
  readonly access: Instant | null;
  /** By then a day has to be booked: the earlier of the two. */
  readonly schedule: Instant;
}

/** A step whose last safe instant has passed: as planned, removal cannot be in time. */
export type Impossible = 'removal' | 'order' | 'access';

/**
 * Counts back from removal's due instant.
 * @param back the close of the last working day that is at least so many plain days before an instant
 */
export function latestSafe(
  removal: Instant,
  { orderDays, accessDays }: LeadTimes,
  back: (from: Instant, plainDays: number) => Instant,
): LatestSafe {
  const order = back(removal, orderDays);
  const access = accessDays === null ? null : back(removal, accessDays);
  return { order, access, schedule: access === null || order < access ? order : access };
}

/** Which steps are too late already for removal to be in time; none once it is booked. */
export function impossible(removal: Instant, { order, access }: LatestSafe, now: Instant): Impossible[] {
  return [
    ...(removal < now ? (['removal'] as const) : []),
    ...(order < now ? (['order'] as const) : []),
    ...(access !== null && access < now ? (['access'] as const) : []),
  ];
}
