import { describe, expect, test } from '@jest/globals';
import { concurrently, IN_FLIGHT } from '../../app/concurrently';
import { Flow } from '../../app/flow';

/** Answers one after the other, each taking so long; the limit after them. */
function after(...took: readonly number[]): number {
  const flow = new Flow();
  let now = 0;
  for (const each of took) {
    flow.took(now, now + each);
    now += each;
  }
  return flow.limit;
}
const many = (count: number, each: number): number[] => Array.from({ length: count }, () => each);

describe('how many commands of a long run are in flight', () => {
  test('all that may be, while they are answered quickly', () => {
    expect(after(...many(100, 500))).toBe(IN_FLIGHT);
  });

  test('fewer and fewer while they are slow, never none', () => {
    expect(after(1_000)).toBe(14);
    expect(after(...many(100, 5_000))).toBe(2);
  });

  test('as many as before once they are quick again', () => {
    expect(after(...many(10, 5_000), ...many(400, 100))).toBe(IN_FLIGHT);
  });

  test('slow ones that were under way together count once', () => {
    const flow = new Flow();
    for (let one = 0; one < 20; one += 1) flow.took(0, 1_000 + one);
    expect(flow.limit).toBe(14);
  });
});

test('a limit that falls is kept by what is taken from then on', async () => {
  let limit = 4;
  let running = 0;
  const seen: number[] = [];
  await concurrently(
    Array.from({ length: 40 }, (_, index) => index),
    () => limit,
    async (index) => {
      running += 1;
      if (index > 12) seen.push(running);
      if (index === 8) limit = 2;
      await Promise.resolve();
      running -= 1;
    },
  );
  expect(Math.max(...seen)).toBeLessThanOrEqual(2);
  expect(seen).toHaveLength(27);
});
