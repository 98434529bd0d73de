import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LookedAt, TestBrowser, violations } from '../support/browser';
import { tooWide, walkByKeyboard } from '../support/page-checks';
import { routesOf } from '../support/routes';
import { type Browser, type Page } from '../support/web';
import { type FullProgramme, type Reader, READERS, startFullProgramme } from './a-full-programme';
import { ADDRESSES, keyOf } from './addresses';

const LARGEST = 200 * 1024;
const NAMES = Object.keys(READERS) as Reader[];

let made: FullProgramme;
let chromium: TestBrowser;
/** axe's own window, and one in which nothing but the page runs. */
let lens: LookedAt;
let plain: LookedAt;
/** What has been looked at already: many roles see the same. */
const seen = new Set<string>();

beforeAll(async () => {
  made = await startFullProgramme();
  chromium = await TestBrowser.open();
  lens = await chromium.window(made.web.url, { scripts: 'on', policy: 'bypassed' });
  plain = await chromium.window(made.web.url);
});
afterAll(async () => {
  await chromium?.close();
  await made?.stop();
});

function browserOf(reader: Reader): Browser {
  const email = READERS[reader];
  return email === null ? made.web.browser() : made.as(email);
}

async function signIn({ context }: LookedAt, reader: Reader): Promise<void> {
  await context.clearCookies();
  const email = READERS[reader];
  if (email !== null)
    await context.addCookies([{ name: 'session', value: encodeURIComponent(email), url: made.web.url }]);
}

/** What a page shows, without what differs each time: the secrets of its forms. The frame around it is every page's. */
function essence({ status, body }: Page): string {
  const main = /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? body;
  return `${status} ${main.replace(/value="[^"]*"/g, '')}`;
}

function isHtml({ headers }: Page): boolean {
  return (headers.get('content-type') ?? '').startsWith('text/html');
}

function headersOf(page: Page): void {
  const { headers, path } = page;
  expect([path, headers.get('content-security-policy')]).toEqual([path, expect.stringContaining("default-src 'none'")]);
  expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
}

/** What the HTML itself must not have. */
function bodyOf({ body, path }: Page): void {
  expect([path, body.length]).toEqual([path, expect.any(Number)]);
  expect(Buffer.byteLength(body)).toBeLessThan(LARGEST);
  expect(body).not.toMatch(/<script\b|<b onclick|<[^>]*\son\w+=| style="|<iframe|<object|<base\b/i);
  expect(body).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
  expect(body).not.toContain('49 }}');
  expect(body).toMatch(/<html lang="en"/);
  expect(body).toMatch(/<title>(?!\s*–)[^<]+<\/title>/);
  expect(body.match(/<h1\b/g)).toHaveLength(1);
}

/** A page in a real browser: what axe says, at 320 pixels, with large text, and by keyboard alone. */
async function lookAt(reader: Reader, path: string): Promise<void> {
  const where = `${path} as ${reader}`;
  await signIn(lens, reader);
  await lens.page.setViewportSize({ width: 1280, height: 900 });
  await lens.page.goto(path, { waitUntil: 'load' });
  expect([where, await violations(lens.page)]).toEqual([where, []]);
  // Text alone at 200% (1.4.4): the styles count in rem.
  await lens.page.evaluate("document.documentElement.style.fontSize = '200%'");
  expect([where, 'text at 200%', await tooWide(lens.page)]).toEqual([where, 'text at 200%', 0]);
  await lens.page.evaluate("document.documentElement.style.fontSize = ''");
  await lens.page.setViewportSize({ width: 320, height: 640 });
  expect([where, '320 pixels', await tooWide(lens.page)]).toEqual([where, '320 pixels', 0]);

  await signIn(plain, reader);
  await plain.page.goto(path, { waitUntil: 'load' });
  const walk = await walkByKeyboard(plain.page);
  expect([where, walk]).toEqual([where, { missed: [], unseen: [], disordered: [], first: 'a Skip to main content' }]);
}

test('every page of the server is looked at', () => {
  const routes = routesOf(made.web.server)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => keyOf(path));
  expect(routes.filter((path) => !(path in ADDRESSES))).toEqual([]);
  expect(Object.keys(ADDRESSES).filter((path) => !routes.includes(path))).toEqual([]);
});

describe('every page, for every role', () => {
  test.each(Object.keys(ADDRESSES))('%s', async (route) => {
    for (const path of ADDRESSES[route]!(made.things)) {
      for (const reader of NAMES) {
        const page = await browserOf(reader).get(path);
        expect([path, reader, page.status]).toEqual([path, reader, expect.any(Number)]);
        expect(page.status).toBeLessThan(route === '/readyz' ? 504 : 500);
        headersOf(page);
        if (!isHtml(page)) continue;
        bodyOf(page);
        const what = essence(page);
        if (seen.has(what)) continue;
        seen.add(what);
        await lookAt(reader, path);
      }
    }
    expect(made.web.faults).toEqual([]);
    expect([...lens.strangers, ...plain.strangers]).toEqual([]);
  });
});
