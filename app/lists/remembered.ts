import { type Pool } from 'pg';

interface Known {
  readonly at: number;
  readonly value: Promise<unknown>;
}

/** How long what was found is told again, in milliseconds: less than it takes to read a page. */
const FRESH = 2_000;
/** What is found faster than this is found anew each time, in milliseconds. */
const WORTH = 20;
const MOST = 500;
const known = new WeakMap<Pool, Map<string, Known>>();

/**
 * What takes long to find, such as how many there are, found once for all who ask for the same at about the same time:
 * fifty readers of one list must not count 100,000 rows fifty times. It may be two seconds old.
 * @param key everything that the answer depends on but the clock; each kind of answer has keys of its own
 */
export function remembered<T>(pool: Pool, key: string, find: () => Promise<T>): Promise<T> {
  const answers = known.get(pool) ?? new Map<string, Known>();
  known.set(pool, answers);
  const before = answers.get(key);
  const at = performance.now();
  if (before !== undefined && at - before.at < FRESH) return before.value as Promise<T>;
  if (answers.size >= MOST) answers.clear();
  const forget = (): void => {
    if (answers.get(key)?.at === at) answers.delete(key);
  };
  const value = find();
  value.then(() => {
    if (performance.now() - at < WORTH) forget();
  }, forget);
  answers.set(key, { at, value });
  return value;
}
