import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { makeSignInLink } from '../../app/access/links';
import { grantRole } from '../../app/access/users';
import { Gate, NOW } from '../app/access/a-gate';
import { PEOPLE } from '../support/a-programme';
import { type Browser, type Page, startWeb, type TestWeb } from '../support/web';

const OWNER: string = PEOPLE.owner.email;
const STRANGER = 'stranger@elsewhere.example';
const OPS = { as: null, typist: null };
let gate: Gate;
let web: TestWeb;
let now = new Date(NOW);

beforeAll(async () => {
  gate = await Gate.open();
  web = await startWeb(gate.services, { now: () => now });
});
afterAll(async () => {
  await web?.stop();
  await gate?.close();
  expect(web.faults).toEqual([]);
});
beforeEach(async () => {
  now = new Date(NOW);
  await gate.pool.query(`TRUNCATE sign_in_codes, sessions, access_log, sign_in_links`);
  await gate.pool.query(`UPDATE programmes SET demo = false`);
  gate.post.received.length = 0;
});

const later = (minutes: number): void => {
  now = new Date(Date.parse(NOW) + minutes * 60_000);
};

/** Asks for a code, as far as the page where it is typed. */
async function ask(browser: Browser, email: string, next = ''): Promise<Page> {
  const form = await browser.get(`/sign-in${next === '' ? '' : `?next=${encodeURIComponent(next)}`}`);
  const asked = await browser.post('/sign-in', { email, next: hiddenNext(form) }, form);
  expect([asked.status, asked.location]).toEqual([303, expect.stringContaining('/sign-in/code')]);
  return browser.get(asked.location!);
}

const hiddenNext = (page: Page): string =>
  (/name="next" value="([^"]*)"/.exec(page.body)?.[1] ?? '').replaceAll('&amp;', '&');

const type = (browser: Browser, page: Page, code: string): Promise<Page> =>
  browser.post('/sign-in/code', { code, next: hiddenNext(page) }, page);

describe('signing in', () => {
  test('from the page that was asked for, by the code of the mail, and back to that page', async () => {
    const browser = web.browser();
    const first = await browser.get('/account?x=1');
    expect([first.status, first.location]).toEqual([303, '/sign-in?next=%2Faccount%3Fx%3D1']);
    const typing = await ask(browser, OWNER, '/account?x=1');
    expect(typing.text).toContain(`If ${OWNER} may sign in, we have sent a code to it`);
    expect(typing.body).toMatch(/<input[^>]*id="code"[^>]*>/);
    const [input] = /<input[^>]*id="code"[^>]*>/.exec(typing.body)!;
    for (const attribute of ['autocomplete="one-time-code"', 'inputmode="text"', 'spellcheck="false"'])
      expect(input).toContain(attribute);
    const done = await type(browser, typing, (await gate.codeOf(OWNER)).toLowerCase());
    expect([done.status, done.location]).toEqual([303, '/account?x=1']);
    const account = await browser.get(done.location!);
    expect(account.text).toContain('Name of c_owner , signed in until 8:00pm');
    expect(account.text).toContain('task owner, Agriculture (D-AG)');
    expect(account.text).toContain('This browser');
    expect(browser.cookie('code')).toBeNull();
  });

  test('cookies say nothing, cannot be read by scripts, and end with the session', async () => {
    const browser = web.browser();
    const typing = await ask(browser, OWNER);
    const done = await type(browser, typing, await gate.codeOf(OWNER));
    const [cookie] = done.headers.getSetCookie().filter((line) => line.startsWith('session='));
    expect(cookie).toMatch(/^session=[\w-]{43}; .*Expires=Thu, 26 Nov 2026 20:00:00 GMT/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
  });

  test('is not for another browser, which is told so without a word about the address', async () => {
    const browser = web.browser();
    await ask(browser, OWNER);
    const other = web.browser();
    const answer = await other.post(
      '/sign-in/code',
      { code: await gate.codeOf(OWNER), next: '/' },
      await other.get('/sign-in'),
    );
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This browser has not asked for a code');
    expect(answer.body).not.toContain(OWNER);
    expect(other.cookie('session')).toBeNull();
    const bare = await web.browser().get('/sign-in/code?next=%2Faccount');
    expect(bare.location).toBe('/sign-in?next=%2Faccount');
  });

  test('tells of wrong codes in the error summary, and of a code that is over', async () => {
    const browser = web.browser();
    const typing = await ask(browser, OWNER);
    const wrong = await type(browser, typing, 'AAAA-AAAA');
    expect(wrong.status).toBe(400);
    expect(wrong.body).toContain('<title>Error: Enter your code');
    expect(wrong.text).toContain(
      'There is a problem That is not the code. Look at the newest mail; you have 4 more tries.',
    );
    expect(wrong.body).toContain('href="#code"');
    expect((await type(browser, wrong, '12')).text).toContain('A code has 8 letters and digits');
    later(11);
    const over = await type(browser, wrong, await gate.codeOf(OWNER));
    expect([over.status, over.text]).toEqual([400, expect.stringContaining('That code is over')]);
    expect(over.body).toContain(`value="${OWNER}"`);
    expect(browser.cookie('session')).toBeNull();
  });

  test('limits how often a code is asked for', async () => {
    const browser = web.browser();
    for (let time = 0; time < 5; time += 1) await ask(browser, OWNER);
    const form = await browser.get('/sign-in');
    const sixth = await browser.post('/sign-in', { email: OWNER, next: '/' }, form);
    expect([sixth.status, sixth.text]).toEqual([429, expect.stringContaining('Wait an hour')]);
  });

  test.each([
    ['', 'Enter your e-mail address.'],
    ['olive', 'Enter an e-mail address in the usual form'],
    ['<script>alert(1)</script>', 'Enter an e-mail address in the usual form'],
    ['a'.repeat(50_000), 'Enter an e-mail address in the usual form'],
  ])('says what is wrong with an address, and keeps what was typed: %#', async (email, words) => {
    const browser = web.browser();
    const page = await browser.post('/sign-in', { email, next: '/' }, await browser.get('/sign-in'));
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(words)]);
    expect(page.body).toContain('href="#email"');
    expect(page.body).not.toContain('<script>');
    expect(page.body.length).toBeLessThan(20_000);
  });

  test('of somebody else in the same browser ends what was open there', async () => {
    const browser = await web.signedIn(OWNER);
    const before = browser.cookie('session')!;
    const form = await browser.get('/account');
    await browser.post('/sign-in', { email: PEOPLE.head.email, next: '/' }, form);
    const typing = await browser.get('/sign-in/code');
    await type(browser, typing, await gate.codeOf(PEOPLE.head.email));
    expect(browser.cookie('session')).not.toBe(before);
    expect((await browser.get('/account')).text).toContain('Name of c_head');
    browser.setCookie('session', before);
    expect((await browser.get('/account')).location).toContain('/sign-in');
  });

  test('without the token of its form does nothing', async () => {
    const browser = web.browser();
    const body = new URLSearchParams({ email: OWNER, next: '/' });
    const forged = await browser.request('/sign-in', { method: 'POST', body });
    expect(forged.status).toBe(403);
    expect(await gate.mailTo(OWNER)).toEqual([]);
    expect(await gate.rows('SELECT FROM sign_in_codes')).toEqual([]);
  });
});

describe('nobody can tell who has an account', () => {
  const shape = ({ status, body }: Page, email: string): unknown => [
    status,
    body.replaceAll(email, 'ADDRESS').replace(/name="_csrf" value="[^"]+"/g, ''),
  ];

  test('from the pages, word for word, up to the last try', async () => {
    const seen = [];
    for (const email of [OWNER, STRANGER]) {
      const browser = web.browser();
      let page = await ask(browser, email);
      const pages = [shape(page, email)];
      for (let time = 0; time < 5; time += 1) {
        page = await type(browser, page, 'AAAA-AAAA');
        pages.push(shape(page, email));
      }
      seen.push(pages);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(await gate.mailTo(STRANGER)).toEqual([]);
    expect(await gate.mailTo(OWNER)).toHaveLength(1);
  });

  test('from the time of the answer, which waits for no mail', async () => {
    gate.post.options = { message: () => new Promise((resolve) => setTimeout(() => resolve(null), 1_500)) };
    const browser = web.browser();
    const form = await browser.get('/sign-in');
    const began = performance.now();
    await browser.post('/sign-in', { email: OWNER, next: '/' }, form);
    expect(performance.now() - began).toBeLessThan(1_500);
    gate.post.options = {};
    expect(await gate.mailTo(OWNER)).toHaveLength(1);
  });
});

describe('after signing in nobody is led astray', () => {
  const BAD = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/%09/evil.example/../..//evil.example',
    '/.//evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    'account',
    '/sign-in?next=/sign-in',
    '/sign-out',
    '/\r\nSet-Cookie: a=b',
    `/${'a'.repeat(5_000)}`,
    'http:evil.example',
  ];

  test.each(BAD)('%j', async (next) => {
    const browser = web.browser();
    const form = await browser.get('/sign-in');
    const asked = await browser.post('/sign-in', { email: OWNER, next }, form);
    const typing = await browser.get(asked.location!);
    const done = await browser.post('/sign-in/code', { code: await gate.codeOf(OWNER), next }, typing);
    expect(done.status).toBe(303);
    const target = new URL(done.location!, 'http://here.invalid');
    expect(target.origin).toBe('http://here.invalid');
    expect(target.pathname).not.toMatch(/^\/\/|^\/sign-/);
    const signedIn = await browser.get(`/sign-in?next=${encodeURIComponent(next)}`);
    expect(new URL(signedIn.location!, 'http://here.invalid').origin).toBe('http://here.invalid');
  });

  test.each(['/cases?stage=assess&page=2', '/cases/k_1', '/sites/S%201', '/'])(
    'and %s is where they go',
    async (next) => {
      const browser = web.browser();
      const typing = await ask(browser, OWNER, next);
      expect((await type(browser, typing, await gate.codeOf(OWNER))).location).toBe(next);
    },
  );
});

describe('signing out', () => {
  test('ends the session for good, in the register too', async () => {
    const browser = await web.signedIn(OWNER);
    const token = browser.cookie('session')!;
    const out = await browser.post('/sign-out', {}, await browser.get('/account'));
    expect([out.status, out.location]).toEqual([303, '/sign-in']);
    expect((await browser.get('/sign-in')).text).toContain('You have signed out.');
    expect(browser.cookie('session')).toBeNull();
    browser.setCookie('session', token);
    expect((await browser.get('/account')).status).toBe(303);
  });

  test('is no link: looking at its address does nothing', async () => {
    const browser = await web.signedIn(OWNER);
    expect((await browser.get('/sign-out')).status).toBe(404);
    expect((await browser.get('/account')).status).toBe(200);
  });
});

describe('a session that ends while somebody works', () => {
  test('shows pages no more, from the minute it ends', async () => {
    const browser = await web.signedIn(OWNER);
    expect((await browser.get('/account')).status).toBe(200);
    later(11 * 60);
    expect((await browser.get('/account')).location).toBe('/sign-in?next=%2Faccount');
  });

  test('loses no form: it is kept, sent again after signing in beside it, and nothing is done before', async () => {
    await grantRole(
      gate.services,
      { email: 'ada@example.org', role: 'admin', departmentId: null, name: 'Ada' },
      OPS,
      NOW,
    );
    const browser = await web.signedIn('ada@example.org');
    const form = await browser.get('/users/grant');
    later(12 * 60);
    const fields = { email: 'vic@example.org', name: `Vic "O'Neil" <b>`, role: 'viewer', department: 'D-AG' };
    const kept = await browser.post('/users/grant', fields, form);
    expect(kept.status).toBe(403);
    expect(kept.text).toContain('You have been signed out');
    expect(kept.text).toContain(`name Vic "O'Neil" <b>`);
    expect(kept.body).not.toContain('<b>');
    expect(kept.body).toContain('<form method="post" action="/users/grant">');
    expect(await gate.rows(`SELECT FROM users WHERE email = 'vic@example.org'`)).toEqual([]);
    const beside = await web.signedIn('ada@example.org');
    browser.setCookie('session', beside.cookie('session')!);
    const hidden = Object.fromEntries(
      [...kept.body.matchAll(/<input type="hidden" name="(?!_)([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [
        name!,
        value!.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
      ]),
    );
    expect(hidden).toEqual(fields);
    expect((await browser.post('/users/grant', hidden, kept)).location).toBe('/users');
    expect(await gate.rows(`SELECT name FROM users WHERE email = 'vic@example.org'`)).toEqual([{ name: fields.name }]);
    await gate.pool.query('TRUNCATE users, role_grants');
  });
});

describe('a form with a file, from somebody who is not signed in', () => {
  const places = () => readdirSync(tmpdir()).filter((name) => name.startsWith('clearsite-upload-')).length;
  const sent = (fields: Readonly<Record<string, string>>, file: Buffer) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('file', new Blob([new Uint8Array(file)]), 'photo.png');
    body.append('kind', 'scan');
    return web.browser().request('/tasks/S-1/assess', { method: 'POST', body });
  };

  test.each([
    ['small', 10],
    ['too large', 25 * 1024 * 1024],
  ])('has its texts given back, its %s file read past and not kept', async (_, size) => {
    const before = places();
    const page = await sent({ note: `Behind "the" <door>`, case: 'k_1', revision: '4' }, Buffer.alloc(size, 7));
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('note Behind "the" <door>')]);
    expect(page.body).toContain('<input type="hidden" name="case" value="k_1">');
    expect(page.body).toMatch(/value="scan" checked/);
    expect(page.body.match(/name="kind"/g)).toHaveLength(4);
    expect(page.text).not.toContain('revision 4');
    expect(places()).toBe(before);
  });

  test.each([
    [
      'longer than any form',
      {
        note: 'x'.repeat(60_000),
        b: 'x'.repeat(60_000),
        c: 'x'.repeat(60_000),
        d: 'x'.repeat(60_000),
        e: 'x'.repeat(60_000),
      },
    ],
    ['of more fields than any form', Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${index}`, 'x']))],
  ])('%s: it is told to sign in, and nothing else', async (_, fields) => {
    const page = await sent(fields, Buffer.alloc(10));
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Sign in, and send it again.')]);
    expect(page.body).not.toContain('xxxx');
  });
});

describe('a sign-in link', () => {
  const linkFor = async (email: string): Promise<string> => {
    await gate.pool.query(`UPDATE programmes SET demo = true`);
    return new URL((await makeSignInLink(gate.services, email, NOW)).url).pathname;
  };

  test('does nothing when it is opened, however often; its button signs in, once', async () => {
    const path = await linkFor(PEOPLE.manager.email);
    const scanner = web.browser();
    for (const method of ['GET', 'HEAD', 'GET']) expect((await scanner.request(path, { method })).status).toBe(200);
    expect(scanner.cookie('session')).toBeNull();
    const browser = web.browser();
    const page = await browser.get(path);
    expect(page.text).toContain('Sign in as Name of c_manager');
    expect(page.body).not.toMatch(/http-equiv|<script/);
    const done = await browser.post(path, {}, page);
    expect([done.status, done.location]).toEqual([303, '/']);
    expect((await browser.get('/')).location).toBe('/dashboard');
    const again = await web.browser().get(path);
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('has been used')]);
    expect((await scanner.post(path, {}, await scanner.get('/sign-in'))).status).toBe(410);
  });

  test('that is over, forged, or of no demonstration any more signs nobody in', async () => {
    const path = await linkFor(OWNER);
    later(25 * 60);
    expect((await web.browser().get(path)).status).toBe(410);
    expect((await web.browser().get('/sign-in/link/nonsense')).status).toBe(404);
    const browser = web.browser();
    const forged = await browser.post(`/sign-in/link/${'a'.repeat(43)}`, {}, await browser.get('/sign-in'));
    expect(forged.status).toBe(404);
    expect((await web.browser().get(`/sign-in/link/${'a'.repeat(2_000)}`)).status).toBe(414);
    now = new Date(NOW);
    await gate.pool.query(`UPDATE programmes SET demo = false`);
    expect((await web.browser().get(path)).status).toBe(404);
    expect(await gate.rows('SELECT FROM sessions')).toEqual([]);
  });
});

describe('the account page', () => {
  test('lists where somebody is signed in, and ends what they choose', async () => {
    const phone = await web.signedIn(OWNER);
    later(30);
    const desk = await web.signedIn(OWNER);
    const page = await desk.get('/account');
    expect(page.text).toContain('Thursday 26 November 2026 at 9:30am');
    const [, session] = /name="session" value="([^"]+)"/.exec(page.body)!;
    const done = await desk.post('/account/sessions/end', { session: session! }, page);
    expect(done.location).toBe('/account');
    expect((await phone.get('/account')).location).toContain('/sign-in');
    expect((await desk.get('/account')).status).toBe(200);
  });

  test('ends nobody else’s session', async () => {
    await web.signedIn(PEOPLE.head.email);
    const [theirs] = await gate.rows<{ id: string }>('SELECT session_id AS id FROM sessions');
    const browser = await web.signedIn(OWNER);
    const page = await browser.post('/account/sessions/end', { session: theirs!.id }, await browser.get('/account'));
    expect(page.status).toBe(404);
    expect(await gate.rows('SELECT FROM sessions WHERE ended_at IS NOT NULL')).toEqual([]);
  });

  test('signs out everywhere', async () => {
    const [phone, desk] = [await web.signedIn(OWNER), await web.signedIn(OWNER)];
    await desk.post('/account/sessions/end-all', {}, await desk.get('/account'));
    for (const browser of [phone, desk]) expect((await browser.get('/account')).status).toBe(303);
  });

  test('names whom a deputy stands in for', async () => {
    await gate.away(PEOPLE.manager.id, OWNER);
    const { text } = await (await web.signedIn(OWNER)).get('/account');
    expect(text).toContain(
      'programme manager, the whole programme, as the deputy of Name of c_manager while they are away',
    );
    await gate.away(PEOPLE.manager.id, null);
  });
});
