import { Pool, type PoolClient, type QueryResultRow } from 'pg';

/** Questions that are being answered, and those of whoever came too late for that answer. */
class Desk {
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<unknown>>();

  ask<T>(key: string, find: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting as Promise<T>;
    const running = this.#running.get(key);
    if (running === undefined) return this.#run(key, find);
    const turn = running.then(() => {
      this.#waiting.delete(key);
      return this.#run(key, find);
    });
    this.#waiting.set(key, turn);
    return turn;
  }

  #run<T>(key: string, find: () => Promise<T>): Promise<T> {
    const found = find();
    const ended = found.then(
      () => void this.#running.delete(key),
      () => void this.#running.delete(key),
    );
    this.#running.set(key, ended);
    return found;
  }
}

const desks = new WeakMap<Pool, Desk>();

/**
 * The answer to a question about what a pool's database holds. However many ask the same at once, it is found twice at most:
 * whoever comes while an answer is on its way, which may be older than what they know of, shares the next one. So nobody is
 * ever told less than what was true when they asked, and fifty readers of a page cost little more than one.
 * @param key everything that the answer depends on
 */
export function shared<T>(pool: Pool, key: string, find: () => Promise<T>): Promise<T> {
  const desk = desks.get(pool) ?? new Desk();
  desks.set(pool, desk);
  return desk.ask(key, find);
}

/**
 * The rows of a query that changes nothing and locks nothing; see {@link shared}.
 * @param db a client (within its transaction) is asked each time
 */
export async function read<Row>(
  db: Pool | PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const find = async (): Promise<readonly QueryResultRow[]> => (await db.query<QueryResultRow>(text, [...values])).rows;
  const rows = await (db instanceof Pool ? shared(db, `${text}\0${JSON.stringify(values)}`, find) : find());
  return rows as readonly Row[];
}
