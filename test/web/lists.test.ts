import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Pool } from 'pg';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { PEOPLE } from '../support/a-programme';
import { startRegister, type TestRegister } from '../support/stack';
import { type Page, startWeb, type TestWeb } from '../support/web';
import { EVIL, NOW, seedLists } from './listed';
import { browserOf, sessionsFor, viewer } from './viewers';

const MANAGER = viewer(PEOPLE.manager.email, 'programme-manager');
const AUDITOR = viewer('auditor@x.example', 'auditor');
const READER = viewer('viewer@x.example', 'viewer');
const BUYER = viewer('buyer@x.example', 'procurement');
const ADMIN = viewer('admin@x.example', 'admin');
const AG_HEAD = viewer(PEOPLE.head.email, 'head', 'D-AG');
const AG_OWNER = viewer(PEOPLE.owner.email, 'task-owner', 'D-AG');
const ONE_SITE = viewer('site@hs.example', 'task-owner', 'D-HS', 'S-3');
const EVERYBODY = [MANAGER, AUDITOR, READER, BUYER, ADMIN, AG_HEAD, AG_OWNER, ONE_SITE];

let register: TestRegister;
let pool: Pool;
let services: Services;
let web: TestWeb;

beforeAll(async () => {
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  await seedLists(pool);
  web = await startWeb(services, { now: () => new Date(NOW), recognise: sessionsFor(EVERYBODY) });
});
afterAll(async () => {
  await web?.stop();
  await services?.close();
  await pool?.end();
  await register?.stop();
});

const get = (who: typeof MANAGER, path: string): Promise<Page> => browserOf(web, who).get(path);
const rowsOf = (page: Page): string[] =>
  [...page.body.matchAll(/<th scope="row"[^>]*><a [^>]*href="([^"]+)"/g)].map(([, href]) => href!);

describe('who sees a list', () => {
  test.each(['/cases', '/devices', '/sites', '/departments'])(
    '%s: those whose role includes it, and nobody else',
    async (path) => {
      for (const who of [MANAGER, AUDITOR, READER, AG_HEAD, AG_OWNER, ONE_SITE])
        expect([200, 303]).toContain((await get(who, path)).status);
      for (const who of [BUYER, ADMIN]) expect((await get(who, path)).status).toBe(403);
      expect((await web.browser().get(path)).location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    },
  );

  test('a department sees and counts its own; that of another is as if it were not there', async () => {
    for (const [path, mine, all] of [
      ['/cases', 90, 134],
      ['/devices', 134, 200],
      ['/sites', 2, 4],
    ] as const) {
      expect((await get(AG_OWNER, path)).text).toMatch(new RegExp(`\\b${mine} (cases|devices|sites)\\b`));
      expect((await get(MANAGER, path)).text).toMatch(new RegExp(`\\b${all} (cases|devices|sites)\\b`));
      const other = path === '/sites' ? `${path}?department=D-HS` : `${path}?site=S-3`;
      const nowhere = path === '/sites' ? `${path}?department=D-NO` : `${path}?site=S-NO`;
      const [theirs, none] = [await get(AG_OWNER, other), await get(AG_OWNER, nowhere)];
      expect(theirs.text.replace(/S-3|D-HS/g, 'X')).toBe(none.text.replace(/S-NO|D-NO/g, 'X'));
    }
    const one = await get(ONE_SITE, '/cases');
    expect(one.text).toMatch(/\b44 cases\b/);
    expect(one.body).not.toMatch(/Building S-[124]/);
  });

  test.each(['/sites/S-3', '/devices/CAM-0002', '/departments/D-HS', '/departments/D-HS/contacts/c_owner2'])(
    '%s of another department answers exactly as what does not exist',
    async (path) => {
      const [theirs, none] = [await get(AG_HEAD, path), await get(AG_HEAD, path.replace(/[^/]+$/, 'nothing'))];
      expect([theirs.status, theirs.text]).toEqual([404, none.text]);
      expect((await get(MANAGER, path)).status).toBe(200);
    },
  );
});

describe('a filter, an order and a page are the address', () => {
  test('each part of a filter can be taken away, and the rest stays', async () => {
    const page = await get(MANAGER, '/cases?rag=red&site=S-1&sort=asset&order=descending');
    expect(page.status).toBe(200);
    expect(page.text).toContain('How it stands: Late');
    expect(page.body).toContain('href="/cases?site=S-1&amp;sort=asset&amp;order=descending"');
    expect(page.body).toMatch(
      /aria-sort="descending"[^>]*>\s*<a[^>]*href="\/cases\?rag=red&amp;site=S-1&amp;sort=asset&amp;order=ascending"/,
    );
    const assets = rowsOf(page);
    expect(assets.length).toBeGreaterThan(0);
    const { rows } = await pool.query<{ path: string }>(
      `SELECT '/cases/' || case_id AS path FROM cases WHERE site_id = 'S-1' AND due_at < $1 ORDER BY asset_id DESC LIMIT 50`,
      [NOW],
    );
    expect(assets).toEqual(rows.map(({ path }) => path));
  });

  test('all boxes of a page can be ticked at once, and no other page is', async () => {
    const page = await get(AG_OWNER, '/cases?sort=asset&page=2');
    const href = /<a class="govuk-link" href="([^"]+)">Tick all on this page/
      .exec(page.body)![1]!
      .replaceAll('&amp;', '&');
    const ticked = await get(AG_OWNER, href);
    expect([rowsOf(ticked), ticked.body.match(/ checked>/g)?.length]).toEqual([rowsOf(page), expect.any(Number)]);
    expect(ticked.body.match(/type="checkbox"[^>]* checked>/g)).toHaveLength(40);
    expect(ticked.body.match(/href="[^"]*tick=all/g)).toBeNull();
    expect((await get(AG_OWNER, '/sites/S-1?tick=all')).body).toMatch(/type="checkbox"[^>]* checked>/);
  });

  test('its pages show every row once', async () => {
    const seen: string[] = [];
    let path: string | null = '/devices?sort=make';
    while (path !== null) {
      const page: Page = await get(MANAGER, path);
      seen.push(...rowsOf(page));
      path = /href="([^"]+)" rel="next"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? null;
    }
    expect([seen.length, new Set(seen).size]).toEqual([200, 200]);
  });

  test.each([
    ['/cases?rag=purple', '#filter-rag', 'Choose one of those that are offered'],
    ['/cases?due-before=30+2+2026', '#filter-due-before', 'Enter a real date'],
    ['/cases?stage=assess&stage=remove', '#filter-stage', 'Choose one value only'],
    ['/cases?colour=red', '#list-filter', 'no filter called “colour”'],
    ['/cases?page=0', '#list-filter', 'Pages are counted from 1'],
    ['/cases?page=1e9', '#list-filter', 'There is no such page'],
    ['/cases?sort=password', '#list-filter', 'Choose one of the columns'],
    [`/devices?search=${'x'.repeat(101)}`, '#filter-search', 'at most 100'],
    ['/sites?cases=many', '#filter-cases', 'Choose one of those'],
  ])('%s says what is wrong, where, and shows nothing', async (path, href, message) => {
    const page = await get(MANAGER, path);
    expect([page.status, rowsOf(page)]).toEqual([400, []]);
    expect(page.body).toContain(`href="${href}"`);
    if (href !== '#list-filter') expect(page.body).toContain(`id="${href.slice(1)}"`);
    expect(page.text).toContain(message);
    expect(page.body).toMatch(/<title>Error: /);
  });

  test('what was typed stays in its field, whatever it is', async () => {
    const page = await get(MANAGER, `/cases?search=${encodeURIComponent(EVIL)}`);
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('<script>');
    expect(page.text).toContain(`Search: ${EVIL}`);
  });

  test('nothing found says what to do; a first page is small', async () => {
    expect((await get(MANAGER, '/cases?search=nix')).text).toContain('Nothing fits this filter');
    for (const path of ['/cases', '/devices', '/sites', '/departments'])
      expect(Buffer.byteLength((await get(MANAGER, path)).body)).toBeLessThan(200_000);
  });
});

describe('files', () => {
  test('hold the whole list, in its order, within the same scope', async () => {
    const csv = await get(AG_OWNER, '/cases.csv?finding=suspect&sort=asset&order=descending');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="cases.csv"');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const read = parse(csv.body, { bom: true, columns: true }) as Record<string, string>[];
    const { rows } = await pool.query<{ id: string }>(
      `SELECT asset_id AS id FROM cases WHERE department_id = 'D-AG' AND finding = 'suspect' ORDER BY asset_id DESC`,
    );
    expect(read.map((line) => line['asset_id'])).toEqual(rows.map(({ id }) => id));
    const json = JSON.parse((await get(AG_OWNER, '/devices.json')).body) as { devices: object[]; total: number };
    expect([json.devices.length, json.total]).toEqual([134, 134]);
    const sites = parse((await get(MANAGER, '/sites.csv')).body, { bom: true, columns: true }) as Record<
      string,
      string
    >[];
    expect(sites.map((line) => line['site_id']).sort()).toEqual(['S-1', 'S-2', 'S-3', 'S-4']);
  });

  test('run nothing in a spreadsheet', async () => {
    const { body } = await get(MANAGER, '/devices.csv?search=CAM-0001');
    const [line] = parse(body, { bom: true, columns: true }) as Record<string, string>[];
    expect([line?.['make'], line?.['model']]).toEqual([EVIL, "'=cmd()"]);
  });

  test('are for those who may take them; a wrong address is a page, not a file', async () => {
    expect((await get(READER, '/cases.csv')).status).toBe(403);
    expect((await get(READER, '/cases')).body).not.toContain('/cases.csv');
    const wrong = await get(MANAGER, '/cases.json?rag=purple');
    expect([wrong.status, wrong.headers.get('content-disposition')]).toEqual([400, null]);
  });

  test('are cut off where writing fails: half a file does not look like a whole one', async () => {
    await pool.query(`
      INSERT INTO devices (asset_id, make, site_id, network, screening, in_scope, policy_version)
      SELECT 'Z-' || i, repeat('x', 150), 'S-4', 'core', 'clear', false, '1' FROM generate_series(1, 30000) i`);
    const response = await fetch(new URL('/devices.csv?site=S-4', web.url), {
      headers: { cookie: `session=${encodeURIComponent(MANAGER.email)}` },
    });
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    await reader.read();
    // The reader takes nothing more yet, so the writer waits with its cursor: then the register ends its connection.
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'FETCH%' AND pid <> pg_backend_pid()`,
    );
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow();
    // Whoever asks again gets all of it: no place among those that are written was lost.
    for (let count = 0; count < 6; count += 1) {
      const whole = await get(MANAGER, '/devices.csv?site=S-4');
      expect(parse(whole.body, { bom: true })).toHaveLength(30_001);
    }
    await pool.query(`DELETE FROM devices WHERE site_id = 'S-4'`);
  }, 60_000);

  test('that nobody reads to the end give their connection back', async () => {
    for (let count = 0; count < 12; count += 1) {
      const stop = new AbortController();
      const response = await fetch(new URL('/cases.json', web.url), {
        headers: { cookie: `session=${encodeURIComponent(MANAGER.email)}` },
        signal: stop.signal,
      });
      stop.abort();
      expect([200, 503]).toContain(response.status);
    }
    expect((await get(MANAGER, '/cases')).status).toBe(200);
  });
});

describe('a site, a device and a department', () => {
  test('a site says what is to be done, by when, by whom, and what is there', async () => {
    const { status, text, body } = await get(AG_OWNER, '/sites/S-1');
    expect(status).toBe(200);
    expect(text).toContain('This is a sensitive site');
    expect(text).toMatch(/More than 5 working days late Confirm what it is: \d+ devices/);
    expect(text).toContain('Name of c_owner');
    expect(text).toContain('Name of c_manager');
    expect(text).not.toContain('Name of c_owner2');
    expect(body).toContain('/devices?site=S-1&amp;screening=covered');
    expect(body).toContain('name="case"');
  });

  test('a sensitive site that was read is noted, once an hour; another is not', async () => {
    const noted = async (site: string) =>
      (await pool.query(`SELECT FROM access_log WHERE who = $1 AND subject = $2`, [AUDITOR.id, site])).rowCount;
    await get(AUDITOR, '/sites/S-1');
    await get(AUDITOR, '/sites/S-1');
    await get(AUDITOR, '/sites/S-4');
    expect([await noted('S-1'), await noted('S-4')]).toEqual([1, 0]);
  });

  test('a device says what it is and why it has its finding, as text', async () => {
    const { text, body } = await get(MANAGER, '/devices/CAM-0001');
    expect(text).toContain(`Make and model ${EVIL} =cmd()`);
    expect(text).toContain('Its make is listed');
    expect(body).not.toContain('<script>');
  });

  test('a department is told what it owes, the worst first', async () => {
    const { text } = await get(AG_HEAD, '/departments/D-AG');
    const order = ['More than 5 working days late', 'Due today', 'Not due yet'].map((words) => text.indexOf(words));
    expect(order.every((place) => place >= 0)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect((await get(AG_HEAD, '/departments')).location).toBe('/departments/D-AG');
    expect((await get(MANAGER, '/departments')).text).toMatch(/Agriculture \d+ 90 2/);
  });

  test('what nobody can type is not looked for', async () => {
    const page = await get(MANAGER, '/devices?search=%00');
    expect([page.status, rowsOf(page)]).toEqual([400, []]);
    expect(page.text).toContain('a character that cannot be looked for');
  });

  test.each(['/sites/%00', '/devices/%00', '/departments/%00', `/devices/${'x'.repeat(250)}`])(
    '%s is no page',
    async (path) => {
      expect((await get(MANAGER, path)).status).toBe(404);
    },
  );
});

describe('deputies', () => {
  const FORM = '/departments/D-AG/contacts/c_owner';
  const deputy = async () =>
    (await pool.query(`SELECT deputy_email, away_from::text, away_to::text FROM contacts WHERE contact_id = 'c_owner'`))
      .rows[0] as object;

  test('a head sets who stands in and when; it is on the page afterwards', async () => {
    const browser = browserOf(web, AG_HEAD);
    const form = await browser.get(FORM);
    const sent = await browser.post(FORM, { deputy: ' di@ag.example ', from: '2026-12-01', to: '2026-12-24' }, form);
    expect([sent.status, sent.location]).toEqual([303, '/departments/D-AG']);
    expect(await deputy()).toEqual({ deputy_email: 'di@ag.example', away_from: '2026-12-01', away_to: '2026-12-24' });
    const page = await browser.get('/departments/D-AG');
    expect(page.text).toContain('Saved for Name of c_owner');
    expect(page.text).toContain('Deputy: di@ag.example Away from 1 December to 24 December');
  });

  test.each([
    [{ deputy: 'nobody', from: '', to: '' }, '#deputy', 'Enter an e-mail address, such as name@department.example'],
    [{ deputy: 'di@ag.example', from: '2026-12-24', to: '2026-12-01' }, '#to', 'The absence ends before it begins'],
    [{ deputy: 'di@ag.example', from: '2026-13-01', to: '' }, '#from', 'Enter a real date'],
    [{ deputy: '', from: '2026-12-01', to: '' }, '#deputy', 'Name a deputy'],
    [{ deputy: `${'x'.repeat(300)}@ag.example`, from: '', to: '' }, '#deputy', 'Enter an e-mail address, such as'],
  ])('%j is refused at its field, changes nothing and stays in the form', async (fields, href, words) => {
    const before = await deputy();
    const browser = browserOf(web, AG_HEAD);
    const page = await browser.post(FORM, fields, await browser.get(FORM));
    expect(page.status).toBe(400);
    expect(page.body).toContain(`href="${href}"`);
    expect(page.body).toContain(`value="${fields.deputy}"`);
    expect(page.text).toContain(words);
    expect(await deputy()).toEqual(before);
  });

  test('whoever may not keep contacts cannot, and learns nothing', async () => {
    expect((await get(AG_OWNER, FORM)).status).toBe(404);
    const browser = browserOf(web, AG_OWNER);
    expect((await browser.post(FORM, { deputy: 'me@ag.example' })).status).toBe(404);
    expect((await get(AG_OWNER, '/departments/D-AG')).body).not.toContain('/contacts/');
  });
});

test('nothing of this was our own fault', () => {
  expect(
    web.faults.filter(({ message }) => !/terminating connection|Connection terminated|aborted/i.test(message)),
  ).toEqual([]);
});
