import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Page } from 'playwright-core';
import { type LookedAt, TestBrowser } from '../support/browser';
import { type FullProgramme, PEOPLE, startFullProgramme } from './a-full-programme';

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

/** Presses Tab until a control has the focus. @param name its id, or the beginning of its words */
async function tabTo(page: Page, name: string): Promise<void> {
  const script = `(() => { const e = document.activeElement; return [e.id, e.textContent.trim()]; })()`;
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press('Tab');
    const [id, words] = (await page.evaluate(script)) as [string, string];
    if (id === name || words.startsWith(name)) return;
  }
  throw new Error(`Tab never reached ${name}`);
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

  test('a programme manager opens what waits for a decision from the navigation', async () => {
    const { page, close } = await windowOf(PEOPLE['programme-manager']);
    await page.goto('/');
    await tabTo(page, 'Decisions');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/decisions');
    expect(await page.textContent('main')).toContain('ASKED');
    await close();
  });
});
