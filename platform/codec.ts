import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Failure } from '../domain/errors';
import { type KeyRing } from './keys';

const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces, full 128-bit tags. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts everything that passes through Temporal as arguments, results, failures and details, so that the server's database holds none of
 * it in the clear. Data: nonce, ciphertext, tag. The key's id is authenticated along. What was written without encryption is passed on as it is.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly ring: KeyRing) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.encrypt(payload)));
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    // In an async function, so that a broken payload rejects instead of throwing past the caller.
    return Promise.resolve().then(() =>
      payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : payload)),
    );
  }

  private encrypt(payload: Payload): Payload {
    const id = this.ring.current;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key(id), nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id));
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) },
      data: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
    };
  }

  private decrypt(payload: Payload): Payload {
    const id = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString();
    const data = Buffer.from(payload.data ?? []);
    const key = this.key(id);
    if (data.length < NONCE_BYTES + TAG_BYTES) throw tampered(id);
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(id)).setAuthTag(data.subarray(-TAG_BYTES));
    try {
      const plain = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return temporal.api.common.v1.Payload.decode(plain);
    } catch (cause) {
      throw tampered(id, cause);
    }
  }

  private key(id: string): Buffer {
    const key = this.ring.keys.get(id);
    if (key !== undefined) return key;
    throw new Failure('key-unknown', `A payload was encrypted with key "${id}", which is not in the key ring.`, {
      exit: 3,
      hint: 'add that key to CLEARSITE_KEYS, after the one that encrypts.',
    });
  }
}

function isEncrypted(payload: Payload): boolean {
  return Buffer.from(payload.metadata?.['encoding'] ?? []).toString() === ENCODING;
}

function tampered(id: string, cause?: unknown): Failure {
  return new Failure('payload-damaged', `A payload encrypted with key "${id}" was damaged or changed.`, {
    exit: 3,
    hint: 'see that every host has the same key under that id; otherwise the stored data were altered.',
    cause,
  });
}
