import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { type RunningMail, startMail } from '../../platform/embedded/mail';
import { eventually } from '../support/running-up';

describe('the embedded mail server', () => {
  const parent = mkdtempSync(join(tmpdir(), 'clearsite-mail-'));
  const folder = join(parent, 'mail');
  let mail: RunningMail;
  beforeAll(async () => {
    mail = await startMail({ folder });
  });
  afterAll(async () => {
    await mail.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  const kept = (): string[] =>
    readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();

  test('keeps each message whole, in the order they came, under names that tell nobody', async () => {
    const mailer = createTransport(mail.url);
    for (const n of [1, 2, 3]) {
      await mailer.sendMail({
        from: 'pm@example.test',
        to: ['owner@example.test', 'head@example.test'],
        subject: `Nummer ${n} – ünï`,
        text: 'One\n.\nTwo\n',
      });
    }
    mailer.close();
    const names = kept();
    expect(names).toHaveLength(3);
    for (const name of names) expect(name).toMatch(/^\d{8}T\d{6}\.\d{3}Z-\d{6}-[0-9a-f]{6}\.eml$/);
    const messages = await Promise.all(names.map((name) => PostalMime.parse(readFileSync(join(folder, name)))));
    expect(messages.map(({ subject }) => subject)).toEqual([1, 2, 3].map((n) => `Nummer ${n} – ünï`));
    expect(messages[0]!.text).toBe('One\n.\nTwo\n');
    expect(messages[0]!.headers.filter(({ key }) => key === 'x-envelope-to').map(({ value }) => value)).toEqual([
      '<owner@example.test>',
      '<head@example.test>',
    ]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, names[0]!)).mode & 0o777).toBe(0o600);
  });

  test('a message that breaks off halfway was never accepted, and none is kept', async () => {
    const before = kept().length;
    const socket = connect(mail.port, '127.0.0.1');
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const say = async (line: string, answer: RegExp): Promise<void> => {
      said = '';
      socket.write(`${line}\r\n`);
      await eventually(() => answer.test(said));
    };
    await eventually(() => said.startsWith('220'));
    await say('EHLO test', /250 /);
    await say('MAIL FROM:<a@example.test>', /^250/);
    await say('RCPT TO:<b@example.test>', /^250/);
    await say('DATA', /^354/);
    socket.write('Subject: half\r\n\r\nand then');
    await eventually(() => kept().some((name) => name.endsWith('.partial')));
    socket.destroy();
    await eventually(() => !kept().some((name) => name.endsWith('.partial')));
    expect(kept()).toHaveLength(before);
  });

  test('what a killed server had half received is cleared away; the port stays the same', async () => {
    await mail.stop();
    writeFileSync(join(folder, 'x.eml.partial'), 'half');
    const { port } = mail;
    mail = await startMail({ folder });
    expect(mail.port).toBe(port);
    expect(kept().filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});
