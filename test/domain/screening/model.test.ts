import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { globOf, matchesGlob } from '../../../domain/screening/model';

describe('model patterns', () => {
  test.each([
    ['DS-2*', 'ds2cd2143g0i', true],
    ['DS-2*', 'ds7608', false],
    ['DS-7?0*', 'ds7604ni', true],
    ['DS-9?*NI*', 'ds9632nii8', true],
    ['DS-9?*NI*', 'ds9632hqhi', false],
    ['DH-IPC*', 'dhipchfw2431s', true],
    ['ABC', 'abc', true],
    ['ABC', 'abcd', false],
    ['*NVR', 'dhinvr', true],
    ['A?C', 'ac', false],
  ])('%s against %s: %s', (pattern, text, matches) => {
    expect(matchesGlob(text, globOf(pattern))).toBe(matches);
  });

  test('agree with the regular expression that says the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(letters, pattern, (text, glob) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(text, globOf(glob))).toBe(expression.test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('a pattern made to be slow is not', () => {
    const before = process.cpuUsage();
    expect(matchesGlob('a'.repeat(400), `${'a*'.repeat(100)}b`)).toBe(false);
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });
});
