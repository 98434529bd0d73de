import { afterAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderOf, holdHome } from '../../platform/home-lock';
import {
  findProcesses,
  freeze,
  identify,
  isRunning,
  signal,
  stopProcess,
  waitUntilGone,
} from '../../platform/processes';

const folder = mkdtempSync(join(tmpdir(), 'clearsite-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that ignores SIGTERM where it is told to, and says when it is ready. */
async function sleeper(mark: string, stubborn: 'stubborn' | 'polite'): Promise<number> {
  const code = `${stubborn === 'stubborn' ? "process.on('SIGTERM', () => undefined);" : ''} setInterval(() => undefined, 1000); console.log('ready')`;
  const child = spawn(process.execPath, ['-e', code, mark], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid!;
}

describe('processes', () => {
  test('a process is known by more than its number', async () => {
    const identity = identify(await sleeper('one', 'polite'))!;
    expect(isRunning(identity)).toBe(true);
    expect(isRunning({ ...identity, started: 'earlier' })).toBe(false);
    expect(signal({ ...identity, started: 'earlier' }, 'SIGKILL')).toBe(false);
    expect(isRunning(identity)).toBe(true);
    await stopProcess(identity, 'SIGTERM', 5_000);
    expect(isRunning(identity)).toBe(false);
    expect(identify(identity.pid)).toBeNull();
  });

  test('one that does not heed is ended the hard way', async () => {
    const identity = identify(await sleeper('two', 'stubborn'))!;
    await stopProcess(identity, 'SIGTERM', 100);
    expect(isRunning(identity)).toBe(false);
  });

  test('one is found by its arguments, and this process never is', async () => {
    const mark = `mark-${process.pid}`;
    const pid = await sleeper(mark, 'polite');
    const found = findProcesses((argv) => argv.includes(mark));
    expect(found.map(({ identity }) => identity.pid)).toEqual([pid]);
    expect(found[0]!.parentPid).toBe(process.pid);
    expect(findProcesses(() => true).some(({ identity }) => identity.pid === process.pid)).toBe(false);
    await stopProcess(found[0]!.identity, 'SIGKILL', 5_000);
  });

  test('one that was frozen stands still until it is told to go on', async () => {
    const identity = identify(await sleeper('three', 'polite'))!;
    expect(await freeze(identity)).toBe(true);
    if (process.platform === 'linux') expect(readFileSync(`/proc/${identity.pid}/stat`, 'utf8')).toContain(') T ');
    signal(identity, 'SIGTERM');
    expect(await waitUntilGone(identity, 200)).toBe(false);
    signal(identity, 'SIGCONT');
    expect(await waitUntilGone(identity, 5_000)).toBe(true);
    expect(await freeze(identity)).toBe(false);
  });

  test.each([0, -1, 1.5, Number.NaN])('%d is nobody', (pid) => {
    expect(identify(pid)).toBeNull();
  });
});

describe('holding a home', () => {
  test('one at a time, whoever comes first', async () => {
    const home = join(folder, 'home');
    const results = await Promise.allSettled([1, 2, 3].map(() => holdHome(home)));
    const held = results.filter((result) => result.status === 'fulfilled');
    expect(held).toHaveLength(1);
    expect(results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown)).toEqual(
      [1, 2].map(() => expect.objectContaining({ code: 'already-running', exit: 2, details: { pid: process.pid } })),
    );
    expect(holderOf(home)?.pid).toBe(process.pid);
    held[0]!.value();
    expect(holderOf(home)).toBeNull();
    (await holdHome(home))();
  });

  test('a holder that was killed keeps nobody out, even when its number names another program', async () => {
    const home = join(folder, 'killed');
    (await holdHome(home))();
    writeFileSync(join(home, 'up.json'), JSON.stringify({ pid: process.ppid, started: 'another boot/5' }));
    const release = await holdHome(home);
    expect(holderOf(home)?.pid).toBe(process.pid);
    release();
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;

  asRoot("not another user's: root would leave files in it that its owner cannot read", async () => {
    const home = join(folder, 'theirs');
    mkdirSync(home);
    chownSync(home, 65534, 65534);
    await expect(holdHome(home)).rejects.toMatchObject({ code: 'home-of-another-user', exit: 2 });
    expect(readdirSync(home)).toEqual([]);
  });
});
