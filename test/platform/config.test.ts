import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, requireDatabase, requireSmtp, requireTemporal } from '../../platform/config';
import { openRegister, openTemporal } from '../../platform/connections';
import { identify } from '../../platform/processes';
import { writeRunFile, type RunFile } from '../../platform/run-file';

describe('the settings', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'clearsite-config-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const run = (up: RunFile['up']): RunFile => ({
    version: 1,
    up,
    since: '2026-01-01T00:00:00.000Z',
    databaseUrl: 'postgresql://clearsite:pw@127.0.0.1:5/clearsite',
    temporal: { address: '127.0.0.1:6', namespace: 'clearsite' },
    smtpUrl: 'smtp://127.0.0.1:7',
    webUrl: 'http://127.0.0.1:8',
  });
  const self = (): RunFile['up'] => identify(process.pid)!;

  test('with nothing set and nothing running there is nothing, and each lack says how to end it', () => {
    const config = loadConfig({ CLEARSITE_HOME: home });
    expect(config).toMatchObject({
      databaseUrl: null,
      temporal: null,
      smtpUrl: null,
      mailFrom: 'clearsite@localhost',
      publicUrl: 'http://127.0.0.1:3000',
      port: null,
      keys: null,
    });
    expect(config.source).toEqual({ database: 'none', temporal: 'none', smtp: 'none' });
    for (const [need, name] of [
      [requireDatabase, 'DATABASE_URL'],
      [requireTemporal, 'TEMPORAL_ADDRESS'],
      [requireSmtp, 'SMTP_URL'],
    ] as const) {
      expect(() => need(config)).toThrow(
        expect.objectContaining({
          exit: 3,
          hint: expect.stringMatching(`clearsite up.*${name}`) as unknown,
        }) as unknown as Error,
      );
    }
  });

  test('the run.json of a running "up" gives what the environment does not', () => {
    writeRunFile(home, run(self()));
    const config = loadConfig({
      CLEARSITE_HOME: home,
      SMTP_URL: 'smtps://mail.example.test',
      TEMPORAL_NAMESPACE: 'other',
    });
    expect(config).toMatchObject({
      databaseUrl: 'postgresql://clearsite:pw@127.0.0.1:5/clearsite',
      temporal: { address: '127.0.0.1:6', namespace: 'other', connection: {} },
      smtpUrl: 'smtps://mail.example.test',
      publicUrl: 'http://127.0.0.1:8',
      source: { database: 'up', temporal: 'up', smtp: 'environment' },
    });
  });

  test.each([
    ['is dead', (): RunFile['up'] => ({ pid: 2 ** 22 + 1, started: 'x' })],
    ['has a number that another program was given', (): RunFile['up'] => ({ ...self(), started: 'another boot/1' })],
  ])('the run.json of an "up" that %s counts for nothing', (_, up) => {
    writeRunFile(home, run(up()));
    expect(loadConfig({ CLEARSITE_HOME: home }).source.database).toBe('none');
  });

  test.each(['', '{', '{"version":2}', 'null'])('a run.json that holds %j counts for nothing', (text) => {
    writeFileSync(join(home, 'run.json'), text);
    expect(loadConfig({ CLEARSITE_HOME: home }).source.database).toBe('none');
  });

  test('Temporal may be named by address with TLS and key, as its own tools read them', () => {
    const { temporal } = loadConfig({
      CLEARSITE_HOME: home,
      TEMPORAL_ADDRESS: 'temporal.example.test:7233',
      TEMPORAL_NAMESPACE: 'ns',
      TEMPORAL_API_KEY: 'secret',
    });
    expect(temporal).toMatchObject({
      address: 'temporal.example.test:7233',
      namespace: 'ns',
      connection: { apiKey: 'secret' },
    });
    expect(temporal?.connection.tls).toBeTruthy();
  });

  test('Temporal may be named by a profile of a configuration file', () => {
    const file = join(home, 'temporal.toml');
    writeFileSync(file, '[profile.prod]\naddress = "prod.example.test:7233"\nnamespace = "removals"\n');
    const { temporal } = loadConfig({ CLEARSITE_HOME: home, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' });
    expect(temporal).toMatchObject({ address: 'prod.example.test:7233', namespace: 'removals' });
  });

  test.each([
    ['DATABASE_URL', 'mysql://x/y'],
    ['DATABASE_URL', 'nonsense'],
    ['SMTP_URL', 'http://x'],
    ['PUBLIC_URL', 'ftp://x'],
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['TEMPORAL_CONFIG_FILE', '/no/such/file.toml'],
  ])('%s=%s is refused, by name and with exit code 2', (name, value) => {
    expect(() => loadConfig({ CLEARSITE_HOME: home, [name]: value })).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        exit: 2,
        message: expect.stringContaining(name === 'TEMPORAL_CONFIG_FILE' ? 'TEMPORAL_' : name) as unknown,
      }) as unknown as Error,
    );
  });

  test('an empty variable is an unset one, and a slash at the end of PUBLIC_URL is dropped', () => {
    const config = loadConfig({
      CLEARSITE_HOME: home,
      DATABASE_URL: ' ',
      TEMPORAL_ADDRESS: '',
      PORT: '8080',
      PUBLIC_URL: 'https://x.example.test/',
    });
    expect(config).toMatchObject({
      databaseUrl: null,
      temporal: null,
      port: 8080,
      publicUrl: 'https://x.example.test',
    });
    expect(loadConfig({ CLEARSITE_HOME: home, PORT: '8080' }).publicUrl).toBe('http://127.0.0.1:8080');
  });

  test('services that are named and away: exit 3 with the address, and without the password', async () => {
    const config = loadConfig({
      CLEARSITE_HOME: home,
      DATABASE_URL: 'postgresql://me:geheim@127.0.0.1:1/x',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      CLEARSITE_KEYS: `k:${'A'.repeat(43)}=`,
    });
    const [register, temporal] = await Promise.allSettled([openRegister(config), openTemporal(config)]);
    expect(register).toMatchObject({
      reason: {
        code: 'register-unreachable',
        exit: 3,
        message: expect.stringContaining('me@127.0.0.1:1/x') as unknown,
      },
    });
    expect(temporal).toMatchObject({
      reason: { code: 'temporal-unreachable', exit: 3, message: expect.stringContaining('127.0.0.1:1') as unknown },
    });
    expect(JSON.stringify(register) + String((register as PromiseRejectedResult).reason)).not.toContain('geheim');
  });
});
