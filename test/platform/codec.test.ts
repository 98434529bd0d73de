import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EncryptionCodec } from '../../platform/codec';
import { type Config, loadConfig } from '../../platform/config';
import { ensureKeys, loadKeyRing, parseKeyRing } from '../../platform/keys';

const key = (): string => randomBytes(32).toString('base64');
const codecOf = (text: string): EncryptionCodec => new EncryptionCodec(parseKeyRing(text, 'a test'));
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const valueOf = (sealed: Payload): unknown => defaultPayloadConverter.fromPayload(sealed);

describe('the encryption codec', () => {
  const first = `first:${key()}`;
  const codec = codecOf(first);

  test('gives back what it was given, and shows none of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (values) => {
        const payloads = values.map(payload);
        const sealed = await codec.encode(payloads);
        const opened = await codec.decode(sealed);
        expect(opened.map(valueOf)).toEqual(payloads.map(valueOf));
      }),
    );
    const [sealed] = await codec.encode([payload('camera in the cabinet room')]);
    expect(Buffer.from(sealed!.data!).includes('cabinet')).toBe(false);
    expect(Object.keys(sealed!.metadata!).sort()).toEqual(['encoding', 'encryption-key-id']);
  });

  test('the same thing never looks the same twice', async () => {
    const [one, two] = await codec.encode([payload(1), payload(1)]);
    expect(Buffer.from(one!.data!).equals(Buffer.from(two!.data!))).toBe(false);
  });

  test('after a key was put before it, the old key still opens what it sealed, and the new one seals', async () => {
    const sealed = await codec.encode([payload('old')]);
    const rotated = codecOf(`second:${key()},${first}`);
    expect((await rotated.decode(sealed)).map(valueOf)).toEqual(['old']);
    const [fresh] = await rotated.encode([payload('new')]);
    expect(Buffer.from(fresh!.metadata!['encryption-key-id']!).toString()).toBe('second');
  });

  test.each([
    ['nonce', 0],
    ['text', 14],
    ['tag', -1],
  ])('one bit changed in the %s is noticed', async (_, position) => {
    const [sealed] = await codec.encode([payload('evidence')]);
    const data = Buffer.from(sealed!.data!);
    const at = position < 0 ? data.length + position : position;
    data[at]! ^= 1;
    await expect(codec.decode([{ ...sealed, data }])).rejects.toMatchObject({ code: 'payload-damaged' });
  });

  test.each([0, 5, 27])('data cut to %i bytes are noticed', async (length) => {
    const [sealed] = await codec.encode([payload('evidence')]);
    await expect(codec.decode([{ ...sealed, data: sealed!.data!.slice(0, length) }])).rejects.toMatchObject({
      code: 'payload-damaged',
    });
  });

  test('an id of another key is noticed, even where both are known', async () => {
    const both = codecOf(`${first},other:${key()}`);
    const [sealed] = await both.encode([payload('evidence')]);
    const metadata = { ...sealed!.metadata, 'encryption-key-id': Buffer.from('other') };
    await expect(both.decode([{ ...sealed, metadata }])).rejects.toMatchObject({ code: 'payload-damaged' });
  });

  test('a key that is not in the ring is named', async () => {
    const sealed = await codecOf(`gone:${key()}`).encode([payload('x')]);
    await expect(codec.decode(sealed)).rejects.toMatchObject({
      code: 'key-unknown',
      message: expect.stringContaining('"gone"') as unknown,
    });
  });

  test('what was never encrypted passes', async () => {
    expect((await codec.decode([payload('plain')])).map(valueOf)).toEqual(['plain']);
  });
});

describe('the key ring', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'clearsite-keys-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test.each([
    ['', 'has no id'],
    ['nocolon', 'has no id'],
    [`a b:${'A'.repeat(43)}=`, 'has no id'],
    ['k:c2hvcnQ=', 'has 5 bytes instead of 32'],
    [`k:${'A'.repeat(43)}=,`, 'Key 2'],
    [`k:${'A'.repeat(43)}=,k:${'B'.repeat(43)}=`, 'there already'],
  ])('%j is refused, saying which key is wrong and never what it is', (text, why) => {
    expect(() => parseKeyRing(text, 'CLEARSITE_KEYS')).toThrow(
      expect.objectContaining({
        code: 'keys-invalid',
        message: expect.stringContaining(why) as unknown,
      }) as unknown as Error,
    );
    try {
      parseKeyRing(text, 'CLEARSITE_KEYS');
    } catch (error) {
      expect(String(error)).not.toMatch(/c2hvcnQ|AAAA/);
    }
  });

  test('an embedded home gets a file of its own, private, made once', () => {
    const made = ensureKeys(home);
    expect(ensureKeys(home)).toBe(made);
    expect(statSync(join(home, 'keys')).mode & 0o777).toBe(0o600);
    expect(loadKeyRing(loadConfig({ CLEARSITE_HOME: home })).keys.size).toBe(1);
  });

  test('a Temporal server of their own needs keys of their own', () => {
    const config: Config = loadConfig({ CLEARSITE_HOME: home, TEMPORAL_ADDRESS: 'temporal.example.test:7233' });
    expect(() => loadKeyRing(config)).toThrow(expect.objectContaining({ code: 'keys-missing' }) as unknown as Error);
    expect(loadKeyRing({ ...config, keys: `k:${key()}` }).current).toBe('k');
  });
});
