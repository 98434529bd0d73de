/** How many requests to Temporal are in flight at once: more than this buys little on one server. */
export const IN_FLIGHT = 20;

/**
 * Runs `work` for every item, at most `limit` at a time, in order of arrival. The first error stops taking new items
 * and is thrown once those in flight have ended.
 * @param limit at least 1; a function is asked again before each item
 */
export async function concurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number | (() => number),
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  const most = (): number => (typeof limit === 'number' ? limit : limit());
  for await (const item of items) {
    if (errors.length > 0) break;
    const task: Promise<void> = work(item)
      .catch((error: unknown) => {
        errors.push(error);
      })
      .finally(() => running.delete(task));
    running.add(task);
    while (running.size >= most()) await Promise.race(running);
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}

/** Walks a table page by page, by key. */
export async function* pages<T>(
  read: (after: string, limit: number) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
  size = 500,
): AsyncGenerator<T> {
  for (let after = ''; ;) {
    const items = await read(after, size);
    yield* items;
    const last = items.at(-1);
    if (last === undefined || items.length < size) return;
    after = keyOf(last);
  }
}
