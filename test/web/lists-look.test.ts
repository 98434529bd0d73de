import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { PEOPLE } from '../support/a-programme';
import { TestBrowser } from '../support/browser';
import { atRest, tooWide, walkByKeyboard } from '../support/page-checks';
import { startRegister, type TestRegister } from '../support/stack';
import { startWeb, type TestWeb } from '../support/web';
import { NOW, seedLists } from './listed';
import { browserOf, sessionsFor, viewer } from './viewers';

const MANAGER = viewer(PEOPLE.manager.email, 'programme-manager');
const HEAD = viewer(PEOPLE.head.email, 'head', 'D-AG');

interface Place {
  readonly web: TestWeb;
  readonly register: TestRegister;
  readonly services: Services;
}

let browser: TestBrowser;
let full: Place;
let empty: Place;
let batch: string;

async function place(seed: (pool: Pool) => Promise<void>): Promise<Place> {
  const register = await startRegister();
  const pool = new Pool({ connectionString: register.databaseUrl });
  await seed(pool);
  await pool.end();
  const services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const web = await startWeb(services, { now: () => new Date(NOW), recognise: sessionsFor([MANAGER, HEAD]) });
  return { web, register, services };
}

beforeAll(async () => {
  [browser, full, empty] = await Promise.all([TestBrowser.open(), place(seedLists), place(() => Promise.resolve())]);
  const head = browserOf(full.web, HEAD);
  const list = await head.get('/cases');
  const chosen = [...list.body.matchAll(/name="case" id="[^"]+" value="([^"]+)"/g)].map(([, id]) => id!);
  batch = (await head.post('/actions', { case: chosen.slice(0, 5), action: 'record-assessment' }, list)).location!;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  for (const { web, services, register } of [full, empty].filter((one) => one !== undefined)) {
    await web.stop();
    await services.close();
    await register.stop();
  }
});

const cookie = ({ email }: typeof MANAGER): string => `session=${encodeURIComponent(email)}`;
const PAGES: readonly (readonly [string, typeof MANAGER])[] = [
  ['/cases', MANAGER],
  ['/cases?rag=red&site=S-1&sort=asset&page=1', HEAD],
  ['/cases?rag=purple', HEAD],
  ['/cases?search=nix', HEAD],
  ['/devices', MANAGER],
  ['/devices/CAM-0001', MANAGER],
  ['/sites', MANAGER],
  ['/sites/S-1', HEAD],
  ['/departments', MANAGER],
  ['/departments/D-AG', HEAD],
  ['/departments/D-AG/contacts/c_owner', HEAD],
  ['a selection', HEAD],
];

describe('every list and its pages, looked at in Chromium without scripts', () => {
  test.each(PAGES)(
    '%s has no barrier that axe knows, and fits a phone',
    async (named, who) => {
      const path = named === 'a selection' ? batch : named;
      for (const width of ['desktop', 'phone'] as const) {
        const look = { width, cookie: cookie(who) };
        expect(await browser.violations(full.web.url, path, look)).toEqual([]);
        const { page, strangers, close } = await browser.window(full.web.url, look);
        await page.goto(path);
        expect(await tooWide(page)).toBe(0);
        expect(strangers).toEqual([]);
        const shots = process.env['SCREENSHOTS'];
        if (shots !== undefined) {
          const name = `${path.replace(/[^a-z0-9-]+/gi, '_')}-${width}.png`;
          await page.screenshot({ path: `${shots}/${name}`, fullPage: true });
        }
        await close();
      }
    },
    60_000,
  );

  test('after an error the keyboard begins at what is wrong', async () => {
    const { page, close } = await browser.window(full.web.url, { cookie: cookie(HEAD) });
    await page.goto('/cases?rag=purple');
    await atRest(page);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Choose one of those that are offered');
    const { unseen, disordered } = await walkByKeyboard(page);
    await close();
    expect({ unseen, disordered }).toEqual({ unseen: [], disordered: [] });
  });

  test.each(PAGES.filter(([path]) => path !== '/cases?rag=purple'))(
    '%s is used with the keyboard alone',
    async (named, who) => {
      const { page, close } = await browser.window(full.web.url, { cookie: cookie(who) });
      await page.goto(named === 'a selection' ? batch : named);
      const { missed, unseen, disordered } = await walkByKeyboard(page);
      await close();
      expect({ missed, unseen, disordered }).toEqual({ missed: [], unseen: [], disordered: [] });
    },
    60_000,
  );

  test.each(['/cases', '/devices', '/sites', '/departments'])(
    '%s of an empty register says so, without a barrier',
    async (path) => {
      const { text, status } = await browserOf(empty.web, MANAGER).get(path);
      expect([status, text]).toEqual([
        200,
        expect.stringMatching(/There are no (cases|devices|sites|departments) yet/),
      ]);
      expect(await browser.violations(empty.web.url, path, { cookie: cookie(MANAGER), width: 'phone' })).toEqual([]);
    },
  );
});

test('a site prints on one page', async () => {
  const { page, close } = await browser.window(full.web.url, { cookie: cookie(HEAD), medium: 'print' });
  await page.goto('/sites/S-1');
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
  await close();
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});
