import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MANAGER, OFFICER, OWNER, POLICY } from '../app/a-running-programme';
import { type Browser, type Page } from '../support/web';
import { hidden, OTHER_OFFICER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

let made: SignedInProgramme;
let sites = 10;

beforeAll(async () => {
  made = await startSignedIn(POLICY);
}, 600_000);
afterAll(async () => {
  await made?.stop();
});

const ALL_NO = { secret: 'no', vetted: 'no', ministers: 'no', socpa: 'no' };
const EVIL = '<script>alert(1)</script>"\'&';

/** A site of the test's own. */
async function aSite(sensitivity: string): Promise<string> {
  const siteId = `S-${++sites}`;
  await made.running.bring(
    'sites',
    `site_id,name,department_id,nation,sensitivity\n${siteId},Depot <b>${siteId}</b>,D-AG,England,${sensitivity}\n`,
  );
  return siteId;
}

async function classOf(siteId: string): Promise<string> {
  const { rows } = await made.running.pool.query(`SELECT sensitivity FROM sites WHERE site_id = $1`, [siteId]);
  return rows[0].sensitivity;
}

async function preview(browser: Browser, siteId: string, fields: Record<string, string>): Promise<Page> {
  const form = await browser.get(`/sites/${siteId}/assessment`);
  expect(form.status).toBe(200);
  return browser.post(form.path, { ...hidden(form.body), ...fields }, form);
}

describe('the four questions of a site', () => {
  test('what follows is shown before anything is changed, and then done as shown', async () => {
    const siteId = await aSite('not-sensitive');
    const [id] = made.running.names(1);
    await made.running.bring('devices', `asset_id,make,site_id\n${id},Hikvision,${siteId}\n`);
    const officer = made.as(OFFICER);
    const shown = await preview(officer, siteId, { ...ALL_NO, ministers: 'yes', reason: EVIL });
    expect(shown.status).toBe(200);
    expect(shown.text).toContain(
      'The site becomes: Sensitive. It is now: Not sensitive. Nothing has been changed yet.',
    );
    expect(shown.text).toContain(`1 case opens, the time running from today: ${id}`);
    expect(shown.text).toContain(EVIL);
    expect(shown.body).not.toMatch(/<script|<b>S/);
    expect(await classOf(siteId)).toBe('not-sensitive');

    const changed = await officer.post(shown.path, { ...hidden(shown.body), step: 'change' }, shown);
    expect(changed.text).toContain('How sensitive is this site?');
    expect(changed.body).toMatch(/name="ministers" type="radio" value="yes" checked/);

    const done = await officer.post(shown.path, { ...hidden(shown.body), step: 'confirm' }, shown);
    expect([done.status, done.location]).toEqual([303, `/sites/${siteId}`]);
    expect(await classOf(siteId)).toBe('sensitive');
    await made.running.opened([id!]);
    const again = await officer.get(`/sites/${siteId}/assessment`);
    expect(again.text).toContain('by Otto Officer');
    expect(again.text).toContain(EVIL);
    expect(again.body).not.toContain('<script');
  });

  test('a site that ceases to be sensitive: no case closes, a programme manager decides each', async () => {
    const siteId = await aSite('sensitive');
    const id = await made.running.device('', siteId);
    const shown = await preview(made.as(MANAGER), siteId, { ...ALL_NO, reason: 'A public library.' });
    expect(shown.text).toContain('None of them closes by itself');
    expect(shown.text).toContain(id);
    expect((await made.running.show(id)).status).toBe('open');
  });

  test('every question that is missing is told with a link to it; what was typed is kept', async () => {
    const siteId = await aSite('unassessed');
    const page = await preview(made.as(MANAGER), siteId, { secret: 'no', vetted: 'perhaps', reason: '' });
    expect(page.status).toBe(400);
    for (const field of ['vetted', 'ministers', 'socpa', 'reason']) expect(page.body).toContain(`<a href="#${field}">`);
    expect(page.body).not.toContain('<a href="#secret">');
    expect(page.body).toMatch(/name="secret" type="radio" value="no" checked/);
    const long = await preview(made.as(MANAGER), siteId, { ...ALL_NO, reason: `${'x'.repeat(2001)}` });
    expect(long.status).toBe(400);
    expect(await classOf(siteId)).toBe('unassessed');
  });

  test('whoever confirms what somebody else has changed meanwhile is shown it first', async () => {
    const siteId = await aSite('unassessed');
    const officer = made.as(OFFICER);
    const shown = await preview(officer, siteId, { ...ALL_NO, reason: 'Mine' });
    const manager = made.as(MANAGER);
    const first = await preview(manager, siteId, { ...ALL_NO, secret: 'yes', reason: 'A vault' });
    expect((await manager.post(first.path, { ...hidden(first.body), step: 'confirm' }, first)).status).toBe(303);
    const told = await officer.post(shown.path, { ...hidden(shown.body), step: 'confirm' }, shown);
    expect(told.status).toBe(409);
    expect(told.text).toContain('Somebody else assessed this site meanwhile');
    expect(told.text).toContain('by Mara Manager: “A vault”');
    expect(await classOf(siteId)).toBe('sensitive');
    expect((await officer.post(told.path, { ...hidden(told.body), step: 'confirm' }, told)).status).toBe(303);
    expect(await classOf(siteId)).toBe('not-sensitive');
  });

  test('a task owner may not, and another department cannot tell the site from none', async () => {
    const siteId = await aSite('unassessed');
    expect((await made.as(OWNER).get(`/sites/${siteId}/assessment`)).status).toBe(403);
    const fields = { ...ALL_NO, reason: 'x', step: 'confirm', was: 'unassessed' };
    expect((await made.as(OWNER).post(`/sites/${siteId}/assessment`, fields)).status).toBe(403);
    const other = made.as(OTHER_OFFICER);
    const strip = (page: Page): string => page.body.replace(/value="[^"]*"/g, '');
    const unknown = await other.get('/sites/S-none/assessment');
    const theirs = await other.get(`/sites/${siteId}/assessment`);
    expect([unknown.status, theirs.status]).toEqual([404, 404]);
    expect(strip(theirs)).toBe(strip(unknown));
    expect((await other.post(`/sites/${siteId}/assessment`, fields)).status).toBe(404);
    expect((await made.web.browser().get(`/sites/${siteId}/assessment`)).status).toBe(303);
    expect(await classOf(siteId)).toBe('unassessed');
    expect(made.web.faults).toEqual([]);
  });
});
