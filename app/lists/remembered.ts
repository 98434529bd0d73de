import { type Pool } from 'pg';

interface Known {
  readonly at: number;
  readonly value: Promise<number>;
}

/** How long a count is told again without counting anew, in milliseconds: less than it takes to read a page. */
const FRESH = 2_000;
const MOST = 500;
const known = new WeakMap<Pool, Map<string, Known>>();

/**
 * How many there are, counted once for all who ask for the same at about the same time: fifty readers of one list
 * must not count 100,000 rows fifty times. It may be two seconds old.
 * @param key everything that the count depends on but the clock
 */
export function remembered(pool: Pool, key: string, count: () => Promise<number>): Promise<number> {
  const counts = known.get(pool) ?? new Map<string, Known>();
  known.set(pool, counts);
  const before = counts.get(key);
  if (before !== undefined && performance.now() - before.at < FRESH) return before.value;
  const value = count();
  value.catch(() => counts.delete(key));
  if (counts.size >= MOST) counts.clear();
  counts.set(key, { at: performance.now(), value });
  return value;
}
