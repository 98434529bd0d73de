import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  askCode,
  type CodeAsked,
  checkCode,
  CODE_TRIES,
  CODES_PER_ADDRESS,
  CODES_PER_CLIENT,
} from '../../../app/access/codes';
import { settled } from '../../../app/access/letters';
import { sessionOf } from '../../../app/access/sessions';
import { PEOPLE } from '../../support/a-programme';
import { PostOffice } from '../mail/post-office';
import { after, Gate, NOW } from './a-gate';

const OWNER: string = PEOPLE.owner.email;
const STRANGER = 'stranger@elsewhere.example';
let gate: Gate;

beforeAll(async () => {
  gate = await Gate.open();
});
afterAll(() => gate?.close());
beforeEach(async () => {
  await gate.pool.query(`TRUNCATE sign_in_codes, sessions, access_log`);
  gate.post.received.length = 0;
});
afterEach(() => settled(gate.services));

type Asked = Extract<CodeAsked, { outcome: 'asked' }>;

async function ask(email = OWNER, now = NOW, client = '192.0.2.1'): Promise<Asked> {
  const asked = await askCode(gate.services, { email, purpose: 'sign-in', client }, now);
  if (asked.outcome !== 'asked') throw new Error('too many');
  return asked;
}

const check = (challenge: string, code: string, now = after(1)) => checkCode(gate.services, { challenge, code }, now);

/** Another code than this one, of the same shape. */
const other = (code: string): string => (code.startsWith('A') ? 'C' : 'A') + code.slice(1);

describe('a code that was asked for', () => {
  test('comes at once, in words and HTML, under a subject that does not give it away', async () => {
    await ask();
    const [mail, ...more] = await gate.mailTo(OWNER);
    const code = await gate.codeOf(OWNER);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Your sign-in code');
    expect(mail?.text).toContain('works once, in that browser only, for 10 minutes');
    expect(mail?.html).toContain(code);
    expect(mail?.from?.address).toBe('programme@example.test');
    expect(mail?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(mail?.html).not.toMatch(/<script|<img|https?:/);
  });

  test('does not go through the outbox, and stands nowhere in the register', async () => {
    const { challenge } = await ask();
    const code = (await gate.codeOf(OWNER)).replace('-', '');
    const dump = JSON.stringify([
      await gate.rows('SELECT * FROM sign_in_codes'),
      await gate.rows('SELECT * FROM messages'),
      await gate.rows('SELECT * FROM outbox'),
      await gate.rows('SELECT * FROM access_log'),
      await gate.rows('SELECT * FROM register_log'),
    ]);
    expect(dump).toContain(OWNER);
    expect(dump).not.toContain(code);
    expect(dump).not.toContain(challenge);
    expect(await gate.rows('SELECT FROM outbox')).toEqual([]);
  });

  test('signs in, however it is typed', async () => {
    const { challenge } = await ask(`  ${OWNER.toUpperCase()} `);
    const typed = ` ${(await gate.codeOf(OWNER)).toLowerCase().replace('-', ' ')} `;
    const checked = await check(challenge, typed);
    if (checked.outcome !== 'signed-in') throw new Error(checked.outcome);
    expect(checked.session.viewer).toMatchObject({ email: OWNER, id: PEOPLE.owner.id });
    expect(await sessionOf(gate.services, checked.session.token, after(2))).toMatchObject({
      viewer: { email: OWNER },
      sessionId: checked.session.sessionId,
    });
    expect(await gate.log()).toEqual([`${PEOPLE.owner.id} signed-in ${checked.session.sessionId}`]);
  });

  test('works once', async () => {
    const { challenge } = await ask();
    const code = await gate.codeOf(OWNER);
    expect((await check(challenge, code)).outcome).toBe('signed-in');
    expect(await check(challenge, code)).toEqual({ outcome: 'used' });
    expect(await gate.rows('SELECT FROM sessions')).toHaveLength(1);
  });

  test('works once also where it is sent twice at the same time', async () => {
    const { challenge } = await ask();
    const code = await gate.codeOf(OWNER);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => check(challenge, code)));
    expect(outcomes.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
  });

  test('works for 10 minutes', async () => {
    const { challenge, expiresAt } = await ask();
    const code = await gate.codeOf(OWNER);
    expect(expiresAt).toBe(after(10));
    expect(await check(challenge, code, after(10))).toEqual({ outcome: 'expired' });
    expect((await check(challenge, code, after(9.99))).outcome).toBe('signed-in');
  });

  test('works in the browser that asked alone, and for nobody else’s code', async () => {
    const mine = await ask();
    const code = await gate.codeOf(OWNER);
    const theirs = await ask(PEOPLE.head.email);
    const theirCode = await gate.codeOf(PEOPLE.head.email);
    expect(await check(theirs.challenge, code)).toMatchObject({ outcome: 'wrong' });
    expect(await check(mine.challenge, theirCode)).toMatchObject({ outcome: 'wrong' });
    expect(await check('x'.repeat(43), code)).toEqual({ outcome: 'unknown' });
    expect(await check('', code)).toEqual({ outcome: 'unknown' });
    expect(await check("' OR 1=1 --", code)).toEqual({ outcome: 'unknown' });
    expect((await check(mine.challenge, code)).outcome).toBe('signed-in');
  });

  test('is ended by a newer one, even of another browser', async () => {
    const first = await ask();
    const firstCode = await gate.codeOf(OWNER);
    const second = await ask(OWNER, after(1));
    expect(await check(first.challenge, firstCode, after(2))).toEqual({ outcome: 'newer' });
    expect((await check(second.challenge, await gate.codeOf(OWNER), after(2))).outcome).toBe('signed-in');
  });

  test('is of no use to whoever has left meanwhile', async () => {
    const { challenge } = await ask();
    const code = await gate.codeOf(OWNER);
    await gate.pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = $1`, [PEOPLE.owner.id]);
    expect((await check(challenge, code)).outcome).toBe('expired');
    await gate.pool.query(`UPDATE contacts SET left_at = NULL WHERE contact_id = $1`, [PEOPLE.owner.id]);
    expect(await gate.rows('SELECT FROM sessions')).toEqual([]);
  });
});

describe('guessing', () => {
  test('ends after 5 tries, also for the right code; what is no code at all is not counted', async () => {
    const { challenge } = await ask();
    const code = await gate.codeOf(OWNER);
    expect(await check(challenge, 'hello')).toEqual({ outcome: 'not-a-code' });
    for (let left = CODE_TRIES - 1; left > 0; left -= 1)
      expect(await check(challenge, other(code))).toEqual({ outcome: 'wrong', triesLeft: left });
    expect(await check(challenge, other(code))).toEqual({ outcome: 'too-many-tries' });
    expect(await check(challenge, code)).toEqual({ outcome: 'too-many-tries' });
    expect(await gate.rows('SELECT FROM sessions')).toEqual([]);
    expect(await gate.log()).toEqual([
      ...Array.from({ length: 4 }, () => `${PEOPLE.owner.id} sign-in-refused wrong`),
      ...Array.from({ length: 2 }, () => `${PEOPLE.owner.id} sign-in-refused too-many-tries`),
    ]);
  });

  test('does not go faster with many at once', async () => {
    const { challenge } = await ask();
    const code = await gate.codeOf(OWNER);
    const tries = await Promise.all(Array.from({ length: 20 }, () => check(challenge, other(code))));
    expect(tries.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(CODE_TRIES - 1);
    expect((await check(challenge, code)).outcome).toBe('too-many-tries');
  });

  test('an address has 5 codes an hour, whoever asks, known or not', async () => {
    for (const address of [OWNER, STRANGER]) {
      for (let number = 0; number < CODES_PER_ADDRESS; number += 1)
        await ask(address, after(number), `192.0.2.${number}`);
      const sixth = { email: address, purpose: 'sign-in', client: '192.0.2.99' } as const;
      expect(await askCode(gate.services, sixth, after(5))).toEqual({ outcome: 'too-many' });
      expect((await askCode(gate.services, sixth, after(61))).outcome).toBe('asked');
    }
    expect(await gate.mailTo(OWNER)).toHaveLength(CODES_PER_ADDRESS + 1);
  });

  test('many at once for one address are not more than those 5', async () => {
    const asked = await Promise.all(
      Array.from({ length: 12 }, () =>
        askCode(gate.services, { email: OWNER, purpose: 'sign-in', client: '192.0.2.1' }, NOW),
      ),
    );
    expect(asked.filter(({ outcome }) => outcome === 'asked')).toHaveLength(CODES_PER_ADDRESS);
  });

  test('a network address has its own limit', async () => {
    await gate.pool.query(
      `INSERT INTO sign_in_codes (challenge_hash, code_hash, email, client, purpose, asked_at, expires_at)
       SELECT 'h' || n, 'c', n || '@example.org', '198.51.100.7', 'sign-in', $1, $1 FROM generate_series(1, $2) n`,
      [NOW, CODES_PER_CLIENT],
    );
    const request = { email: OWNER, purpose: 'sign-in', client: '198.51.100.7' } as const;
    expect(await askCode(gate.services, request, after(1))).toEqual({ outcome: 'too-many' });
    expect((await askCode(gate.services, { ...request, client: '192.0.2.1' }, after(1))).outcome).toBe('asked');
  });

  test('addresses that asked are forgotten after a day', async () => {
    await ask(STRANGER);
    await ask(OWNER, after(25 * 60));
    expect(await gate.rows('SELECT email FROM sign_in_codes')).toEqual([{ email: OWNER }]);
  });
});

describe('an address that nobody has', () => {
  test('is answered the same, and is sent nothing', async () => {
    const known = await ask();
    const unknown = await ask(STRANGER);
    expect(Object.keys(unknown)).toEqual(Object.keys(known));
    expect(unknown).toMatchObject({ outcome: 'asked', email: STRANGER, expiresAt: known.expiresAt });
    expect(await gate.mailTo(STRANGER)).toEqual([]);
    for (const challenge of [known.challenge, unknown.challenge])
      expect(await check(challenge, 'AAAA-AAAA')).toEqual({ outcome: 'wrong', triesLeft: CODE_TRIES - 1 });
    expect(await gate.log()).toEqual([
      'nobody sign-in-refused unknown-address',
      `${PEOPLE.owner.id} sign-in-refused wrong`,
      'nobody sign-in-refused wrong',
    ]);
  });

  test('takes no other time: what depends on it is done behind the answer', async () => {
    let waits = 0;
    const slow = await PostOffice.open({
      recipient: () => null,
      message: () => new Promise((resolve) => setTimeout(() => resolve(null), 400)).then(() => ((waits += 1), null)),
    });
    const { services } = gate;
    const slowServices = { ...services, config: { ...services.config, smtpUrl: slow.url } };
    await askCode(slowServices, { email: OWNER, purpose: 'sign-in', client: '192.0.2.1' }, NOW);
    expect(waits).toBe(0);
    await settled(slowServices);
    expect(waits).toBe(1);
    await slow.close();
  });

  test.each([
    ['', 'missing-value'],
    ['   ', 'missing-value'],
    ['olive', 'bad-email'],
    ['a@b@c.example', 'bad-email'],
    ['a@example.org\nBcc: b@example.org', 'bad-email'],
    ['a@example.org, b@example.org', 'bad-email'],
    [`${'a'.repeat(5_000)}@example.org`, 'bad-email'],
  ])('what is no address is refused before anything is written: %j', async (email, code) => {
    await expect(askCode(gate.services, { email, purpose: 'sign-in', client: '192.0.2.1' }, NOW)).rejects.toMatchObject(
      { code },
    );
    expect(await gate.rows('SELECT FROM sign_in_codes')).toEqual([]);
  });
});

describe('where the mail server', () => {
  test('is named by nothing, everybody is told', async () => {
    const without = { ...gate.services, config: { ...gate.services.config, smtpUrl: null } };
    for (const email of [OWNER, STRANGER])
      await expect(askCode(without, { email, purpose: 'sign-in', client: '192.0.2.1' }, NOW)).rejects.toMatchObject({
        code: 'mail-not-running',
        exit: 3,
      });
  });

  test('has failed, everybody is told at the next time of asking, and no longer once it is back', async () => {
    const office = await PostOffice.open();
    const { port } = office;
    await office.close();
    const services = { ...gate.services, config: { ...gate.services.config, smtpUrl: `smtp://127.0.0.1:${port}` } };
    const request = (email: string) => ({ email, purpose: 'sign-in', client: '192.0.2.1' }) as const;
    await askCode(services, request(OWNER), NOW);
    await settled(services);
    for (const email of [OWNER, STRANGER])
      await expect(askCode(services, request(email), after(1))).rejects.toMatchObject({
        code: 'mail-unreachable',
        exit: 3,
      });
    const back = await PostOffice.open({ port });
    expect((await askCode(services, request(OWNER), after(2))).outcome).toBe('asked');
    await settled(services);
    expect(back.received).toHaveLength(1);
    await back.close();
  }, 60_000);

  test('does not take the address, that is noted and nobody else is kept waiting', async () => {
    gate.post.options = { recipient: () => [550, '5.1.1 no such user'] };
    await ask();
    expect(await gate.log()).toEqual([`${PEOPLE.owner.id} sign-in-refused mail-refused`]);
    gate.post.options = {};
    await ask(PEOPLE.head.email);
    expect(await gate.mailTo(PEOPLE.head.email)).toHaveLength(1);
  });
});
