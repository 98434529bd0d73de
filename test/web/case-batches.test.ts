import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HEAD, OFFICER, on, OWNER, POLICY } from '../app/a-running-programme';
import { type Browser, type Page } from '../support/web';
import { OTHER_OWNER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

let programme: SignedInProgramme;

beforeAll(async () => {
  programme = await startSignedIn(POLICY);
}, 120_000);
afterAll(() => programme?.stop());

/** Case ids of these devices, in their order. */
async function casesOf(assets: readonly string[]): Promise<string[]> {
  const { rows } = await programme.running.pool.query<{ id: string }>(
    `SELECT case_id AS id FROM cases WHERE asset_id = ANY($1) ORDER BY array_position($1, asset_id)`,
    [assets],
  );
  return rows.map(({ id }) => id);
}

async function events(assets: readonly string[], type: string): Promise<number> {
  const { rows } = await programme.running.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM audit_events JOIN cases USING (case_id) WHERE asset_id = ANY($1) AND type = $2`,
    [assets, type],
  );
  return rows[0]!.count;
}

/** Chooses devices on the list, for an action. @returns the page that asks to confirm */
async function choose(browser: Browser, assets: readonly string[], action: string): Promise<Page> {
  const sent = await browser.post('/actions', { case: await casesOf(assets), action }, await browser.get('/cases'));
  expect(sent.status).toBe(303);
  return browser.get(sent.location!);
}

/** Of each device, what the page says that became of it. */
function answers(page: Page): Record<string, string> {
  const rows = [...page.body.matchAll(/<tr class="govuk-table__row">\s*<th scope="row"[\s\S]*?<\/tr>/g)].map(
    ([row]) => row,
  );
  return Object.fromEntries(
    rows.map((row) => [
      /<a [^>]*>([^<]+)</.exec(row)![1]!,
      /<strong class="govuk-tag[^"]*">\s*([^<]+?)\s*</.exec(row)?.[1] ?? '',
    ]),
  );
}

const COVERED = { result: 'covered', note: 'labels read', evidence: '' };

describe('one action on a selection', () => {
  test('is shown before it is done, and every device has its answer afterwards', async () => {
    const [first, second, done] = await programme.running.devices(3);
    await programme.running.act(OWNER, done!, 'record-assessment', { result: 'covered' });
    const browser = programme.as(OWNER);
    const asks = await choose(browser, [first!, second!, done!], 'record-assessment');
    expect(asks.text).toContain('Confirm for 2 devices');
    expect(asks.text).toContain('It is not the turn of this step');
    expect(await events([first!, second!], 'assessed')).toBe(0);
    const sent = await browser.post(asks.path, COVERED, asks);
    expect([sent.status, sent.location]).toEqual([303, asks.path]);
    const page = await browser.get(asks.path);
    expect(page.text).toContain('2 of 3 devices done');
    expect(answers(page)).toEqual({ [first!]: 'Done', [second!]: 'Done', [done!]: 'Not done' });
    expect(await events([first!, second!, done!], 'assessed')).toBe(3);
  });

  test('sent twice at once, or again, does nothing twice; other words the second time change nothing', async () => {
    const assets = await programme.running.devices(12);
    const browser = programme.as(OWNER);
    const asks = await choose(browser, assets, 'record-assessment');
    const sent = await Promise.all([browser.post(asks.path, COVERED, asks), browser.post(asks.path, COVERED, asks)]);
    expect(sent.map(({ status }) => status)).toEqual([303, 303]);
    expect((await browser.post(asks.path, { result: 'not-found', note: 'other' }, asks)).status).toBe(303);
    const page = await browser.get(asks.path);
    expect(page.text).toContain('12 of 12 devices done');
    expect(await events(assets, 'assessed')).toBe(12);
    expect(await events(assets, 'closed')).toBe(0);
  });

  test('goes through the steps: off the network, booked, removed, and on to a colleague', async () => {
    const assets = await programme.running.devices(2);
    const browser = programme.as(OWNER);
    for (const [action, fields] of [
      ['record-assessment', COVERED],
      ['acknowledge', { days: '2' }],
      ['confirm-disconnection', { note: 'switch port 7 is off', evidence: 'WO-1' }],
      ['schedule-replacement', { on: on(14) }],
      ['reassign', { to: HEAD }],
      ['confirm-removal', { note: '', evidence: 'WO-2' }],
    ] as const) {
      const asks = await choose(browser, assets, action);
      await browser.post(asks.path, fields, asks);
      expect(Object.values(answers(await browser.get(asks.path)))).toEqual(['Done', 'Done']);
    }
    for (const asset of assets) expect((await programme.running.show(asset)).stage).toBe('verify');
  }, 60_000);

  test('of a case that moved on since it was chosen is refused for that one alone', async () => {
    const [moved, still] = await programme.running.devices(2);
    const browser = programme.as(OWNER);
    const asks = await choose(browser, [moved!, still!], 'record-assessment');
    await programme.running.act(OFFICER, moved!, 'record-assessment', { result: 'covered', note: 'before you' });
    await browser.post(asks.path, COVERED, asks);
    expect(answers(await browser.get(asks.path))).toEqual({ [moved!]: 'Not done', [still!]: 'Done' });
  });
});

describe('what is refused', () => {
  test.each([
    ['record-assessment', { note: 'x' }, '#result'],
    ['record-assessment', { result: 'stolen' }, '#result'],
    ['record-assessment', { result: 'not-covered' }, '#evidence'],
    ['record-assessment', { result: 'covered', note: 'x'.repeat(2_001) }, '#note'],
    ['schedule-replacement', { on: '2026-02-30' }, '#on'],
    ['schedule-replacement', {}, '#on'],
    ['acknowledge', { days: '6' }, '#days'],
    ['reassign', { to: 'nobody' }, '#to'],
  ])('%s with %j: at its field, nothing is done, what was typed stays', async (action, fields, href) => {
    const [asset] = await programme.running.devices(1);
    const assessed = action === 'schedule-replacement' ? 1 : 0;
    if (assessed === 1) await programme.running.act(OWNER, asset!, 'record-assessment', { result: 'covered' });
    const browser = programme.as(OWNER);
    const asks = await choose(browser, [asset!], action);
    const page = await browser.post(asks.path, fields, asks);
    expect(page.status).toBe(400);
    expect(page.body).toContain(`href="${href}"`);
    expect(page.body).toContain(`id="${href.slice(1)}"`);
    expect(await events([asset!], 'assessed')).toBe(assessed);
    if ('note' in fields) expect(page.body).toContain(fields.note as string);
    const again = await browser.get(asks.path);
    expect(again.text).toContain('Confirm for 1 device');
  });

  test('nothing chosen, or no action, says what to do', async () => {
    const [asset] = await programme.running.devices(1);
    const browser = programme.as(OWNER);
    for (const fields of [
      { action: 'acknowledge' },
      { case: await casesOf([asset!]) },
      { case: ['k_1'], action: 'withdraw' },
    ]) {
      const page = await browser.post('/actions', fields);
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('Nothing was done')]);
    }
    const many = Array.from({ length: 201 }, (_, index) => `k_${index}`);
    const page = await browser.post('/actions', { case: many, action: 'acknowledge' });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('at most 200')]);
  });

  test('another department can neither choose these cases nor open the selection, and cannot tell that they exist', async () => {
    const [asset] = await programme.running.devices(1);
    const mine = programme.as(OWNER);
    const asks = await choose(mine, [asset!], 'acknowledge');
    const theirs = programme.as(OTHER_OWNER);
    const [other, none] = [
      await theirs.post('/actions', { case: await casesOf([asset!]), action: 'acknowledge' }),
      await theirs.post('/actions', { case: ['k_nowhere'], action: 'acknowledge' }),
    ];
    expect([other.status, other.text]).toEqual([none.status, none.text]);
    expect((await theirs.get(asks.path)).status).toBe(404);
    expect((await theirs.post(asks.path, { days: '2' })).status).toBe(404);
    expect(await events([asset!], 'acknowledged')).toBe(0);
  });

  test('without the token of its own page nothing is done', async () => {
    const [asset] = await programme.running.devices(1);
    const browser = programme.as(OWNER);
    const asks = await choose(browser, [asset!], 'acknowledge');
    const page = await browser.request(asks.path, { method: 'POST', body: new URLSearchParams({ days: '2' }) });
    expect(page.status).toBe(403);
    expect(await events([asset!], 'acknowledged')).toBe(0);
  });
});

test('nothing of this was our own fault', () => {
  expect(programme.web.faults).toEqual([]);
});
