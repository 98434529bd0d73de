import { describe, expect, test } from '@jest/globals';
import { judge, type Verdict } from '../../../app/mail/verdict';
import { backOff } from '../../../app/mail/send';

type Step = 'CONN' | 'AUTH PLAIN' | 'MAIL FROM' | 'RCPT TO' | 'DATA';

/** What nodemailer throws for a server's no; its own conversation is tested in deliver.test.ts. */
function refusal(command: Step, response: string): Error {
  const responseCode = Number(response.slice(0, 3));
  const permanent = responseCode >= 500 && responseCode !== 503;
  return Object.assign(new Error(`refused: ${response}`), {
    code: 'EENVELOPE',
    command,
    response,
    responseCode,
    permanent,
  });
}

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code} 192.0.2.1:25`), {
    code: 'ESOCKET',
    originalCode: code,
    command: 'CONN',
  });
}

describe('what a failed attempt says about what to do', () => {
  test.each<[Verdict['kind'], Step, string]>([
    // The address.
    ['dead-address', 'RCPT TO', '550 5.1.1 no such user'],
    ['dead-address', 'RCPT TO', '550-5.1.1 no such user'],
    ['dead-address', 'RCPT TO', '550 5.1.10 recipient not found'],
    ['dead-address', 'RCPT TO', '553 5.1.3 bad address'],
    ['dead-address', 'RCPT TO', '550 5.2.1 mailbox disabled'],
    ['dead-address', 'RCPT TO', '550 5.4.1 recipient address rejected'],
    ['dead-address', 'RCPT TO', '550 no such user here'],
    ['dead-address', 'RCPT TO', '551 user not local'],
    ['dead-address', 'DATA', '550 5.1.1 user unknown'],
    // The message, our standing, or our relay.
    ['refused', 'RCPT TO', '550 5.7.1 relaying denied'],
    ['refused', 'RCPT TO', '550 relay not permitted'],
    ['refused', 'RCPT TO', '550 blocked by our policy'],
    ['refused', 'RCPT TO', '550 5.1.8 bad sender address'],
    ['refused', 'RCPT TO', '552 5.2.2 mailbox full'],
    ['refused', 'RCPT TO', '554 transaction failed'],
    ['refused', 'DATA', '554 5.7.1 looks like spam'],
    ['refused', 'DATA', '552 5.3.4 message too big'],
    ['refused', 'DATA', '550 content rejected'],
    // This message, later.
    ['later', 'RCPT TO', '451 4.7.1 greylisted'],
    ['later', 'RCPT TO', '450 mailbox busy'],
    ['later', 'RCPT TO', '452 4.2.2 mailbox full'],
    ['later', 'DATA', '451 try again'],
    // Nobody's mail goes.
    ['server', 'RCPT TO', '421 4.3.2 closing'],
    ['server', 'DATA', '421 too busy'],
    ['server', 'RCPT TO', '452 4.3.1 out of disk'],
    ['server', 'RCPT TO', '503 bad sequence'],
    ['server', 'MAIL FROM', '550 5.7.1 sender refused'],
    ['server', 'MAIL FROM', '451 4.3.0 trouble'],
    ['server', 'AUTH PLAIN', '535 5.7.8 wrong password'],
    ['server', 'CONN', '554 no service here'],
  ])('%s: %s answered with %s', (kind, command, response) => {
    expect(judge(refusal(command, response)).kind).toBe(kind);
  });

  test.each(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'])('server: %s', (code) => {
    expect(judge(failure(code))).toEqual({ kind: 'server', reason: expect.stringContaining(code) });
  });

  test('later: the time for one message ran out', () => {
    expect(judge(Object.assign(new Error('Message sending aborted'), { code: 'EABORT' })).kind).toBe('later');
  });

  test('dead-address: no envelope can carry it', () => {
    expect(judge(Object.assign(new Error('Invalid recipient'), { code: 'EENVELOPE' })).kind).toBe('dead-address');
  });

  test('the reason is the server’s, on one short line, without addresses', () => {
    const { reason } = judge(
      refusal('RCPT TO', `550 5.1.1 <jo@example.org>: jo@example.org\r\nis ${'un'.repeat(400)}known`),
    );
    expect(reason).toMatch(/^550 5\.1\.1 <…>: … is un/);
    expect(reason).not.toContain('jo');
    expect(reason.length).toBeLessThanOrEqual(300);
  });
});

test('waits grow from half a minute to half an hour and no further', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempts) => backOff(attempts) / 1000)).toEqual([
    30, 60, 120, 240, 480, 960, 1800, 1800, 1800,
  ]);
});
