import { CODE_ALPHABET, CODE_LENGTH, shownCode, typedCode } from '../access/code';

/**
 * A link's reference: what people read from a mail and type, eight letters and digits that nobody takes for one another.
 * @param random at least 16 bytes
 */
export function referenceFrom(random: Uint8Array): string {
  let number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let letters = '';
  for (let place = 0; place < CODE_LENGTH; place += 1) {
    letters += CODE_ALPHABET[Number(number % BigInt(CODE_ALPHABET.length))] ?? '';
    number /= BigInt(CODE_ALPHABET.length);
  }
  return shownCode(letters);
}

/** What somebody typed, as the reference that they mean: `7KQ4-M3XD`. Null where no reference looks like that. */
export function typedReference(typed: string): string | null {
  const letters = typedCode(typed);
  return letters === null ? null : shownCode(letters);
}
