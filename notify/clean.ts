/** Control characters, line and paragraph separators, and marks that reorder text on screen. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** Halves of characters that do not make one: no encoding knows them. */
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text from outside as one harmless line: nothing in it can end a header, start a new line or turn the reading order.
 * @param longest in characters; what is longer is cut with an ellipsis
 */
export function clean(text: string, longest = 200): string {
  const line = text.replace(LONE_SURROGATES, '\ufffd').replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}

/** An address that can stand in an envelope as it is: one, without quoting, comments or lists. */
const ADDRESS = /^[^\s\p{Cc}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}@<>()[\]\\,;:"]{1,253}$/u;

/** True where a text is exactly one plain e-mail address. */
export function isMailable(address: string): boolean {
  return ADDRESS.test(address);
}
