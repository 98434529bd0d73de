import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadConfig } from '../../platform/config';
import { openServices } from '../../app/services';
import { transferDevice } from '../../app/devices/transfer';
import { figuresDrift } from '../../register/figures/fold';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY } from '../app/a-running-programme';
import { TestBrowser } from '../support/browser';
import { startRegister } from '../support/stack';
import { until } from '../support/until';
import { recogniseById, viewerWith } from '../support/viewers';
import { type Page, startWeb } from '../support/web';
import { OTHER_OFFICER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';
import { browserOf, sessionsFor, viewer } from './viewers';

const TODAY = on(0);

let programme: SignedInProgramme;
let chromium: TestBrowser;
let devices: string[];

beforeAll(async () => {
  programme = await startSignedIn(POLICY);
  const { running } = programme;
  devices = await running.devices(6);
  await running.device('', 'S-9');
  await running.act(OWNER, devices[0]!, 'record-assessment', { result: 'not-found', note: 'Looked everywhere.' });
  await running.act(OWNER, devices[1]!, 'record-assessment', { result: 'covered' });
  const wish = { stage: 'remove', on: '2098-12-31', reason: 'supply', text: 'Back order.' };
  await running.act(OWNER, devices[2]!, 'request-extension', wish);
  await until(async () => (await running.pool.query(`SELECT FROM cases WHERE status = 'closed'`)).rowCount === 1);
  chromium = await TestBrowser.open();
});
afterAll(async () => {
  await chromium?.close();
  await programme?.stop();
});

const see = (path: string, email = MANAGER): Promise<Page> => programme.as(email).open(path);
const links = ({ body }: Page): string[] =>
  [...body.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.replaceAll('&amp;', '&'));

describe('the dashboard', () => {
  test('says in one look what remains, what is late and what waits for a decision', async () => {
    const { status, text } = await see('/dashboard');
    expect(status).toBe(200);
    expect(text).toContain('6 devices remain');
    expect(text).toContain('0 late, or expected to be');
    expect(text).toContain('1 decision waits');
    expect(text).toContain('1 request for more time');
    expect(text).toMatch(
      /At \d\d:\d\d on \d+ \w+, 6 devices remained: 0 the day before, plus 6 found at the start and 1 found later/,
    );
    expect(text).toContain('Confirm what it is');
    expect(text).toContain('Not found 1');
    expect(text).toContain('Since then it has grown by 1 device');
  });

  test('draws its pictures with title and description, and says the same in tables', async () => {
    const { body, text } = await see('/dashboard');
    expect(body.match(/<svg[^>]*role="img"/g)).toHaveLength(2);
    expect(body).toContain('<title id="burn-down-title">');
    expect(body).toMatch(/<desc id="burn-down-desc">On [^<]* 6 devices remained/);
    expect(text).toContain('Original dates Expected dates What remained');
    expect(body).not.toMatch(/style="|<script/);
  });

  test('every link on it opens', async () => {
    const page = await see('/dashboard');
    const own = links(page).filter(
      (href) => href.startsWith('/dashboard') || href.startsWith('/cases') || href.startsWith('/devices'),
    );
    expect(own.length).toBeGreaterThan(15);
    for (const href of new Set(own)) expect([href, (await see(href)).status]).toEqual([href, 200]);
  });

  test('of a past day is as it was known then: nothing, the day before the programme began', async () => {
    const { status, text } = await see(`/dashboard?as-of=${on(-1)}`);
    expect(status).toBe(200);
    expect(text).toContain('As it was known at 17:00 on');
    expect(text).toContain('no devices remained, as many as the day before');
    expect(text).toContain('Nothing was known yet: the programme began on');
  });

  test('counts what became late this week, and opens just these', async () => {
    const { pool } = programme.running;
    const { caseId } = await programme.running.show(devices[3]!);
    const { rows } = await pool.query<{ first_due: Date }>(`SELECT first_due FROM cases WHERE case_id = $1`, [caseId]);
    const set = (due: string) => pool.query(`UPDATE cases SET first_due = ${due} WHERE case_id = $1`, [caseId]);
    const late = async () => /(\d+) newly late since Monday/.exec((await see('/dashboard')).text)?.[1];
    const href = () => see('/dashboard').then((page) => links(page).find((one) => one.includes('late-since'))!);
    await set(`now() - interval '1 second'`);
    try {
      await until(async () => (await late()) === '1', 20_000);
      const list = await see(await href());
      expect(list.text).toContain('1 case');
      expect(list.body).toContain(`/cases/${caseId}`);
      // A week ago is no news.
      await set(`now() - interval '8 days'`);
      await until(async () => (await late()) === '0', 20_000);
      expect((await see(await href())).text).toContain('Nothing fits this filter');
    } finally {
      await pool.query(`UPDATE cases SET first_due = $2 WHERE case_id = $1`, [caseId, rows[0]!.first_due]);
    }
  });

  test('narrows itself to a department where that is asked for', async () => {
    const { text } = await see('/dashboard?department=D-HS');
    expect(text).toContain('1 device remains');
    expect(text).not.toContain('request for more time');
  });
});

describe('two dates', () => {
  test('are compared line by line, and each line opens exactly its cases', async () => {
    const page = await see(`/dashboard/compare?since=${on(-1)}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Found at the start +6');
    expect(page.text).toContain('−1');
    const lists = links(page).filter((href) => href.startsWith('/dashboard/list'));
    const counts = new Map<string, number>();
    for (const href of lists) {
      const { body } = await see(href);
      counts.set(
        new URLSearchParams(href.split('?')[1]).get('figure')!,
        (body.match(/<th class="govuk-table__header" scope="row"/g) ?? []).length,
      );
    }
    expect(Object.fromEntries(counts)).toEqual({ remaining: 6, 'found-at-start': 6, 'found-later': 1, other: 1 });
  });

  test('say what a list is about and when it happened', async () => {
    const { text } = await see(`/dashboard/list?figure=other&since=${on(-1)}`);
    expect(text).toContain('Other (not found, duplicate, out of scope, withdrawn)');
    expect(text).toContain(devices[0]!);
    expect(text).toContain('Main building');
  });
});

describe('who sees what', () => {
  test.each([HEAD, OFFICER])('%s sees the figures of their department alone', async (email) => {
    const { status, text } = await see('/dashboard', email);
    expect(status).toBe(200);
    expect(text).toContain('5 devices remain');
    expect(text).not.toContain('D-HS');
  });

  test('another department might as well not be there', async () => {
    const theirs = await see('/dashboard?department=D-HS', HEAD);
    const none = await see('/dashboard?department=D-NONE', HEAD);
    expect([theirs.status, theirs.text]).toEqual([404, none.text]);
    expect((await see('/dashboard?department=D-NONE')).status).toBe(404);
    for (const path of ['/dashboard/compare', '/dashboard/list?figure=remaining']) {
      const separator = path.includes('?') ? '&' : '?';
      expect((await see(`${path}${separator}department=D-HS`, HEAD)).status).toBe(404);
    }
  });

  test('of a device that has moved to another department its former one learns no more', async () => {
    const { running } = programme;
    const id = await running.device('', 'S-9');
    await transferDevice(
      running.services,
      { assetId: id, siteId: 'S-1', reason: 'moved' },
      { as: null, typist: MANAGER },
    );
    await until(
      async () => (await running.pool.query(`SELECT FROM case_flows WHERE kind = 'moved-out'`)).rowCount === 1,
    );
    const page = await see('/dashboard/list?figure=moved-out', OTHER_OFFICER);
    expect(page.text).toContain('With another department now');
    expect(page.text).not.toContain('Main building');
    expect(links(page).some((href) => href.startsWith('/cases/k_'))).toBe(false);
    expect((await see('/dashboard/list?figure=moved-out')).text).toContain('Main building');
  });

  test('nobody without a sign-in, and nobody whose role has no figures', async () => {
    expect((await programme.web.browser().get('/dashboard')).location).toContain('/sign-in');
    const buyer = viewerWith('u_buyer', 'procurement');
    const local = viewerWith('c_local', 'task-owner', { departmentId: 'D-AG', siteId: 'S-1' });
    const web = await startWeb(programme.running.services, { recognise: recogniseById([buyer, local]) });
    for (const { id } of [buyer, local])
      for (const path of ['/dashboard', '/dashboard/compare', '/dashboard/list?figure=remaining']) {
        const browser = web.browser();
        browser.setCookie('session', id);
        expect([path, (await browser.get(path)).status]).toEqual([path, 403]);
      }
    await web.stop();
  });

  test('a role for one department has the figures and the cases of that one alone', async () => {
    const roles = ['viewer', 'auditor', 'head'] as const;
    const people = roles.map((role) => viewer(`${role}@hs.example`, role, 'D-HS'));
    const web = await startWeb(programme.running.services, { recognise: sessionsFor(people) });
    for (const person of people) {
      const { id } = person;
      const browser = browserOf(web, person);
      const board = await browser.get('/dashboard');
      expect([id, board.text]).toEqual([id, expect.stringContaining('1 device remains')]);
      const list = await browser.get('/dashboard/list?figure=remaining');
      expect([id, list.status, list.body.match(/scope="row"/g)?.length]).toEqual([id, 200, 1]);
      for (const assetId of devices) expect([id, list.text]).toEqual([id, expect.not.stringContaining(assetId)]);
      for (const path of ['/dashboard', '/dashboard/compare', '/dashboard/list'])
        expect([id, path, (await browser.get(`${path}?department=D-AG&figure=remaining`)).status]).not.toEqual([
          id,
          path,
          200,
        ]);
    }
    await web.stop();
  });

  test('whoever has a single site besides a department finds no list that has more than its figure', async () => {
    const both = {
      ...viewer('both@hs.example', 'head', 'D-HS'),
      roles: [
        { role: 'head' as const, departmentId: 'D-HS', siteId: null, deputyFor: null },
        { role: 'head' as const, departmentId: 'D-XX', siteId: null, deputyFor: null },
        { role: 'task-owner' as const, departmentId: 'D-AG', siteId: 'S-1', deputyFor: null },
      ],
    };
    const web = await startWeb(programme.running.services, { recognise: sessionsFor([both]) });
    const browser = browserOf(web, both);
    const cases = (page: Page) =>
      links(page).filter((href) => /^\/cases\?(?:.*&)?(?:rag|late-since|due-before)=/.test(href));
    expect(cases(await browser.get('/dashboard'))).toEqual([]);
    expect(cases(await browser.get('/dashboard?department=D-HS')).length).toBeGreaterThan(2);
    await web.stop();
  });
});

describe('what cannot be shown', () => {
  test.each([
    ['/dashboard?as-of=2999-01-01', 'has not come yet'],
    ['/dashboard?as-of=2001-01-01', 'the programme began on'],
    ['/dashboard?as-of=2026-02-30', 'Enter a real date'],
    ['/dashboard?as-of=%27;--', 'Enter a real date'],
    ['/dashboard?unknown=1', 'no filter called'],
    [`/dashboard/compare?since=${TODAY}&as-of=${on(-1)}`, 'is not before'],
    ['/dashboard/compare?since=2999-01-01', 'has not come yet'],
    ['/dashboard/list?figure=everything', 'Open the list from a figure'],
    ['/dashboard/list', 'Open the list from a figure'],
    ['/dashboard/list?figure=remaining&stage=none', 'Choose one of those'],
  ])('%s says why, and what to do', async (path, why) => {
    const { status, text, body } = await see(path);
    expect([status, text]).toEqual([400, expect.stringContaining(why)]);
    expect(body).toContain('govuk-error-summary');
  });

  test('whatever is asked for, the answer is a page and no fault', async () => {
    const name = fc.constantFrom('as-of', 'since', 'figure', 'stage', 'part', 'department', 'after', 'x');
    const value = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom('remaining', 'removed', 'assess', TODAY, on(-1), 'D-AG', 'k_1', '\u0000'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/dashboard', '/dashboard/compare', '/dashboard/list'),
        fc.array(fc.tuple(name, value), { maxLength: 4 }),
        async (path, pairs) => {
          const { status, text } = await see(`${path}?${new URLSearchParams(pairs).toString()}`);
          expect([200, 400, 404]).toContain(status);
          expect(text).not.toMatch(/undefined|NaN|\[object/);
        },
      ),
      { numRuns: 60 },
    );
    expect(programme.web.faults).toEqual([]);
  });
});

describe('for everybody', () => {
  const cookie = `session=${encodeURIComponent(MANAGER)}`;

  test.each([
    '/dashboard',
    `/dashboard/compare?since=${on(-1)}`,
    '/dashboard/list?figure=remaining',
    '/dashboard?as-of=2999-01-01',
  ])('%s has nothing that axe objects to, and needs no sideways scrolling at 320 pixels', async (path) => {
    for (const width of ['desktop', 'phone'] as const)
      expect(await chromium.violations(programme.web.url, path, { cookie, width })).toEqual([]);
    const { page, strangers, close } = await chromium.window(programme.web.url, { cookie, width: 'phone' });
    await page.goto(path);
    const shots = process.env['SHOTS'];
    if (shots !== undefined)
      await page.screenshot({ path: `${shots}/${path.replaceAll(/\W+/g, '-')}-phone.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await close();
    if (shots !== undefined) {
      const wide = await chromium.window(programme.web.url, { cookie });
      await wide.page.goto(path);
      await wide.page.screenshot({ path: `${shots}/${path.replaceAll(/\W+/g, '-')}-desktop.png`, fullPage: true });
      await wide.close();
    }
    expect(strangers).toEqual([]);
  });
});

test('an empty register is told what to do first', async () => {
  const register = await startRegister();
  const services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const web = await startWeb(services, { recognise: recogniseById([viewerWith('c_pm', 'programme-manager')]) });
  const browser = web.browser();
  browser.setCookie('session', 'c_pm');
  const { status, text } = await browser.get('/dashboard');
  expect([status, text]).toEqual([200, expect.stringContaining('clearsite policy apply')]);
  await web.stop();
  await services.close();
  await register.stop();
});

test('what was read has changed no figure', async () => {
  expect(await figuresDrift(programme.running.pool)).toEqual([]);
});
