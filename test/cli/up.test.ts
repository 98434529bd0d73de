import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadConfig } from '../../platform/config';
import { identify, isRunning } from '../../platform/processes';
import { closedFolder, eventually, gone, processesOf, removeHome, runFileOf, RunningUp } from '../support/running-up';
import { builtCommand } from '../support/stack';

describe('clearsite up', () => {
  const folder = closedFolder();
  const home = join(folder, 'home');
  const ups: RunningUp[] = [];
  let command: string;

  const start = async (): Promise<RunningUp> => {
    const up = new RunningUp(command, home);
    ups.push(up);
    await up.says('clearsite is up.');
    return up;
  };
  const current = (): RunningUp => ups.at(-1)!;

  beforeAll(async () => {
    command = await builtCommand();
    await start();
  }, 600_000);

  afterAll(async () => {
    for (const up of ups) up.send('SIGTERM');
    await Promise.all(ups.map((up) => up.exited));
    removeHome(folder, home);
  });

  test('starts a register, Temporal, mail, a worker and the pages from a folder of mode 0700, and tells the other commands where', async () => {
    const config = loadConfig({ CLEARSITE_HOME: home });
    expect(config.source).toEqual({ database: 'up', temporal: 'up', smtp: 'up' });
    expect(config.temporal).toMatchObject({ namespace: 'clearsite', connection: {} });
    expect(
      [config.databaseUrl, config.temporal?.address, config.smtpUrl].every((address) => address?.includes('127.0.0.1')),
    ).toBe(true);
    expect(config.publicUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${config.publicUrl}/readyz`)).status).toBe(200);
    expect(current().output).toContain(config.publicUrl);
    expect(statSync(join(home, 'run.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'keys')).mode & 0o777).toBe(0o600);
    expect(current().output).not.toMatch(/clearsite:[^@\s]{8,}@/);
  });

  test('a second one for the same home ends with 2 and names the first', async () => {
    const second = new RunningUp(command, home);
    expect(await second.exited).toBe(2);
    expect(second.output).toContain(`process ${current().pid}`);
    expect(loadConfig({ CLEARSITE_HOME: home }).databaseUrl).not.toBeNull();
  });

  test.each(['postgres', 'temporal', 'worker', 'web'] as const)(
    '%s is started again after kill -9, at the same address',
    async (name) => {
      const before = current().children();
      const addresses = runFileOf(home);
      process.kill(before[name].pid, 'SIGKILL');
      await current().says(
        `${{ postgres: 'PostgreSQL', temporal: 'Temporal', worker: 'The worker', web: 'The web server' }[name]} is running again`,
      );
      expect(current().children()[name].pid).not.toBe(before[name].pid);
      expect(runFileOf(home)).toEqual(addresses);
      const client = new Client({ connectionString: addresses.databaseUrl });
      await client.connect();
      await client.end();
    },
  );

  test('after kill -9 of "up" itself its run.json counts for nothing, its worker and its pages end, and the next one puts all in order', async () => {
    const killed = current();
    const { worker, web, postgres, temporal } = killed.children();
    killed.send('SIGKILL');
    await killed.exited;
    expect(loadConfig({ CLEARSITE_HOME: home }).databaseUrl).toBeNull();
    await gone(worker, web);
    expect([postgres, temporal].every(isRunning)).toBe(true);
    const next = await start();
    expect([postgres, temporal].some(isRunning)).toBe(false);
    expect(next.output).toContain(`process ${postgres.pid} of this home outlived`);
    expect(next.output).toContain(`process ${temporal.pid} of this home outlived`);
  });

  test('Ctrl-C stops everything, leaves no process and no address behind, and ends with 0', async () => {
    const up = current();
    const { worker, web, postgres, temporal } = up.children();
    up.send('SIGINT');
    expect(await up.exited).toBe(0);
    expect([worker, web, postgres, temporal].some(isRunning)).toBe(false);
    expect(processesOf(home)).toEqual([]);
    expect(existsSync(join(home, 'run.json'))).toBe(false);
  });

  test('told to stop while it starts, it leaves nothing behind either', async () => {
    const up = new RunningUp(command, home);
    ups.push(up);
    // As early as there is something to leave behind.
    await eventually(() => processesOf(home).length > 0);
    up.send('SIGTERM');
    expect(await up.exited).toBe(0);
    expect(processesOf(home)).toEqual([]);
    expect(identify(up.pid)).toBeNull();
  });

  test('a second Ctrl-C does not wait for good order', async () => {
    const up = await start();
    const { worker, web, postgres, temporal } = up.children();
    up.send('SIGINT');
    up.send('SIGINT');
    await up.exited;
    await gone(worker, web, postgres, temporal);
    expect(processesOf(home)).toEqual([]);
  });

  test('--exit stops again once everything is up', async () => {
    const up = new RunningUp(command, home, ['--exit']);
    ups.push(up);
    expect(await up.exited).toBe(0);
    expect(up.output).toContain('clearsite is up.');
    expect(processesOf(home)).toEqual([]);
  });

  test('a service that the environment names and that is away ends it with 3, within 10 s, leaving nothing behind', async () => {
    const begun = Date.now();
    const up = new RunningUp(command, home, [], { DATABASE_URL: 'postgresql://me:geheim@127.0.0.1:1/x' });
    ups.push(up);
    expect(await up.exited).toBe(3);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(up.output).toContain('DATABASE_URL');
    expect(up.output).not.toContain('geheim');
    expect(processesOf(home)).toEqual([]);
  });
});
