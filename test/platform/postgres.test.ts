import { afterAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres';
import { usablePostgres } from '../../platform/embedded/postgres-binaries';
import { identify, isRunning } from '../../platform/processes';

const homes: string[] = [];
const running: RunningPostgres[] = [];

/** A home in a folder that only its owner may enter, as mktemp makes it and as root's home is. */
function closedHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-pg-'));
  chmodSync(home, 0o700);
  homes.push(home);
  return join(home, 'home');
}

async function start(home: string, lines: string[] = []): Promise<RunningPostgres> {
  const postgres = await startPostgres({ home, log: (line) => lines.push(line) });
  running.push(postgres);
  return postgres;
}

async function query(postgres: RunningPostgres, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function dataFolder(home: string): string {
  const pointer = join(home, 'postgres', 'location.json');
  const folder = existsSync(pointer)
    ? (JSON.parse(readFileSync(pointer, 'utf8')) as { folder: string }).folder
    : join(home, 'postgres');
  return join(folder, 'data');
}

afterAll(async () => {
  for (const postgres of running) await postgres.stop();
  for (const home of homes) {
    const data = dataFolder(join(home, 'home'));
    rmSync(join(data, '..'), { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
});

describe('embedded PostgreSQL', () => {
  const home = closedHome();

  test('starts from a folder of mode 0700, even as root, on loopback, durable, with a password', async () => {
    const postgres = await start(home);
    expect(await query(postgres, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(postgres, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(postgres, 'SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
    const wrong = new Client({ connectionString: postgres.url.replace(/:[^:@]+@/, ':wrong@') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(dataFolder(home)).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'postgres', 'server.json')).mode & 0o777).toBe(0o600);
  });

  test('keeps its state and its port between runs, and leaves no process behind', async () => {
    const first = running.at(-1)!;
    await query(first, 'CREATE TABLE kept (id int)');
    const was = identify(first.pid)!;
    await first.stop();
    expect(isRunning(was)).toBe(false);
    const second = await start(home);
    expect(second.port).toBe(first.port);
    expect(await query(second, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  test('what was committed survives kill -9, and the next start needs no help', async () => {
    const first = running.at(-1)!;
    await query(first, 'INSERT INTO kept VALUES (1)');
    await first.kill9();
    const second = await start(home);
    expect(await query(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  test('a server that outlived its parent is stopped before a new one starts', async () => {
    const first = running.at(-1)!;
    const was = identify(first.pid)!;
    const lines: string[] = [];
    const second = await start(home, lines);
    expect(isRunning(was)).toBe(false);
    expect(second.pid).not.toBe(first.pid);
    expect(lines.join('\n')).toContain(`process ${first.pid} of this home outlived`);
    expect(await query(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  test('a stale pid file that names another program is put aside, and that program is left alone', async () => {
    const first = running.at(-1)!;
    const pidFile = join(dataFolder(home), 'postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    await first.stop();
    // This very test runner is the innocent program.
    writeFileSync(pidFile, content.replace(/^\d+/, String(process.ppid)));
    const lines: string[] = [];
    const second = await start(home, lines);
    expect(lines.join('\n')).toContain(`stale pid file names process ${process.ppid}`);
    expect(identify(process.ppid)).not.toBeNull();
    expect(await query(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  test('a port that is taken by another program is avoided', async () => {
    const first = running.at(-1)!;
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
    try {
      const second = await start(home);
      expect(second.port).not.toBe(first.port);
      expect(await query(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  test('a start that was killed while making the register begins again', async () => {
    const other = closedHome();
    const lines: string[] = [];
    const first = await start(other, lines);
    await first.stop();
    // As a kill between the two leaves it: a workshop, and no data folder.
    const data = dataFolder(other);
    renameSync(data, join(data, '..', 'initialising'));
    const second = await start(other);
    expect(await query(second, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('its programs', () => {
  test('are copied, and their library links made, where they cannot be used in place', () => {
    const copies = mkdtempSync(join(tmpdir(), 'clearsite-pg-copies-'));
    homes.push(copies);
    const copied = usablePostgres(() => false, copies);
    expect(copied.startsWith(copies)).toBe(true);
    const links = JSON.parse(readFileSync(join(copied, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.length).toBeGreaterThan(0);
    for (const { target } of links) expect(existsSync(join(copied, target.replace(/^native\//, '')))).toBe(true);
    expect(execFileSync(join(copied, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' })).toContain('PostgreSQL');
    expect(usablePostgres(() => false, copies)).toBe(copied);
  });
});

describe('a home that root made where an unprivileged user cannot go', () => {
  const asRoot = process.getuid?.() === 0 ? test : test.skip;

  asRoot('may be moved, but a copy of it is refused: both would use one register', async () => {
    const folder = closedHome();
    const first = await start(folder);
    await query(first, 'CREATE TABLE kept (id int)');
    await first.stop();
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    const second = await start(moved);
    expect(await query(second, 'SELECT * FROM kept')).toEqual([]);
    await second.stop();
    const copy = `${folder}-copy`;
    cpSync(moved, copy, { recursive: true });
    await expect(startPostgres({ home: copy, log: () => undefined })).rejects.toMatchObject({
      code: 'home-copied',
      exit: 3,
    });
    renameSync(moved, folder);
  });
});
