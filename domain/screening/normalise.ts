/**
 * How text from an inventory is made comparable, in this order:
 * 1. compatibility forms are unified (NFKD: full-width letters, ligatures, superscripts);
 * 2. case is folded, also where a letter has two lower-case forms (ß = ss, ς = σ, ı = i);
 * 3. marks (é = e) and invisible format characters (soft hyphen, zero-width space, byte order mark) are dropped;
 * 4. what is no letter or digit only separates words; a Chinese character is a word of its own;
 * 5. a legal form at the end of a name is dropped ({@link withoutLegalForm});
 * 6. names are compared with the spaces taken out, so that "HIK Vision", "Hik-Vision" and "Hikvision" are one.
 * Misspellings are not normalised away: see {@link ./misspelling}.
 */

/** Longer text is cut: no make or model is longer, and a cell of a broken file must not cost seconds. */
export const LONGEST_TEXT = 400;

const ASCII = /^[\x20-\x7e]*$/;
const INVISIBLE = /[\p{M}\p{Cf}]/gu;
const WORDS = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const ASCII_WORDS = /[a-z0-9]+/g;

/** Steps 1 to 3. Two texts that a reader takes for the same fold to the same. */
export function fold(text: string): string {
  const cut = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text;
  if (ASCII.test(cut)) return cut.toLowerCase();
  // Upper case first meets letters with several lower-case forms, lower case before it the ones with several upper-case
  // forms; marks go last, since the case of some letters turns a mark into a letter.
  const folded = cut.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize('NFKD').replace(INVISIBLE, '').replaceAll('ς', 'σ').normalize('NFC');
}

/** Step 4, of folded text. */
export function wordsOf(folded: string): readonly string[] {
  return folded.match(ASCII.test(folded) ? ASCII_WORDS : WORDS) ?? [];
}

/** The first character of the CJK blocks; earlier ones are no Chinese characters. */
const FIRST_CJK = '\u2e80';

/** True for a word that may be a Chinese character: a quick look before dear comparisons. */
export function isChinese(word: string | undefined): boolean {
  return word !== undefined && word >= FIRST_CJK;
}

const LEGAL_FORMS = new Set(
  (
    'ltd limited co company corp corporation inc incorporated llc llp plc gmbh ag kg sa sas srl spa bv nv oy ab aps sl ' +
    'pte pty pvt private kk'
  ).split(' '),
);
/** Longest first. */
export const CHINESE_LEGAL_FORMS = ['股份有限公司', '有限责任公司', '有限公司', '股份公司', '公司', '股份'];

/** True for a word such as "Ltd" or "GmbH". */
export function isLegalForm(word: string): boolean {
  return LEGAL_FORMS.has(word);
}

/** Step 5: the words without the legal forms that end them; unchanged where nothing else would be left. */
export function withoutLegalForm(words: readonly string[]): readonly string[] {
  let end = words.length;
  for (;;) {
    const last = words[end - 1];
    const chinese = isChinese(last) ? CHINESE_LEGAL_FORMS.find((form) => endsWith(words, end, form)) : undefined;
    if (chinese !== undefined) end -= chinese.length;
    else if (last !== undefined && LEGAL_FORMS.has(last)) end -= 1;
    else return end > 0 ? words.slice(0, end) : words;
  }
}

/** True where the words before `end` are the characters of `phrase`. */
export function endsWith(words: readonly string[], end: number, phrase: string): boolean {
  return end >= phrase.length && words.slice(end - phrase.length, end).join('') === phrase;
}

/** Step 6: what a name is looked up by. */
export function nameKey(name: string): string {
  return withoutLegalForm(wordsOf(fold(name))).join('');
}
