import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { CODE_ALPHABET, CODE_LENGTH } from '../../domain/access/code';

const SECRET_BYTES = 32;
const SECRET = /^[\w-]{43}$/;

/** A secret that nobody guesses: for a cookie or a link. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** True where a text can be one of {@link newSecret}: whatever else comes in a cookie or a link is not looked up. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What the register keeps of such a secret. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A code to be typed: every one as likely as any other. */
export function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET.charAt(randomInt(CODE_ALPHABET.length))).join('');
}

/** What the register keeps of a code: without the browser's challenge, which it does not have, nobody finds it by trying. */
export function hashOfCode(code: string, challenge: string): string {
  return createHmac('sha256', challenge).update(code).digest('hex');
}

/** Compares two hashes in a time that says nothing of either. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}
