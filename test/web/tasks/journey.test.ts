import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { OWNER } from '../../app/a-running-programme';
import { TestBrowser } from '../../support/browser';
import { tabTo } from '../../support/page-checks';
import { Office, submitForm } from './an-office';

let office: Office;
beforeAll(async () => {
  office = await Office.start();
}, 120_000);
afterAll(() => office.stop());
afterEach(() => expect(office.web.faults).toEqual([]));

describe('from the mail to the record', () => {
  test('three clicks: the link, confirm, the code', async () => {
    const { path, ids } = await office.linkFor(OWNER, 3, 'S-3');
    const browser = office.web.browser();
    const form = await browser.get(path);
    expect(form.status).toBe(200);
    for (const id of ids) expect(form.text).toContain(id);
    expect(form.text).toContain('Confirm what it is');
    const sent = await submitForm(browser, form, { result: 'covered', note: 'Labels read' });
    expect([sent.status, sent.location]).toEqual([303, `${path}/code`]);
    const asks = await browser.get(sent.location!);
    expect(asks.text).toContain('You are about to confirm: “Confirm what it is” for 3 devices.');
    expect(await office.events(ids, 'assessed')).toBe(0);
    const code = await office.codeFor(OWNER);
    const done = await browser.post(`${path}/sign-in`, { code: code.toLowerCase().replace('-', ' ') }, asks);
    expect(done.status).toBe(303);
    const recorded = await browser.get(done.location!);
    expect(recorded.status).toBe(200);
    expect(recorded.text).toContain('Recorded for 3 devices');
    for (const id of ids) expect(recorded.text).toContain(id);
    expect(recorded.text).toMatch(/Take it off the core network · Book the replacement, by \w+day/);
    expect(await office.events(ids, 'assessed')).toBe(3);
    const { audit } = await office.programme.show(ids[0]!);
    const { rows } = await office.pool.query<{ id: string }>(`SELECT contact_id AS id FROM contacts WHERE email = $1`, [
      OWNER,
    ]);
    expect(audit.find(({ type }) => type === 'assessed')).toMatchObject({ actor: rows[0]!.id, enteredBy: null });
    // Signed in for the rest of the day.
    expect((await browser.get('/tasks')).status).toBe(200);
  });

  test('on a phone, without JavaScript, by keyboard alone: what is left out is asked for, the code is pasted', async () => {
    const { path, ids } = await office.linkFor(OWNER, 3, 'S-3');
    const chromium = await TestBrowser.open();
    try {
      const { page, strangers } = await chromium.window(office.web.url, { width: 'phone' });
      await page.goto(path);
      await tabTo(page, 'Confirm');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.govuk-error-summary');
      expect(await page.title()).toMatch(/^Error: /);
      await tabTo(page, 'result');
      await page.keyboard.press('Space');
      await tabTo(page, 'Confirm');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${path}/code`);
      await tabTo(page, 'code');
      await page.keyboard.insertText(` ${await office.codeFor(OWNER)} `);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/recorded/*');
      expect(await page.innerText('h1')).toBe('Recorded for 3 devices');
      expect(strangers).toEqual([]);
    } finally {
      await chromium.close();
    }
    expect(await office.events(ids, 'assessed')).toBe(3);
  });
});
