const ASCII_END = 0x80;
const CONTINUATION_END = 0xc0;

/** How many bytes a UTF-8 sequence has by its first byte; 0 where none begins so. */
function lengthOf(lead: number): number {
  if (lead < ASCII_END) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Where to cut so that no UTF-8 sequence is torn: at the end, or before the last, unfinished one. */
export function splitPoint(bytes: Buffer): number {
  const end = bytes.length;
  for (let back = 1; back <= Math.min(3, end); back += 1) {
    const byte = bytes[end - back] ?? 0;
    if (byte < ASCII_END) return end;
    if (byte >= CONTINUATION_END) return lengthOf(byte) > back ? end - back : end;
  }
  return end;
}

/** True where a well-formed sequence of `length` bytes stands at `at` (RFC 3629: no overlong forms, no surrogates). */
function isSequence(bytes: Buffer, at: number, length: number): boolean {
  if (at + length > bytes.length) return false;
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (lead === 0xe0 && second < 0xa0) return false;
  if (lead === 0xed && second > 0x9f) return false;
  if (lead === 0xf0 && second < 0x90) return false;
  if (lead === 0xf4 && second > 0x8f) return false;
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte < ASCII_END || byte >= CONTINUATION_END) return false;
  }
  return true;
}

/** What bytes that are not all UTF-8 hold. */
export interface ByteScan {
  /** Some characters beyond ASCII are proper UTF-8. */
  readonly multibyte: boolean;
  /** Offset of the first byte that is not UTF-8; null = none. */
  readonly broken: number | null;
  /** Offset of the first byte that Windows-1252 leaves undefined; null = none. */
  readonly undefined1252: number | null;
}

const UNDEFINED_1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Looks at every byte: slow, so only for chunks that are known not to be UTF-8. */
export function scanBytes(bytes: Buffer): ByteScan {
  let [multibyte, broken, undefined1252]: [boolean, number | null, number | null] = [false, null, null];
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    if (byte < ASCII_END) {
      at += 1;
      continue;
    }
    const length = lengthOf(byte);
    if (length > 1 && isSequence(bytes, at, length)) {
      multibyte = true;
      for (let next = at; next < at + length; next += 1) {
        if (UNDEFINED_1252.has(bytes[next] ?? 0)) undefined1252 ??= next;
      }
      at += length;
      continue;
    }
    broken ??= at;
    if (UNDEFINED_1252.has(byte)) undefined1252 ??= at;
    at += 1;
  }
  return { multibyte, broken, undefined1252 };
}
