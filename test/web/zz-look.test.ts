import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MANAGER, on, OWNER, OFFICER, POLICY, SRO } from '../app/a-running-programme';
import { TestBrowser } from '../support/browser';
import { tooWide, walkByKeyboard } from '../support/page-checks';
import { type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

let made: SignedInProgramme;
let browser: TestBrowser;
beforeAll(async () => {
  made = await startSignedIn(POLICY);
  browser = await TestBrowser.open();
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await made?.stop();
});

test('look', async () => {
  const { running } = made;
  const id = await running.device();
  await running.act(OWNER, id, 'record-assessment', {
    result: 'covered',
    note: 'Label read on site.',
    evidence: 'DS-2CD2143',
  });
  await running.act(OWNER, id, 'request-extension', {
    stage: 'remove',
    on: on(260),
    reason: 'supply',
    text: 'On back order.',
  });
  await running.act(SRO, id, 'decide-extension', { verdict: 'agree', conditions: 'Order it by Friday.' });
  await running.act(OWNER, id, 'confirm-disconnection', { note: 'Port 12.' });
  await running.act(OWNER, id, 'schedule-replacement', { on: on(120) });
  await running.act(OWNER, id, 'request-exception', {
    until: on(400),
    control: 'A network of its own.',
    text: 'No part fits.',
  });
  const other = await running.device();
  await running.act(OWNER, other, 'record-assessment', { result: 'not-covered', evidence: 'Axis' });
  const shown = await running.show(id);
  const { caseId } = shown;
  const rid = shown.requests[1]!.requestId;
  const pages: [string, string][] = [
    [`/cases/${caseId}`, OWNER],
    [`/cases/${caseId}`, MANAGER],
    [`/cases/${caseId}/actions/confirm-removal`, OWNER],
    [`/cases/${caseId}/actions/request-extension`, OWNER],
    [`/cases/${caseId}/actions/move-upgrade`, OWNER],
    ['/decisions', MANAGER],
    ['/decisions', OFFICER],
    ['/decisions/answered', MANAGER],
    [`/decisions/${rid}`, SRO],
    [`/decisions/${rid}`, OWNER],
    ['/sites/S-3/assessment', OFFICER],
  ];
  const found: unknown[] = [];
  let n = 0;
  const look = async (page: import('playwright-core').Page, name: string): Promise<void> => {
    await page.screenshot({ path: `/tmp/look/${name}.png`, fullPage: true });
  };
  for (const [path, who] of pages) {
    n += 1;
    const cookie = `session=${encodeURIComponent(who)}`;
    for (const width of ['desktop', 'phone'] as const) {
      const { page, close } = await browser.window(made.web.url, { cookie, width });
      await page.goto(path);
      await look(page, `${n}-${width}`);
      const wide = await tooWide(page);
      const keys = width === 'desktop' ? await walkByKeyboard(page) : null;
      found.push([path, width, wide, keys === null ? '' : JSON.stringify({ ...keys, first: '' })]);
      if (width === 'desktop' && path.endsWith('request-extension')) {
        await page.click('#send');
        await look(page, `${n}-error`);
      }
      if (width === 'desktop' && path.endsWith('assessment')) {
        for (const q of ['secret', 'vetted', 'ministers', 'socpa']) await page.click(`input[name=${q}][value=no]`);
        await page.fill('#reason', 'Asked the facilities team.');
        await page.click('main button');
        await look(page, `${n}-preview`);
      }
      await close();
    }
    found.push([path, await browser.violations(made.web.url, path, { cookie })]);
  }
  console.log(JSON.stringify(found, null, 1));
  expect(made.web.faults).toEqual([]);
}, 300_000);
