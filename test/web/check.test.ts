import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Inventory } from '../app/import/inventory';
import { TestBrowser } from '../support/browser';
import { recogniseById, viewerWith } from '../support/viewers';
import { type Browser, startWeb, type TestWeb } from '../support/web';
import { browserOf, sessionsFor, viewer } from './viewers';

const BUYER = viewerWith('u_buyer', 'procurement');
const OWNER = viewerWith('c_owner', 'task-owner', { departmentId: 'D-AG' });
const MANAGER = viewerWith('c_manager', 'programme-manager');
const ADMIN = viewerWith('u_admin', 'admin');
const NOW = new Date('2026-11-26T10:05:00Z');
const LONGEST = 'W'.repeat(200);

let inventory: Inventory;
let web: TestWeb;
let chromium: TestBrowser;

beforeAll(async () => {
  inventory = await Inventory.start();
  await inventory.reset();
  await inventory.import('department_id,role,name,email\n,programme-manager,Mara Manager,mara@programme.example\n', {
    kind: 'contacts',
  });
  web = await startWeb(inventory.services, {
    now: () => NOW,
    recognise: recogniseById([BUYER, OWNER, MANAGER, ADMIN]),
  });
  chromium = await TestBrowser.open();
});
afterAll(async () => {
  await chromium?.close();
  await web?.stop();
  await inventory?.stop();
});

function as({ id }: { readonly id: string } = BUYER): Browser {
  const browser = web.browser();
  browser.setCookie('session', id);
  return browser;
}

async function checks(): Promise<number> {
  return (await inventory.rows<{ n: number }>('SELECT count(*)::int AS n FROM deployment_checks'))[0]!.n;
}

describe('asking', () => {
  test('an answer says what to do, why, whom to ask, and is on record', async () => {
    const browser = as();
    const sent = await browser.post('/check', {
      make: 'Hikvision',
      model: 'DS-2CD',
      mac: '',
      type: 'camera',
      site: '',
    });
    expect([sent.status, sent.location]).toEqual([303, expect.stringMatching(/^\/check\/DC-2026-\w{6}$/)]);
    const { status, text } = await browser.get(sent.location!);
    expect(status).toBe(200);
    expect(text).toContain('Do not install this');
    expect(text).toContain('Source:');
    expect(text).toContain('Mara Manager, programme manager: mara@programme.example');
    expect(text).toContain('Thursday 26 November 2026 at 10:05am');
    expect(text).toMatch(/version \S/);
    expect(text).toContain('Not said: a sensitive site is assumed');
    expect((await as(OWNER).get(sent.location!)).status).toBe(404);
    expect((await as(MANAGER).get(sent.location!)).text).toContain('Asked by u_buyer');
  });

  test.each([
    ['Axis Communications', 'You can install this'],
    ['unknown', 'Ask first'],
    ['Hikvision', 'Do not install this'],
  ])('%s: %s', async (make, answer) => {
    const browser = as();
    const { location } = await browser.post('/check', { make });
    expect(await browser.get(location!)).toHaveProperty('text', expect.stringContaining(answer));
  });

  test.each([
    ['nothing', {}, '#make', 'one of them is needed'],
    ['no MAC address', { make: 'Axis', mac: '44:19:xx', site: '"><i>kept' }, '#mac', 'This is not a MAC address'],
    ['too much', { make: 'Axis', site: 'x'.repeat(201) }, '#site', 'must be 200 characters or fewer'],
  ])('%s is explained at its field, and what was typed is kept', async (_, fields, href, text) => {
    const before = await checks();
    const page = await as().post('/check', fields);
    expect(page.status).toBe(400);
    expect(page.body).toContain(`href="${href}"`);
    expect(page.text).toContain('There is a problem');
    expect(page.text).toContain(text);
    expect(page.body).toContain('<title>Error: ');
    for (const value of Object.values(fields)) {
      const escaped = value.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(page.body).toContain(`value="${escaped}"`);
    }
    expect(await checks()).toBe(before);
  });

  test('what was asked can be changed and asked again', async () => {
    const page = await as().get('/check?make=A%26B&site=S-1&model=a&model=b');
    expect(page.body).toContain('value="A&amp;B"');
    expect(page.body).toContain('value="S-1"');
  });

  test('markup in what was typed is text', async () => {
    const browser = as();
    const { location } = await browser.post('/check', { make: '<script>alert(1)</script>{{ 7 * 7 }}' });
    const { body, text } = await browser.get(location!);
    expect(body).not.toContain('<script');
    expect(text).toContain('<script>alert(1)</script>{{ 7 * 7 }}');
  });
});

describe('who may', () => {
  test.each(['/check', '/checks'])('%s asks who you are, and is not for an administrator of users', async (path) => {
    expect((await web.browser().get(path)).location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    expect((await as(ADMIN).get(path)).status).toBe(403);
  });

  test.each(['/check/DC-2026-222222', '/check/x', '/check/DC-2026-22222%00'])('%s does not exist', async (path) => {
    expect((await as().get(path)).status).toBe(404);
  });

  test('a list shows one’s own, and everybody’s to who sees the programme', async () => {
    const owner = as(OWNER);
    expect((await owner.get('/checks')).text).toContain('You have not asked yet');
    const { location } = await owner.post('/check', { make: 'Axis', site: 'S-1' });
    const reference = location!.slice('/check/'.length);
    expect((await owner.get('/checks?whose=all&page=2')).text).toContain(`${reference} Axis You can install this`);
    expect((await as().get('/checks?whose=all')).text).not.toContain(reference);
    expect((await as(MANAGER).get('/checks')).text).not.toContain(reference);
    expect((await as(MANAGER).get('/checks?whose=all')).text).toContain(reference);
  });

  test('a role for one department sees no check of another', async () => {
    const auditor = viewer('there@hs.example', 'auditor', 'D-HS');
    const checks = await startWeb(inventory.services, { recognise: sessionsFor([auditor]) });
    const { location } = await as(OWNER).post('/check', { make: 'Axis', site: 'S-1' });
    const browser = browserOf(checks, auditor);
    expect((await browser.get(location!)).status).toBe(404);
    expect((await browser.get('/checks?whose=all')).text).not.toContain(location!.slice('/check/'.length));
    await checks.stop();
  });
});

describe('in a browser', () => {
  test('an answer prints on one page, however long what was asked', async () => {
    const browser = as(OWNER);
    const asked = {
      make: `Hikvision Dahua Honeywell ${'W '.repeat(80)}`,
      model: LONGEST,
      mac: '44:19:b6:00:00:01',
      type: LONGEST,
      site: LONGEST,
    };
    const { location } = await browser.post('/check', asked);
    const { page, close } = await chromium.window(web.url, { cookie: `session=${OWNER.id}`, medium: 'print' });
    await page.goto(location!);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    await close();
  });
});
