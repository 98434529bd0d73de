import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { LEASE } from '../../../app/mail/send';
import { packageRoot } from '../../../platform/paths';
import { MailRegister, STARTED, StoppedClock } from './a-register';
import { PostOffice } from './post-office';

/** A program of its own, which a test can kill without killing itself: one delivery run at the time that it is told. */
const PROGRAM = `
  import { Pool } from 'pg';
  import { deliverMail } from './app/mail/deliver';
  import { loadConfig } from './platform/config';
  const pool = new Pool({ connectionString: process.env.DATABASE_URL });
  const services = { config: loadConfig(), register: () => Promise.resolve(pool) };
  deliverMail(services as never, { clock: () => process.argv[2] as string }).then(() => pool.end());`;

let register: MailRegister;
let office: PostOffice;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  register = await MailRegister.start();
  // Below node_modules, so that packages and our own package.json are found from there.
  folder = mkdtempSync(join(packageRoot(), 'node_modules', '.clearsite-test-'));
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: packageRoot(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outfile: join(folder, 'deliver.js'),
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await register.stop();
});
beforeEach(async () => {
  office = await PostOffice.open();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await office.close();
  await register.clear();
});

function startRun(): { child: ChildProcess; ended: Promise<NodeJS.Signals | number | null> } {
  const child = spawn(process.execPath, [join(folder, 'deliver.js'), STARTED], {
    env: { PATH: process.env['PATH'], ...register.environment(office.url) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  return { child, ended };
}

describe('killed between the server’s yes and the register’s', () => {
  test('the message is sent once more when its lease has run out: the same bytes under the same Message-ID', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    const run = startRun();
    // The server has the whole message; its sender dies before it hears that.
    office.options = {
      message: async () => {
        run.child.kill('SIGKILL');
        await run.ended;
        return null;
      },
    };
    expect(await run.ended).toBe('SIGKILL');
    expect(office.received).toHaveLength(1);
    expect(await register.states()).toEqual(['c_owner task claimed']);

    office.options = {};
    const clock = new StoppedClock(STARTED);
    const deliver = () => deliverMail(register.services(office.url), { clock: clock.read });
    // What has come up meanwhile goes into a message of its own: a claimed one is never changed.
    await register.row(caseId, { contact: 'c_owner', stage: 'disconnect' });
    expect(await deliver()).toMatchObject({ sent: 1 });
    clock.forward(LEASE / 60_000);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.received).toHaveLength(3);
    const [first, other, again] = office.received.map(({ raw }) => raw);
    expect(again!.equals(first!)).toBe(true);
    const ids = await Promise.all([first!, other!].map(async (raw) => (await PostalMime.parse(raw)).messageId));
    expect(ids[0]).not.toBe(ids[1]);
    expect(await register.states()).toEqual(['c_owner task sent', 'c_owner task sent']);
    expect((await register.messages()).map(({ attempts }) => attempts).sort()).toEqual([1, 2]);
  });

  test('killed at any moment of a run for forty people, nobody is left out and whoever gets it twice can tell', async () => {
    const caseId = await register.openCase('CAM-1');
    for (const contact of await register.people(40)) await register.row(caseId, { contact });
    for (const killAt of [3, 17, 30]) {
      const run = startRun();
      office.options = {
        message: () => {
          if (office.received.length === killAt) run.child.kill('SIGKILL');
          return null;
        },
      };
      expect(await run.ended).toBe('SIGKILL');
    }
    office.options = {};
    const clock = new StoppedClock(STARTED);
    clock.forward(LEASE / 60_000);
    await deliverMail(register.services(office.url), { clock: clock.read });
    expect(Object.keys(office.counts)).toHaveLength(40);
    const bytes = new Map<string, string>();
    for (const { to, raw } of office.received) {
      const { messageId } = await PostalMime.parse(raw);
      const key = `${to[0]}`;
      expect(bytes.get(key) ?? `${messageId}\n${raw}`).toBe(`${messageId}\n${raw}`);
      bytes.set(key, `${messageId}\n${raw}`);
    }
    expect(new Set((await register.states()).map((line) => line.split(' ')[2]))).toEqual(new Set(['sent']));
  });
});
