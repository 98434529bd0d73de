import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMac } from '../../domain/mac';

describe('parseMac', () => {
  test.each([
    ['colons', '44:19:B6:00:0a:01'],
    ['hyphens', '44-19-B6-00-0A-01'],
    ['dotted quads', '4419.b600.0a01'],
    ['no separators', '4419B6000A01'],
    ['spaces', '44 19 b6 00 0a 01'],
    ['surrounding blanks', '  44:19:b6:00:0a:01\t'],
  ])('reads %s', (_notation, text) => {
    expect(parseMac(text)).toBe('44:19:b6:00:0a:01');
  });

  test.each([
    ['too short', '44:19:b6:00:0a'],
    ['too long', '44:19:b6:00:0a:01:02'],
    ['mixed separators', '44:19-b6:00:0a:01'],
    ['a letter that is no digit', '44:19:b6:00:0g:01'],
    ['a single digit in a group', '44:19:b6:0:0a:01'],
    ['a number that a spreadsheet shortened', '4.41906E+12'],
    ['nothing', ''],
  ])('refuses %s', (_reason, text) => {
    expect(parseMac(text)).toBeNull();
  });

  test('reads every address alike in every notation and case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.boolean(), (bytes, upper) => {
        const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
        const plain = pairs.join('');
        const canonical = pairs.join(':');
        const notations = [
          canonical,
          pairs.join('-'),
          pairs.join(' '),
          plain,
          `${plain.slice(0, 4)}.${plain.slice(4, 8)}.${plain.slice(8)}`,
        ];
        for (const text of notations) expect(parseMac(upper ? text.toUpperCase() : text)).toBe(canonical);
      }),
    );
  });

  test('never throws and gives its own output back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const mac = parseMac(text);
        if (mac !== null) expect(parseMac(mac)).toBe(mac);
      }),
    );
  });
});
