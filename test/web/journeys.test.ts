import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LookedAt, TestBrowser } from '../support/browser';
import { tabTo } from '../support/page-checks';
import { type FullProgramme, PEOPLE, PNG, startFullProgramme } from './a-full-programme';

let made: FullProgramme;
let chromium: TestBrowser;

beforeAll(async () => {
  made = await startFullProgramme();
  chromium = await TestBrowser.open();
});
afterAll(async () => {
  await chromium?.close();
  await made?.stop();
});

/** A window without JavaScript, in which somebody is signed in. */
function windowOf(email: string): Promise<LookedAt> {
  return chromium.window(made.web.url, { cookie: `session=${encodeURIComponent(email)}` });
}

describe('without JavaScript and with a keyboard alone', () => {
  test('procurement checks a device, is told how to mend what was typed, and gets an answer with a reference', async () => {
    const { page, close } = await windowOf(PEOPLE.procurement);
    await page.goto('/');
    expect(new URL(page.url()).pathname).toBe('/check');
    await tabTo(page, 'mac');
    await page.keyboard.type('44:19');
    await Promise.all([page.waitForLoadState('load'), page.keyboard.press('Enter')]);
    await page.waitForSelector('.govuk-error-summary');
    expect(await page.title()).toMatch(/^Error: /);
    await tabTo(page, 'make');
    await page.keyboard.type('Hikvision');
    await tabTo(page, 'mac');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('44:19:b6:00:00:01');
    await tabTo(page, 'Check');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cs-answer');
    expect(await page.textContent('h1')).toBe('Do not install this');
    expect(await page.textContent('.cs-answer')).toMatch(/DC-\d{4}-\w{6}/);
    await close();
  });

  test('what was entered when a session had ended is sent after all: nothing is lost', async () => {
    const { page, context, close } = await windowOf(PEOPLE['task-owner']);
    const cookies = await context.cookies();
    await page.goto(`/cases/${made.things.asked}/actions/confirm-disconnection`);
    await tabTo(page, 'note');
    await page.keyboard.type('Port 12 is shut.');
    await context.clearCookies();
    await tabTo(page, 'send');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=You have been signed out');
    expect(await page.textContent('main')).toContain('Port 12 is shut.');
    await context.addCookies(cookies);
    await page.setInputFiles('#file', { name: 'photo.png', mimeType: 'image/png', buffer: PNG });
    await tabTo(page, 'Send it again');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/cases/${made.things.asked}`);
    await close();
    const { audit, evidence } = await made.running.show('ASKED');
    expect(audit.filter(({ type }) => type === 'disconnected').map(({ payload }) => payload['note'])).toEqual([
      'Port 12 is shut.',
    ]);
    expect(evidence.map(({ kind }) => kind)).toEqual(['photo']);
  });

  test('a programme manager finds what waits, sees what follows, and agrees with a condition', async () => {
    const { page, close } = await windowOf(PEOPLE['programme-manager']);
    await page.goto('/');
    await tabTo(page, 'Decisions');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/decisions');
    await tabTo(page, 'More time until');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/decisions/*');
    expect(await page.textContent('main')).toContain('The lens is on back order.');
    expect(await page.textContent('main')).toContain('Dates that a yes moves');
    await tabTo(page, 'send');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-error-summary');
    await tabTo(page, 'Select whether you agree or refuse');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    await tabTo(page, 'conditions');
    await page.keyboard.type('Order it this week.');
    await tabTo(page, 'send');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/cases/${made.things.asked}`);
    expect(await page.textContent('main')).toContain('Agreed. The people concerned are told.');
    await close();
    const { requests } = await made.running.show('ASKED');
    expect(requests.map(({ state, conditions }) => [state, conditions])).toEqual([['agreed', 'Order it this week.']]);
  });
});
