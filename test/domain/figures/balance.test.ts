import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Balance,
  balanceOf,
  balanceSentence,
  beforeWords,
  type Flow,
  splitSentence,
} from '../../../domain/figures/balance';
import { FLOW_KINDS, type FlowKind } from '../../../domain/figures/crossings';

const flow = (kind: FlowKind, change: number, mustGo = true): Flow => ({ kind, change, mustGo });
const sentence = (
  before: readonly Flow[],
  between: readonly Flow[],
  inside: 'programme' | 'departments' = 'programme',
): string => balanceSentence(balanceOf(before, between, inside), '17:00 on 20 November', 'a week before');

describe('the sentence to copy', () => {
  test('is the one that the programme is asked for', () => {
    expect(
      sentence(
        [flow('found-at-start', 431)],
        [flow('found-later', 9), flow('reopened', 1), flow('removed', -27), flow('not-covered', -2)],
      ),
    ).toBe(
      'At 17:00 on 20 November, 412 devices remained: 431 a week before, plus 9 found later and 1 reopened, less 27 removed and 2 not covered.',
    );
  });

  test.each([
    [
      'nothing has changed',
      [flow('found-at-start', 2)],
      [],
      'At 17:00 on 20 November, 2 devices remained, as many as a week before.',
    ],
    ['nothing is there', [], [], 'At 17:00 on 20 November, no devices remained, as many as a week before.'],
    [
      'all have gone',
      [flow('found-at-start', 1)],
      [flow('removed', -1)],
      'At 17:00 on 20 November, no devices remained: 1 a week before, less 1 removed.',
    ],
    [
      'one is left',
      [flow('found-at-start', 2)],
      [flow('removed', -1)],
      'At 17:00 on 20 November, 1 device remained: 2 a week before, less 1 removed.',
    ],
    [
      'many came',
      [],
      [flow('found-at-start', 1234), flow('into-scope', 3, false)],
      'At 17:00 on 20 November, 1,237 devices remained: 0 a week before, plus 1,234 found at the start and 3 that came into scope.',
    ],
    [
      'only the columns changed',
      [flow('found-at-start', 3, false)],
      [flow('confirmed', -1, false), flow('confirmed', 1)],
      'At 17:00 on 20 November, 3 devices remained, as many as a week before.',
    ],
    [
      'records were merged',
      [flow('found-at-start', 3)],
      [flow('other', 1)],
      'At 17:00 on 20 November, 4 devices remained: 3 a week before, plus 1 taken over from merged records.',
    ],
  ])('where %s', (_, before, between, said) => {
    expect(sentence(before, between)).toBe(said);
  });

  test('speaks of moves between departments only where departments are asked about', () => {
    const between = [flow('moved-in', 2), flow('moved-out', -2)];
    expect(sentence([flow('found-at-start', 5)], between)).toContain('as many as');
    expect(sentence([flow('found-at-start', 5)], between, 'departments')).toContain(
      '5 devices remained: 5 a week before, plus 2 that moved in, less 2 that moved out.',
    );
  });
});

test.each([
  [{ devices: 5, mustGo: 5, toLookAt: 0 }, ''],
  [{ devices: 5, mustGo: 4, toLookAt: 1 }, 'Of them, 4 must be removed and 1 is still to be looked at.'],
  [{ devices: 2, mustGo: 0, toLookAt: 2 }, '2 devices are still to be looked at; none is known to have to go.'],
])('what must go and what is to be looked at are counted apart: %j', (remaining, said) => {
  expect(splitSentence(remaining)).toBe(said);
});

test.each([
  [0, 'at 17:00 that day'],
  [1, 'the day before'],
  [7, 'a week before'],
  [14, 'two weeks before'],
  [28, 'four weeks before'],
  [10, '10 days before'],
  [35, '35 days before'],
])('%i days are "%s"', (days, words) => {
  expect(beforeWords(days)).toBe(words);
});

test('every column adds up, whatever comes and goes', () => {
  const flows = fc.array(
    fc.record({
      kind: fc.constantFrom(...FLOW_KINDS),
      mustGo: fc.boolean(),
      change: fc.integer({ min: -50, max: 50 }),
    }),
  );
  fc.assert(
    fc.property(flows, flows, (before, between) => {
      const { opening, lines, closing }: Balance = balanceOf(before, between, 'departments');
      for (const column of ['devices', 'mustGo', 'toLookAt'] as const)
        expect(lines.reduce((total, line) => total + line[column], opening[column])).toBe(closing[column]);
    }),
  );
});
