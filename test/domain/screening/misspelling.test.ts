import { describe, expect, test } from '@jest/globals';
import { distance } from 'fastest-levenshtein';
import fc from 'fast-check';
import { characterSet, isWithin, mayBeWithin, slipsAllowed } from '../../../domain/screening/misspelling';

describe('slips of typing', () => {
  test.each([
    ['a letter left out', 'hikvison', 'hikvision', 1],
    ['a letter added', 'hikkvision', 'hikvision', 1],
    ['a letter mistaken', 'hikvisoon', 'hikvision', 1],
    ['two neighbours swapped', 'dahau', 'dahua', 1],
    ['two slips', 'hickvison', 'hikvision', 2],
    ['none', 'dahua', 'dahua', 0],
    ['everything', 'axis', 'dahua', 4],
  ])('%s: %j is %j within %i and no fewer', (_what, text, name, slips) => {
    expect(isWithin(text, name, slips)).toBe(true);
    if (slips > 0) expect(isWithin(text, name, slips - 1)).toBe(false);
  });

  test.each([
    ['none in a short name', 'axis', 0],
    ['one in a name of five letters', 'dahua', 1],
    ['one in a name of seven', 'uniview', 1],
    ['two in a longer one', 'hikvision', 2],
  ])('%s', (_sentence, name, allowed) => {
    expect(slipsAllowed(name)).toBe(allowed);
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 9 });

  test('a swap is one slip, all else is Levenshtein’s distance', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (one, other, limit) => {
        const levenshtein = distance(one, other);
        // Each swap saves one of the two changes that Levenshtein counts for it.
        if (levenshtein <= limit) expect(isWithin(one, other, limit)).toBe(true);
        if (levenshtein > 2 * limit) expect(isWithin(one, other, limit)).toBe(false);
        expect(isWithin(one, other, limit)).toBe(isWithin(other, one, limit));
      }),
      { numRuns: 3_000 },
    );
  });

  test('comparing character sets first never loses a near text', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 2 }), (one, other, limit) => {
        if (isWithin(one, other, limit)) expect(mayBeWithin(characterSet(one), characterSet(other), limit)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
