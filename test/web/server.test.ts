import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openServices, type Services } from '../../app/services';
import { startRegister, type TestRegister } from '../support/stack';
import { startWeb, type TestWeb } from '../support/web';
import { loadConfig } from '../../platform/config';

let register: TestRegister;
let services: Services;
let web: TestWeb;

beforeAll(async () => {
  register = await startRegister();
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  web = await startWeb(services);
});
afterAll(async () => {
  await web?.stop();
  await services?.close();
  await register?.stop();
});

describe('what every answer carries', () => {
  test.each(['/cookies', '/nowhere', '/', '/healthz', '/assets/none'])('%s says what browsers may do', async (path) => {
    const { headers } = await web.browser().get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|script-src|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('styles come from this server, compressed, under a name that may be kept for ever', async () => {
    const page = await web.browser().get('/cookies');
    const [, path] = /rel="stylesheet" href="([^"]+)"/.exec(page.body) ?? [];
    const answer = await fetch(new URL(path!, web.url), { headers: { 'accept-encoding': 'gzip' } });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const css = await answer.text();
    expect(css).toContain('.govuk-button');
    expect(css).not.toMatch(/GDS Transport|crest|crown|@import/);
    expect(page.body).not.toMatch(/<script|style=|https?:\/\//);
  });
});

describe('what is refused', () => {
  test('a page that does not exist says so, with what to do', async () => {
    const page = await web.browser().get('/nowhere');
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('Page not found')]);
  });

  test('nobody gets in without signing in, and comes back to where they wanted to go', async () => {
    const page = await web.browser().get('/');
    expect([page.status, page.location]).toEqual([303, '/sign-in?next=%2F']);
  });

  test('a form without the token of its own page changes nothing', async () => {
    const page = await web
      .browser()
      .request('/sign-out', { method: 'POST', body: new URLSearchParams({ _csrf: 'x' }) });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Nothing was changed')]);
  });

  test('whoever asks too often is told to wait', async () => {
    const strict = await startWeb(services, { limits: { pagesPerMinute: 3 } });
    const reader = strict.browser();
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await reader.get('/cookies')).status);
    await strict.stop();
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

test('what watches the service is told what is away', async () => {
  expect(await (await fetch(`${web.url}/healthz`)).json()).toEqual({ status: 'ok' });
  const ready = await fetch(`${web.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not-ready', checks: { register: 'ok', temporal: 'temporal-not-running' } },
  ]);
});
