import { type Pool } from 'pg';

interface Known {
  readonly at: number;
  readonly value: Promise<unknown>;
  /** It has been found. */
  there: boolean;
  /** Somebody is finding it anew. */
  renewing: boolean;
}

/** How long what was found is told again, in milliseconds: less than it takes to read a page. */
const FRESH = 2_000;
/** How much longer, while it is being found anew: so that of fifty readers none waits for it. */
const MEANWHILE = 2_000;
/** What is found faster than this is found anew each time, in milliseconds. */
const WORTH = 20;
const MOST = 500;
const known = new WeakMap<Pool, Map<string, Known>>();

function find<T>(answers: Map<string, Known>, key: string, how: () => Promise<T>): Promise<T> {
  const at = performance.now();
  const value = how();
  const answer: Known = { at, value, there: false, renewing: false };
  const forget = (): void => {
    if (answers.get(key) === answer) answers.delete(key);
  };
  value.then(() => {
    answer.there = true;
    if (performance.now() - at < WORTH) forget();
  }, forget);
  answers.set(key, answer);
  return value;
}

/** Finds something anew; until it is there, the answer before stands. */
async function renew(
  answers: Map<string, Known>,
  key: string,
  before: Known,
  how: () => Promise<unknown>,
): Promise<void> {
  before.renewing = true;
  const at = performance.now();
  try {
    const value = await how();
    if (answers.get(key) === before)
      answers.set(key, { at, value: Promise.resolve(value), there: true, renewing: false });
  } catch {
    // Whoever asks next finds out why.
    if (answers.get(key) === before) answers.delete(key);
  }
}

/**
 * What takes long to find, such as how many there are, found once for all who ask for the same at about the same time:
 * fifty readers of one list must not count 100,000 rows fifty times. It may be two seconds old, and four where so many ask
 * that it is always wanted.
 * @param key everything that the answer depends on but the clock; each kind of answer has keys of its own
 */
export function remembered<T>(pool: Pool, key: string, how: () => Promise<T>): Promise<T> {
  const answers = known.get(pool) ?? new Map<string, Known>();
  known.set(pool, answers);
  const before = answers.get(key);
  const age = before === undefined ? Infinity : performance.now() - before.at;
  if (before !== undefined && age < FRESH) return before.value as Promise<T>;
  if (before !== undefined && before.there && age < FRESH + MEANWHILE) {
    if (!before.renewing) void renew(answers, key, before, how);
    return before.value as Promise<T>;
  }
  if (answers.size >= MOST) answers.clear();
  return find(answers, key, how);
}
