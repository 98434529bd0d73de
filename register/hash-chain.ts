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
 */
export function chainHash(previous: string | null, digest: string, told: readonly string[]): string {
  return sha256(`${previous ?? ''}\n${digest}\n${canonicalJson(told)}`);
}
