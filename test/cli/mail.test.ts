import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverMail } from '../../app/mail/deliver';
import { MailRegister, STARTED } from '../app/mail/a-register';
import { PostOffice } from '../app/mail/post-office';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand } from '../support/stack';

let register: MailRegister;
let office: PostOffice;
let command: string;
let folder: string;

const cli = (...args: string[]): Promise<Ran> => runCli(command, ['mail', ...args], register.environment(office.url));
const json = (ran: Ran): never => JSON.parse(ran.stdout) as never;

beforeAll(async () => {
  command = await builtCommand();
  register = await MailRegister.start(null);
  office = await PostOffice.open();
  folder = mkdtempSync(join(tmpdir(), 'clearsite-mail-'));
  for (const asset of ['CAM-1', 'CAM-2']) await register.openCase(asset);
}, 600_000);
afterAll(async () => {
  await office.close();
  await register.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('clearsite mail', () => {
  test('preview says before programme start who would get what, in a table, in full, as JSON and as HTML', async () => {
    const table = await cli('preview');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(
      /^To +Name +Subject +Leaves\nowner@ag\.example +Name of c_owner +You have 2 tasks, next due .* {2}started now: \d+ \w+ \d{4} \d\d:15$/m,
    );
    expect(table.stdout).toContain('1 message. See one in full');
    expect((await cli('preview', '--full')).stdout).toMatch(
      /^To: Name of c_owner <owner@ag\.example>\nSubject: You have 2/,
    );
    expect(json(await cli('preview', '--json'))).toMatchObject({
      started: false,
      messages: [{ to: 'owner@ag.example', notices: 2, waits: 'start', subject: expect.any(String) }],
    });
    const file = join(folder, 'mail.html');
    expect((await cli('preview', '--html', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('<html lang="en-GB">');
    expect(await cli('preview', '--to', 'nobody@example.org', '--html', file)).toMatchObject({ code: 2 });
    expect(office.received).toEqual([]);
  });

  test('preview --case lists the next mails of a case with dates and recipients', async () => {
    const shown = await cli('preview', '--case', 'CAM-1', '--count', '4');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^If nobody does anything:\nLeaves +Task +Mail +Due +To\n/);
    expect(shown.stdout.trim().split('\n')).toHaveLength(7);
    expect(shown.stdout).toContain('Name of c_owner (task-owner) owner@ag.example');
    expect(json(await cli('preview', '--case', 'CAM-1', '--json'))).toMatchObject({
      caseId: 'k_cam-1',
      mails: [{ kind: 'task' }, { days: expect.any(Number) }, { to: [{ contactId: 'c_owner' }] }],
    });
    expect(await cli('preview', '--case', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[unknown-case]'),
    });
  });

  test('list, hold, release and resend: what happened is said, and a mistake ends with 2 and what to do', async () => {
    await register.pool.query(`UPDATE programmes SET started_at = $1`, [STARTED]);
    await register.row('k_cam-1', { contact: 'c_owner' });
    expect((await cli('hold')).stderr).toContain('[reason-needed]');
    expect((await cli('hold', '--reason', 'wrong inventory')).stdout).toBe('All mail: held.\n');
    expect((await cli('list')).stdout).toMatch(/^All mail is held\. Let it go: clearsite mail release\nState +To/);
    expect((await cli('hold', '--reason', 'x')).stdout).toBe('All mail: was held already.\n');
    expect((await cli('release')).stdout).toBe('All mail: released.\n');
    // Written on a Friday: due on any Monday morning.
    await deliverMail(register.services(office.url), { clock: () => STARTED });
    const list = json(await cli('list', '--state', 'sent', '--json')) as { mail: { messageId: string; to: string }[] };
    expect(list.mail).toEqual([expect.objectContaining({ to: 'owner@ag.example', attempts: 1, notices: 1 })]);
    const { messageId } = list.mail[0]!;
    expect((await cli('list', '--case', 'CAM-1')).stdout).toContain(messageId);
    expect((await cli('list', '--case', 'CAM-2')).stdout).toBe('No mail.\n');
    const resent = await cli('resend', messageId, '--reason', 'deleted by mistake');
    expect(resent).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('leaves again with the next delivery run'),
    });
    expect(resent.stderr).toContain('leaves with the next one');
    await deliverMail(register.services(office.url));
    expect(office.received).toHaveLength(2);
    expect(office.received[1]!.raw.equals(office.received[0]!.raw)).toBe(true);
    const { rows } = await register.pool.query(`SELECT actor, action FROM register_log ORDER BY log_id`);
    expect(
      rows.map(({ actor, action }: { actor: string; action: string }) => `${actor.split(':')[0]} ${action}`),
    ).toEqual(['ops mail-held', 'ops mail-released', 'ops mail-resent']);
  });

  test.each([
    ['list', '--state', 'lost'],
    ['preview', '--case', 'CAM-1', '--count', '0'],
    ['hold', '--contact', 'owner@ag.example', '--case', 'CAM-1', '--reason', 'x'],
    ['hold', '--contact', 'nobody@example.org', '--reason', 'x'],
    ['resend', 'none@example.org', '--reason', 'x'],
  ])('%s %s %s is bad usage', async (...args) => {
    const ran = await cli(...args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });
});
