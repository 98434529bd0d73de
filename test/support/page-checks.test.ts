import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { TestBrowser } from './browser';
import { atRest, misnamed, rowsTooWide, tooWide, walkByKeyboard } from './page-checks';

const page = (body: string, style = ''): string =>
  `<!doctype html><html lang="en"><head><title>T</title><style>${style}</style></head><body>${body}</body></html>`;

const PAGES: Readonly<Record<string, string>> = {
  '/good': page(
    '<a href="#m">Skip</a><input id="a"><input type="radio" name="r" id="r1"><input type="radio" name="r" id="r2"><button>Go</button>',
  ),
  '/hidden': page(
    '<a href="#m">Skip</a><div tabindex="0" id="region">x</div><a href="/x">Seen</a>',
    '#region:focus { outline: none }',
  ),
  '/disorder': page('<a href="/1">One</a><a href="/2" tabindex="2">Two</a><button tabindex="1">Three</button>'),
  '/trap': page('<a href="/1">One</a><div inert><a href="/2">Two</a></div>'),
  '/summary': page('<a href="#m">Skip</a><div tabindex="-1" autofocus><a href="#a">Wrong</a></div><input id="a">'),
  '/lost': page('<a href="#m">Skip</a><div autofocus><a href="#a">Wrong</a></div><input id="a">'),
  '/rows': page('<div class="cs-stack" style="overflow: auto"><p style="width: 500px">Wide</p></div>'),
  '/names': page(
    '<div class="cs-stack"><table><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>' +
      '<tbody><tr><th>1</th><td data-label="B">2</td><td data-label="D">3</td></tr><tr><th>1</th><td>2</td><td data-label="C">3</td></tr></tbody></table></div>',
  ),
  '/wide': page('<p style="width: 500px">Wide</p>'),
};

describe('what the tests of the pages notice', () => {
  let server: Server;
  let base: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(PAGES[request.url ?? ''] ?? '');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await TestBrowser.open();
  });
  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  test.each([
    ['/good', { missed: [], unseen: [], disordered: [], first: 'a Skip' }],
    ['/hidden', { missed: [], unseen: ['div region'], disordered: [], first: 'a Skip' }],
    ['/disorder', { missed: [], unseen: [], disordered: ['a Two', 'a One'], first: 'button Three' }],
    ['/summary', { missed: [], unseen: [], disordered: [], first: 'a Skip' }],
    ['/trap', { missed: ['a Two'], unseen: [], disordered: [], first: 'a One' }],
  ])('%s by keyboard', async (path, expected) => {
    const { page: shown, close } = await browser.window(base);
    await shown.goto(path);
    expect(await walkByKeyboard(shown)).toEqual(expected);
    await close();
  });

  test('what gets the focus by itself has it before a key is pressed, and what never gets it is noticed', async () => {
    const { page: shown, close } = await browser.window(base);
    await shown.goto('/summary');
    await atRest(shown);
    await shown.keyboard.press('Tab');
    expect(await shown.locator(':focus').innerText()).toBe('Wrong');
    await shown.goto('/lost');
    shown.setDefaultTimeout(1000);
    await expect(atRest(shown)).rejects.toThrow('Timeout');
    await close();
  });

  test('a cell that is called otherwise than its column, or not at all', async () => {
    const { page: shown, close } = await browser.window(base);
    await shown.goto('/names');
    expect(await misnamed(shown)).toEqual(['C: D', 'B: no label']);
    await close();
  });

  test('a page that is wider than a phone', async () => {
    const { page: shown, close } = await browser.window(base, { width: 'phone' });
    await shown.goto('/wide');
    expect(await tooWide(shown)).toBeGreaterThan(150);
    await shown.goto('/rows');
    expect([await tooWide(shown), (await rowsTooWide(shown)) > 150]).toEqual([0, true]);
    await shown.goto('/good');
    expect([await tooWide(shown), await rowsTooWide(shown)]).toEqual([0, 0]);
    await close();
  });
});
