import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CODE_ALPHABET, CODE_LENGTH, shownCode, typedCode } from '../../../domain/access/code';
import { sessionEnd } from '../../../domain/access/session-end';

describe('a code is read as it was meant', () => {
  test.each([
    ['as it is shown', 'ACDE-FGHJ'],
    ['without the dash', 'ACDEFGHJ'],
    ['in small letters', 'acde-fghj'],
    ['with spaces', '  acde fghj '],
    ['letter by letter', 'A C D E - F G H J'],
    ['with another dash', 'ACDE–FGHJ'],
    ['pasted with what is not seen', '\u200bACDE-FGHJ\u00a0\n'],
  ])('%s', (_, typed) => {
    expect(typedCode(typed)).toBe('ACDEFGHJ');
  });

  test.each([
    ['nothing', ''],
    ['too short', 'ACDE-FGH'],
    ['too long', 'ACDE-FGHJK'],
    ['letters that no code has', 'ACDE-FGH0'],
    ['a novel', 'A'.repeat(1_000_000)],
    ['another script', 'АСDE-FGHJ'],
  ])('%s is no code', (_, typed) => {
    expect(typedCode(typed)).toBeNull();
  });

  test('whatever is shown is read back, and nothing else is ever taken for a code', () => {
    const letter = fc.constantFrom(...CODE_ALPHABET);
    const code = fc
      .array(letter, { minLength: CODE_LENGTH, maxLength: CODE_LENGTH })
      .map((letters) => letters.join(''));
    fc.assert(fc.property(code, (one) => typedCode(shownCode(one).toLowerCase()) === one));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = typedCode(text);
        return read === null || /^[A-Z0-9]{8}$/.test(read);
      }),
    );
  });

  test('has no two characters that are taken for one another', () => {
    for (const pair of ['0O', '1I', '1L', 'IL', '2Z', '5S', '8B', 'UV'])
      expect([...pair].every((letter) => CODE_ALPHABET.includes(letter))).toBe(false);
    expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
  });
});

describe('a session lasts the working day', () => {
  test.each([
    ['until 20:00', '2026-11-26T09:00:00.000Z', '2026-11-26T20:00:00.000Z'],
    ['until 20:00 by local clocks in summer', '2026-07-01T09:00:00.000Z', '2026-07-01T19:00:00.000Z'],
    ['at most 12 hours', '2026-11-26T05:30:00.000Z', '2026-11-26T17:30:00.000Z'],
    ['at least 1 hour', '2026-11-26T19:30:00.000Z', '2026-11-26T20:30:00.000Z'],
    ['1 hour in the evening', '2026-11-26T22:00:00.000Z', '2026-11-26T23:00:00.000Z'],
    ['over midnight where it began late', '2026-11-26T23:30:00.000Z', '2026-11-27T00:30:00.000Z'],
    ['12 hours on the night that has 25', '2026-10-25T00:00:00.000Z', '2026-10-25T12:00:00.000Z'],
    ['until 20:00 on the day that clocks go back', '2026-10-25T10:00:00.000Z', '2026-10-25T20:00:00.000Z'],
  ])('%s', (_, start, end) => {
    expect(sessionEnd(start, 'Europe/London')).toBe(end);
  });

  test('whenever it begins, it lasts 1 to 12 hours', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    const zone = fc.constantFrom('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    fc.assert(
      fc.property(moment, zone, (start, where) => {
        const hours = (Date.parse(sessionEnd(start.toISOString(), where)) - start.getTime()) / 3_600_000;
        return hours >= 1 && hours <= 12;
      }),
    );
  });
});
