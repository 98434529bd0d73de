import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../domain/errors';
import { type Config } from './config';
import { PRIVATE_FILE, readIfPresent } from './files';
import { ensureHome } from './home';
import { homePaths } from './paths';

/** Keys by id. The first one encrypts; all decrypt, so that a key can be replaced without losing what it wrote. */
export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** Of AES-256. */
const KEY_BYTES = 32;

/**
 * Reads `id:base64key,id:base64key`, as `CLEARSITE_KEYS` and the key file have it.
 * @param source what to name in an error; the keys themselves are never shown
 * @throws Failure `keys-invalid`
 */
export function parseKeyRing(text: string, source: string): KeyRing {
  const keys = new Map<string, Buffer>();
  const entries = text.split(',').map((entry) => entry.trim());
  const invalid = (position: number, why: string): Failure =>
    new Failure('keys-invalid', `Key ${position + 1} in ${source} ${why}.`, {
      hint: 'write id:key pairs with commas between them, each key 32 random bytes in base64 (openssl rand -base64 32); the first encrypts.',
    });
  entries.forEach((entry, position) => {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0));
    const key = Buffer.from(entry.slice(colon + 1), 'base64');
    if (!/^[\w.-]+$/.test(id)) throw invalid(position, 'has no id of letters, digits, "_", "-" and "."');
    if (key.length !== KEY_BYTES) throw invalid(position, `has ${key.length} bytes instead of ${KEY_BYTES}`);
    if (keys.has(id)) throw invalid(position, 'has an id that is there already');
    keys.set(id, key);
  });
  const [current = ''] = keys.keys();
  return { current, keys };
}

/**
 * The key ring: `CLEARSITE_KEYS`, else the home's key file. The file is made once for an embedded installation; with a Temporal server of
 * its own, every host must be given the same keys.
 * @throws Failure `keys-invalid`, `keys-missing`
 */
export function loadKeyRing(config: Pick<Config, 'home' | 'keys' | 'source'>): KeyRing {
  if (config.keys !== null) return parseKeyRing(config.keys, 'CLEARSITE_KEYS');
  const path = homePaths(config.home).keys;
  const kept = readIfPresent(path);
  if (kept !== null) return parseKeyRing(kept, path);
  if (config.source.temporal !== 'environment') return parseKeyRing(ensureKeys(config.home), path);
  throw new Failure('keys-missing', 'There are no encryption keys: CLEARSITE_KEYS is not set.', {
    hint: 'set CLEARSITE_KEYS to the same value for every worker, web server and command: CLEARSITE_KEYS=k1:$(openssl rand -base64 32).',
  });
}

/** Makes the home's key file unless it is there, and returns what it holds. Two makers at once end with the same file. */
export function ensureKeys(home: string): string {
  const path = homePaths(home).keys;
  const kept = readIfPresent(path);
  if (kept !== null) return kept;
  ensureHome(home);
  mkdirSync(dirname(path), { recursive: true });
  const id = randomBytes(3).toString('hex');
  const partial = `${path}.${id}`;
  writeFileSync(partial, `k-${id}:${randomBytes(KEY_BYTES).toString('base64')}`, { mode: PRIVATE_FILE, flag: 'wx' });
  try {
    // Unlike a rename, a link never replaces what another has made meanwhile.
    linkSync(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(partial, { force: true });
  }
  return readIfPresent(path) ?? '';
}
