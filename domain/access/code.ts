/** Letters and digits that nobody takes for one another, read or heard: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
export const CODE_ALPHABET = 'ACDEFGHJKMNPQRTWXY34679';
export const CODE_LENGTH = 8;

/** How a code is written in mail: `XXXX-XXXX`. */
export function shownCode(code: string): string {
  return `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;
}

/**
 * What somebody typed or pasted, as the code that they mean: in capitals, without spaces and dashes of any kind.
 * Null where no code looks like that.
 */
export function typedCode(typed: string): string | null {
  if (typed.length > 100) return null;
  const code = typed.toUpperCase().replace(/[\s\p{Pd}\p{Cf}_.]/gu, '');
  return code.length === CODE_LENGTH && [...code].every((letter) => CODE_ALPHABET.includes(letter)) ? code : null;
}
