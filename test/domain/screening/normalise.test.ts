import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, LONGEST_TEXT, nameKey, withoutLegalForm, wordsOf } from '../../../domain/screening/normalise';

describe('fold', () => {
  test.each([
    ['case', 'DaHuA', 'dahua'],
    ['full-width letters', 'Ｄａｈｕａ　２', 'dahua 2'],
    ['accents, composed', 'Dàhúa', 'dahua'],
    ['accents, decomposed', 'Da\u0300hu\u0301a', 'dahua'],
    ['ligatures', 'ﬁrm', 'firm'],
    ['sharp s and its capital', 'Straße STRASSE ẞ', 'strasse strasse ss'],
    ['both lower-case sigmas', 'ΟΔΟΣ οδος', 'οδοσ οδοσ'],
    ['the dotless and the dotted i', 'HIKVISION Hıkvısıon Hİkvision', 'hikvision hikvision hikvision'],
    ['soft hyphens, zero-width characters and the byte order mark', '\ufeffHik\u00advi\u200bsion', 'hikvision'],
  ])('unifies %s', (_what, text, expected) => {
    expect(fold(text)).toBe(expected);
  });

  test('gives the same for any text in upper, lower, composed and decomposed form, and again for what it gave', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const once = fold(text);
        expect(fold(once)).toBe(once);
        for (const same of [text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), text.normalize('NFC')])
          expect(fold(same)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test('cuts what no cell of a real inventory holds', () => {
    expect(fold('a'.repeat(1_000_000))).toHaveLength(LONGEST_TEXT);
  });
});

describe('words', () => {
  test.each([
    ['punctuation separates', 'hik-vision/dahua (uk)', ['hik', 'vision', 'dahua', 'uk']],
    ['a Chinese character is a word', '海康威视 hikvision', ['海', '康', '威', '视', 'hikvision']],
    ['Chinese and Latin letters need no blank between them', '海康hik2', ['海', '康', 'hik2']],
    ['nothing but signs has none', '?!-', []],
  ])('%s', (_sentence, text, expected) => {
    expect(wordsOf(text)).toEqual(expected);
  });
});

describe('a name', () => {
  test.each([
    ['loses its legal form', 'Dahua Technology Co., Ltd.', 'dahuatechnology'],
    ['loses several', 'Hikvision Private Limited Co', 'hikvision'],
    ['loses a Chinese one', '华为技术有限公司', '华为技术'],
    ['loses the longer Chinese one', '浙江大华技术股份有限公司', '浙江大华技术'],
    ['keeps one that is all there is', 'Limited', 'limited'],
    ['keeps one in the middle', 'Co Op Cameras', 'coopcameras'],
  ])('%s', (_sentence, name, key) => {
    expect(nameKey(name)).toBe(key);
  });

  test('a legal form is dropped a word at a time', () => {
    expect(withoutLegalForm(['acme', 'co', 'ltd'])).toEqual(['acme']);
  });
});
