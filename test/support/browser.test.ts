import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { chromiumPath } from '../../tools/chromium.mjs';
import { TestBrowser } from './browser';

const FAULTY = `<!doctype html><html lang="en"><title>Faulty</title><body><main><h1>Faulty</h1>
<img src="/a.png"><form><input name="a"></form><p style="color:#999;background:#fff">Pale</p></main></body></html>`;
const SOUND = `<!doctype html><html lang="en"><head><title>Sound</title></head><body><main><h1>Sound</h1>
<label for="a">Name</label><input id="a"></main></body></html>`;

describe('the browser of the tests', () => {
  let server: Server;
  let base: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-security-policy', "default-src 'none'; script-src 'none'");
      response.setHeader('content-type', 'text/html');
      response.end(request.url === '/faulty' ? FAULTY : SOUND);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await TestBrowser.open();
  });
  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  test('axe finds faults where there are some, under a policy that allows no script', async () => {
    const found = await browser.violations(base, '/faulty');
    expect(found.map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['image-alt', 'label', 'color-contrast']),
    );
  });

  test('axe finds none where there is none', async () => {
    expect(await browser.violations(base, '/sound')).toEqual([]);
  });

  test('a window without JavaScript shows the page and names other hosts that it asks', async () => {
    const { page, strangers, close } = await browser.window(base, { width: 'phone', cookie: 'session=a=b' });
    await page.goto('/sound');
    expect(await page.title()).toBe('Sound');
    expect(page.viewportSize()).toMatchObject({ width: 320 });
    expect(strangers).toEqual([]);
    await close();
  });

  test('where no browser is, the tests fail and say what to install', () => {
    expect(() => chromiumPath({ CLEARSITE_CHROMIUM: '/nowhere/chromium', PATH: '' })).toThrow('/nowhere/chromium');
  });
});
