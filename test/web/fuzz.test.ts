import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Form } from '../support/forms';
import { routesOf } from '../support/routes';
import { type Page } from '../support/web';
import { type FullProgramme, type Reader, startFullProgramme } from './a-full-programme';
import { ADDRESSES, keyOf } from './addresses';
import { browserOf, formsFor } from './every-form';

/** What people and attackers send in place of a value. */
const BAD: readonly string[] = [
  '',
  ' ',
  'x'.repeat(6_000),
  '\u0000',
  'a\u0000b',
  '\u202e\u200b😀﷽',
  "' OR 1=1; DROP TABLE cases; --",
  '"><script>alert(1)</script>',
  '{{ 7777 * 7777 }}{% include "layout.njk" %}',
  '../../../../etc/passwd',
  '-1',
  '1e309',
  '9'.repeat(40),
  '2026-02-30',
  '__proto__',
  'constructor',
  '%00%ff',
  '\r\nset-cookie: a=b',
];
/** Fewer for addresses: each is tried with every parameter that any page knows. */
const PARAMETERS: readonly string[] = [
  '',
  '\u202e\u200b😀',
  "' OR 1=1; --",
  '"><script>alert(1)</script>',
  '-1',
  '9'.repeat(40),
  'constructor',
];
const READS: readonly Reader[] = ['programme-manager', 'security-officer', 'admin', 'nobody'];
/** Tables that a refused form must leave as they are. */
const KEPT = [
  'cases',
  'audit_events',
  'case_requests',
  'contacts',
  'evidence',
  'sites',
  'devices',
  'users',
  'role_grants',
  'deployment_checks',
  'task_submissions',
  'programmes',
];

let made: FullProgramme;

beforeAll(async () => {
  made = await startFullProgramme();
});
afterAll(() => made?.stop());

/** Never a fault of ours, and nothing of our insides. */
function sound(page: Page, sent: string): void {
  const where = `${page.path} ${sent.slice(0, 80)}`;
  expect([where, page.status < 500, made.web.faults.map(String)]).toEqual([where, true, []]);
  expect([where, page.body]).toEqual([
    where,
    expect.not.stringMatching(
      /<script>alert|60481729|Invalid (?:input|option|email|string|value|ISO)|[Ee]xpected (?:string|number|one of|array)|Unrecognized key|Too (?:big|small): |\bat \S+\.(?:ts|js):\d+|syntax error at|node_modules|invalid input syntax|relation "/,
    ),
  ]);
  expect(page.headers.get('set-cookie') ?? '').not.toMatch(/(?:^|, )a=b/);
}

/** A digest of what must not change. */
async function register(): Promise<string> {
  const digests = KEPT.map(
    (table) => `(SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM ${table} t)`,
  );
  const { rows } = await made.running.pool.query<{ d: string }>(`SELECT concat(${digests.join(', ')}) AS d`);
  return rows[0]!.d;
}

/** What a browser would send, with one field's values changed. */
function filled(form: Form, name: string, values: readonly string[]): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [other, value] of form.preset) if (other !== name) fields.append(other, value);
  for (const value of values) fields.append(name, value);
  return fields;
}

describe('every address with a part that is wrong', () => {
  test('in each place of a path', async () => {
    for (const { method, path } of routesOf(made.web.server)) {
      if (method !== 'GET' || !path.includes(':')) continue;
      const [good] = ADDRESSES[keyOf(path)]!(made.things);
      const parts = path.split('/');
      for (const [at, part] of parts.entries()) {
        if (!part.startsWith(':')) continue;
        for (const bad of [...BAD, '%', '%00', '..']) {
          const pieces = (good ?? path).split('/');
          pieces[at] = bad === '%' || bad === '%00' ? bad : encodeURIComponent(bad);
          for (const reader of ['programme-manager', 'nobody'] as const)
            sound(await browserOf(made, reader).get(pieces.join('/')), bad);
        }
      }
    }
  });

  test('in each parameter that a form or a link of ours uses', async () => {
    const manager = browserOf(made, 'programme-manager');
    const names = [
      'page',
      'sort',
      'order',
      'show',
      'next',
      'as-of',
      'since',
      'whose',
      'figure',
      'department',
      'who',
      'what',
      '__proto__',
      'unknown',
    ];
    for (const [route, addresses] of Object.entries(ADDRESSES)) {
      const path = addresses(made.things)[0]?.split('?')[0];
      if (path === undefined || route === '/readyz') continue;
      for (const name of names)
        for (const bad of PARAMETERS) {
          sound(await manager.get(`${path}?${new URLSearchParams([[name, bad]]).toString()}`), `${name}=${bad}`);
        }
      sound(await manager.get(`${path}?page=1&page=2&sort[]=x&sort[a]=y&%ff=%fe&as-of=1&as-of=2`), 'twice');
    }
  });
});

describe('every form', () => {
  test.each(READS)('of pages that %s gets: each field wrong, missing, twice', async (reader) => {
    const browser = browserOf(made, reader);
    for (const { form, page } of await formsFor(made, reader)) {
      for (const name of form.names.filter((one) => one !== '_csrf')) {
        for (const bad of BAD) {
          if (form.method === 'get') {
            if (bad.length < 1_000)
              sound(await browser.get(`${form.action}?${filled(form, name, [bad]).toString()}`), `${name}=${bad}`);
            continue;
          }
          const before = await register();
          const answer = await browser.request(form.action, { method: 'POST', body: filled(form, name, [bad]) });
          sound(answer, `${name}=${bad}`);
          if (answer.status >= 400)
            expect([form.action, name, bad.slice(0, 40), await register()]).toEqual([
              form.action,
              name,
              bad.slice(0, 40),
              before,
            ]);
        }
        if (form.method === 'get') continue;
        for (const values of [[], ['a', 'b']])
          sound(
            await browser.request(form.action, { method: 'POST', body: filled(form, name, values) }),
            `${name} ${values.length} times`,
          );
      }
      expect(page.status).toBeLessThan(500);
    }
  });
});

describe('forms that are not from their own page', () => {
  test('every route that takes one refuses it without its token, with a wrong one, and with another browser’s', async () => {
    const posts = routesOf(made.web.server).filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThan(10);
    const token = (await browserOf(made, 'head').get('/cookies')).token!;
    const before = await register();
    for (const { path } of posts) {
      const address = path.replace(/:\w+/g, 'x');
      const fields = [{}, { _csrf: 'forged' }, { _csrf: token }, { '_csrf[]': token }, { __proto__: 'x' }];
      for (const each of fields) {
        for (const reader of ['programme-manager', 'nobody'] as const) {
          const answer = await browserOf(made, reader).request(address, {
            method: 'POST',
            body: new URLSearchParams(each as Record<string, string>),
          });
          sound(answer, JSON.stringify(each));
          const outcome = answer.status === 303 ? answer.location : answer.status;
          const refused = [400, 403, 404].includes(answer.status) || (answer.location ?? '').startsWith('/sign-in');
          expect([path, outcome, refused]).toEqual([path, outcome, true]);
        }
      }
      for (const [type, content] of [
        ['application/json', '{"_csrf":{"a":1}}'],
        ['application/json', '{'],
        ['text/plain', 'x'],
        ['multipart/form-data; boundary=x', '--x\r\nnonsense'],
        ['application/x-www-form-urlencoded', 'a=%ff&%00=1&_csrf=%e0'],
      ] as const) {
        sound(
          await browserOf(made, 'programme-manager').request(address, {
            method: 'POST',
            body: content,
            headers: { 'content-type': type },
          }),
          type,
        );
      }
    }
    expect(await register()).toBe(before);
  });
});
