import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLEAR, Eyes } from '../support/eyes';
import { type Page, type TestWeb } from '../support/web';
import { type Reader, READERS, type Things } from './a-full-programme';
import { ADDRESSES } from './addresses';

const LARGEST = 200 * 1024;
const NAMES = Object.keys(READERS) as Reader[];

/** A server whose pages are looked at; a session's token is its person's address. */
export interface Shown {
  readonly web: TestWeb;
  readonly things: Things;
  stop(): Promise<void>;
}

/** The session's token of a reader; null = nobody is signed in. */
export function tokenOf(reader: Reader): string | null {
  const email = READERS[reader];
  return email === null ? null : encodeURIComponent(email);
}

/** What a page shows, without what differs each time: the secrets of its forms. The frame around it is every page's. */
function essence({ status, body }: Page): string {
  const main = /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? body;
  return `${status} ${main.replace(/value="[^"]*"/g, '')}`;
}

function isHtml({ headers }: Page): boolean {
  return (headers.get('content-type') ?? '').startsWith('text/html');
}

function headersOf({ headers, path }: Page): void {
  expect([path, headers.get('content-security-policy')]).toEqual([path, expect.stringContaining("default-src 'none'")]);
  expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
}

/** What the HTML itself must not have. */
function bodyOf({ body, path }: Page): void {
  expect([path, Buffer.byteLength(body) < LARGEST]).toEqual([path, true]);
  expect(body).not.toMatch(/<script\b|<b onclick|<[^>]*\son\w+=| style="|<iframe|<object|<base\b/i);
  expect(body).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
  expect(body).not.toContain('49 }}');
  expect(body).not.toMatch(/\b(?:undefined|NaN|\[object )/);
  expect(body).toMatch(/<html lang="en"/);
  expect(body).toMatch(/<title>(?!\s*–)[^<]+<\/title>/);
  expect(body.match(/<h1\b/g)).toHaveLength(1);
}

/**
 * Every address of every route, for every role: its headers, its HTML, and in a real browser what axe says, at 320 pixels,
 * with large text, and by keyboard alone. What several roles see alike is looked at once.
 */
export function describeEveryPage(named: string, start: () => Promise<Shown>): void {
  describe(`${named}: every page, for every role`, () => {
    let shown: Shown;
    let eyes: Eyes;
    const seen = new Set<string>();

    beforeAll(async () => {
      shown = await start();
      eyes = await Eyes.open(shown.web.url);
    });
    afterAll(async () => {
      await eyes?.close();
      await shown?.stop();
    });

    async function see(reader: Reader, path: string): Promise<Page> {
      const browser = shown.web.browser();
      const token = tokenOf(reader);
      if (token !== null) browser.setCookie('session', token);
      return browser.get(path);
    }

    test.each(Object.keys(ADDRESSES))('%s', async (route) => {
      for (const path of ADDRESSES[route]!(shown.things)) {
        for (const reader of NAMES) {
          const page = await see(reader, path);
          expect([path, reader, page.status < (route === '/readyz' ? 504 : 500)]).toEqual([path, reader, true]);
          headersOf(page);
          if (!isHtml(page)) continue;
          bodyOf(page);
          const what = essence(page);
          if (seen.has(what)) continue;
          seen.add(what);
          await eyes.signIn(tokenOf(reader));
          const where = `${path} as ${reader}`;
          expect([where, await eyes.look(path)]).toEqual([where, { ...CLEAR, first: 'a Skip to main content' }]);
        }
      }
      expect(shown.web.faults).toEqual([]);
      expect(eyes.strangers).toEqual([]);
    });
  });
}
