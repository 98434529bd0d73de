import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of an event's canonical JSON, hexadecimal. */
export function eventDigest(event: unknown): string {
  return sha256(canonicalJson(event));
}

/**
 * A link of a case's hash chain: whoever changes an event, its recipients or their order breaks every later link.
 * @param previous the hash before; null for the first event of a case
 * @param told contact ids @param passedOver posts that nobody held, so that others were told in their place
 */
export function chainHash(
  previous: string | null,
  digest: string,
  told: readonly string[],
  passedOver: readonly string[],
): string {
  const lines = [previous ?? '', digest, canonicalJson(told)];
  return sha256([...lines, ...(passedOver.length === 0 ? [] : [canonicalJson(passedOver)])].join('\n'));
}
