/** What {@link parseMac} accepts, for messages to people. */
export const MAC_NOTATIONS = '44:19:b6:00:00:01, 44-19-b6-00-00-01, 4419.b600.0001, 4419b6000001 or 44 19 b6 00 00 01';

const PAIRS = /^[0-9a-f]{2}([:\- ])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/;
const QUADS = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/;
const PLAIN = /^[0-9a-f]{12}$/;
const CANONICAL = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/**
 * Reads a 48-bit MAC address in any of the five usual notations ({@link MAC_NOTATIONS}), in any case.
 * @returns lower-case and colon-separated, or null where `text` is none of them; mixed separators are none.
 */
export function parseMac(text: string): string | null {
  if (CANONICAL.test(text)) return text;
  const lower = text.trim().toLowerCase();
  if (!PAIRS.test(lower) && !QUADS.test(lower) && !PLAIN.test(lower)) return null;
  const hex = lower.replace(/[^0-9a-f]/g, '');
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10)}`;
}
