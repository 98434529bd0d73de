import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { leave } from '../../../app/inventory/leave';
import { transferDevice } from '../../../app/devices/transfer';
import { LINK_DAYS } from '../../../app/tasks/make-links';
import { MANAGER, OFFICER, OWNER } from '../../app/a-running-programme';
import { Office, submitForm } from './an-office';

const DAY = 86_400_000;
const STRANGER = 'hana@hs.example';
const BY_MANAGER = { as: null, typist: MANAGER };

let office: Office;
beforeAll(async () => {
  office = await Office.start();
  await office.programme.bring(
    'sites',
    'site_id,name,department_id,nation,sensitivity\nT-1,Tower block,D-HS,England,unassessed\nS-9,Ninth house,D-AG,England,unassessed\n',
  );
  await office.programme.bring(
    'contacts',
    `department_id,role,name,email\nD-HS,task-owner,Hana Housing,${STRANGER}\nD-AG,task-owner,Nora Next,nora@ag.example\n`,
  );
}, 120_000);
afterAll(() => office.stop());
afterEach(() => {
  office.setClock(null);
  expect(office.web.faults).toEqual([]);
});

const used = async (path: string): Promise<boolean> => {
  const { rows } = await office.pool.query<{ used: boolean }>(
    `SELECT used_at IS NOT NULL AS used FROM task_links WHERE token_hash = encode(sha256($1::bytea), 'hex')`,
    [Buffer.from(path.replace('/t/', ''))],
  );
  return rows[0]!.used;
};

describe('a link', () => {
  test('is kept as a hash: neither the token nor a part of it is in the table', async () => {
    const { path } = await office.linkFor(OWNER, 1, 'S-3');
    const { rows } = await office.pool.query<{ row: string }>(`SELECT l::text AS row FROM task_links l`);
    for (const { row } of rows) expect(row).not.toContain(path.slice(3, 20));
    expect(await used(path)).toBe(false);
  });

  test('is neither used nor changed by HEAD or GET, however often, and nothing in it is told to caches or other sites', async () => {
    const { path, ids } = await office.linkFor(OWNER, 2, 'S-3');
    const browser = office.web.browser();
    for (let time = 0; time < 3; time += 1) {
      expect((await browser.request(path, { method: 'HEAD' })).status).toBe(200);
      expect((await browser.get(path)).status).toBe(200);
    }
    const page = await browser.get(path);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await used(path)).toBe(false);
    expect(await office.events(ids, 'assessed')).toBe(0);
    expect(await office.mailTo(OWNER)).not.toContainEqual(expect.objectContaining({ subject: 'Your sign-in code' }));
  });

  test.each([
    ['forged', () => randomBytes(32).toString('base64url')],
    ['too short', () => 'abc'],
    ['too long', () => 'a'.repeat(200)],
    ['of other letters', () => `${'a'.repeat(42)}%27`],
  ])('that is %s is a page that does not exist, for every method', async (_name, token) => {
    const path = `/t/${token()}`;
    const browser = office.web.browser();
    const from = await browser.get('/reference');
    for (const page of [
      await browser.get(path),
      await browser.post(path, { case: 'k_1', result: 'covered' }, from),
      await browser.post(`${path}/code`, {}, from),
      await browser.post(`${path}/sign-in`, { code: 'AAAA-CCCC' }, from),
      await browser.get(`${path}/code`),
    ])
      expect([page.path, page.status]).toEqual([page.path, 404]);
  });

  test('works once: a replay records nothing and shows what was recorded; anybody else is told that it has been used', async () => {
    const { path, ids } = await office.linkFor(OWNER, 2, 'S-3');
    const browser = await office.web.signedIn(OWNER);
    const form = await browser.get(path);
    const first = await submitForm(browser, form, { result: 'covered' });
    expect(first.location).toMatch(/^\/recorded\/t_/);
    expect(await used(path)).toBe(true);
    const replay = await submitForm(browser, form, { result: 'covered' });
    const other = await submitForm(browser, form, { result: 'not-found', note: 'Looked in the cellar' });
    expect([replay.location, other.location]).toEqual([first.location, first.location]);
    expect(await office.events(ids, 'assessed')).toBe(2);
    const again = await browser.get(path);
    expect(again.status).toBe(410);
    expect(again.text).toContain('This link has been used');
    expect(again.text).toContain('was recorded for 2 devices');
    const stranger = await office.web.browser().get(path);
    expect([stranger.status, stranger.text.includes('This link has been used')]).toEqual([410, true]);
    const anybody = office.web.browser();
    const from = await anybody.get('/reference');
    const late = await anybody.post(path, { case: 'k_1', result: 'covered' }, from);
    expect(late.status).toBe(410);
  });

  test('two clicks at the same moment record once and end on the same page', async () => {
    const { path, ids } = await office.linkFor(OWNER, 3, 'S-3');
    const browser = await office.web.signedIn(OWNER);
    const form = await browser.get(path);
    const answers = await Promise.all([1, 2, 3].map(() => submitForm(browser, form, { result: 'covered' })));
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
    expect(answers[0]!.location).toMatch(/^\/recorded\//);
    expect(await office.events(ids, 'assessed')).toBe(3);
  });

  test('is stale once everything has been done: says by which post to anybody, by whom to its reader, and a fresh one is not offered', async () => {
    const { path, ids } = await office.linkFor(OWNER, 1, 'S-9');
    await office.programme.act(OFFICER, ids[0]!, 'record-assessment', { result: 'covered' });
    const anybody = await office.web.browser().get(path);
    expect(anybody.status).toBe(410);
    expect(anybody.text).toMatch(/Done on \w+day \d+ \w+ by the security officer/);
    expect(anybody.text).not.toContain('Otto');
    expect(anybody.text).not.toContain('Send me a new link');
    const reader = await (await office.web.signedIn(OWNER)).get(path);
    expect(reader.text).toContain('by Otto Officer, security officer');
    expect((await (await office.web.signedIn(OWNER)).post(path, { case: 'k_1', result: 'covered' })).status).toBe(410);
  });

  test('that is stale in part shows what is left, and says what became of the rest', async () => {
    const { path, ids } = await office.linkFor(OWNER, 2, 'S-3');
    await office.programme.act(OFFICER, ids[0]!, 'record-assessment', { result: 'covered' });
    const browser = await office.web.signedIn(OWNER);
    const form = await browser.get(path);
    expect(form.status).toBe(200);
    expect(form.text).toMatch(new RegExp(`${ids[0]}: Done on`));
    const sent = await submitForm(browser, form, { result: 'covered' });
    expect((await browser.get(sent.location!)).text).toContain('Recorded for 1 device');
    expect(await office.events(ids, 'assessed')).toBe(2);
  });

  test('a case that changes after the page was opened is refused, the others are recorded: an answer for each', async () => {
    const { path, ids } = await office.linkFor(OWNER, 3, 'S-3');
    const browser = await office.web.signedIn(OWNER);
    const form = await browser.get(path);
    await office.programme.act(OFFICER, ids[1]!, 'record-assessment', { result: 'covered' });
    const sent = await submitForm(browser, form, { result: 'covered' });
    const page = await browser.get(sent.location!);
    expect(page.text).toContain('Recorded for 2 devices');
    expect(page.text).toContain('1 device could not be recorded.');
    expect(page.text).toContain(`${ids[1]}: This device’s case has changed since you opened the page.`);
  });

  test('a later stage of the same device does not end the link of the one beside it', async () => {
    const { ids } = await office.linkFor(OWNER, 1, 'S-9');
    await office.programme.act(OFFICER, ids[0]!, 'record-assessment', { result: 'covered' });
    await office.deliver();
    const mail = (await office.mailTo(OWNER)).filter(({ text }) => text.includes('/t/')).at(-1)!;
    const [disconnect, schedule] = [...mail.text.matchAll(/example\.test(\/t\/[\w-]+)/g)].map(([, path]) => path!);
    const browser = await office.web.signedIn(OWNER);
    const sent = await submitForm(browser, await browser.get(disconnect!), { note: 'Unplugged' });
    expect(sent.location).toMatch(/^\/recorded\//);
    const form = await browser.get(schedule!);
    expect([form.status, form.text.includes('Book the replacement')]).toEqual([200, true]);
  });

  test('is too old after 30 days, and a fresh one is sent to the same address, at most three an hour, with one answer', async () => {
    const { path, ids } = await office.linkFor(OWNER, 1, 'S-3');
    const before = (await office.mailTo(OWNER)).length;
    office.setClock(new Date(Date.now() + (LINK_DAYS + 1) * DAY));
    const browser = office.web.browser();
    const old = await browser.get(path);
    expect(old.status).toBe(410);
    expect(old.text).toContain('A link works for 30 days.');
    const answers: string[] = [];
    for (let time = 0; time < 5; time += 1) answers.push((await browser.post(`${path}/fresh`, {}, old)).text);
    answers.push((await browser.post(`/t/${randomBytes(32).toString('base64url')}/fresh`, {}, old)).text);
    expect(new Set(answers).size).toBe(1);
    const mail = (await office.mailTo(OWNER))
      .slice(before)
      .filter(({ subject }) => subject.startsWith('Your new link'));
    expect(mail).toHaveLength(3);
    const fresh = /example\.test(\/t\/[\w-]+)/.exec(mail.at(-1)!.text)?.[1];
    expect(fresh).not.toBe(path);
    const page = await browser.get(fresh!);
    expect([page.status, page.text.includes(ids[0]!)]).toEqual([200, true]);
  });

  test('of somebody else names no person, shows nothing of it, and refuses', async () => {
    const { path, ids } = await office.linkFor(OWNER, 1, 'S-3');
    const browser = await office.web.signedIn(STRANGER);
    const page = await browser.get(path);
    expect(page.status).toBe(403);
    expect(page.text).toContain('It needs the task owner whose task it is.');
    for (const secret of [ids[0]!, 'Olive', OWNER, 'S-3', 'Tower', 'D-AG']) expect(page.text).not.toContain(secret);
    expect(page.text).not.toContain('open them as yourself');
    const [caseId] = await office.caseIds(ids);
    const post = await browser.post(path, { case: caseId!, [`revision-${caseId}`]: '1', result: 'covered' }, page);
    expect(post.status).toBe(403);
    expect(await office.events(ids, 'assessed')).toBe(0);
    // A colleague of the same department may do the same in their own name.
    expect((await (await office.web.signedIn(OFFICER)).get(path)).text).toContain('open them as yourself');
  });

  test('does nothing for devices that are not its own, whoever names them', async () => {
    const mine = await office.linkFor(OWNER, 1, 'S-3');
    const theirs = await office.programme.device('', 'T-1');
    const [caseId] = await office.caseIds([theirs]);
    const browser = await office.web.signedIn(OWNER);
    const form = await browser.get(mine.path);
    const sent = await browser.post(mine.path, { case: caseId!, [`revision-${caseId}`]: '1', result: 'covered' }, form);
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('This device has no task here any more');
    expect(sent.text).not.toContain(theirs);
    expect(await office.events([theirs], 'assessed')).toBe(0);
    expect(await used(mine.path)).toBe(false);
  });

  test('ends where its device has moved: the old owner is told that it is somewhere else', async () => {
    const { path, ids } = await office.linkFor(OWNER, 1, 'S-3');
    await transferDevice(
      office.programme.services,
      { assetId: ids[0]!, siteId: 'T-1', reason: 'Moved house' },
      BY_MANAGER,
    );
    const page = await (await office.web.signedIn(OWNER)).get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('at another site now');
    expect(page.text).not.toContain('Tower');
  });

  test('ends when its reader leaves, whoever uses it', async () => {
    const next = 'nora@ag.example';
    const { path } = await office.linkFor(next, 1, 'S-9');
    expect((await office.web.browser().get(path)).status).toBe(200);
    await leave(
      office.programme.services,
      { email: next, successor: OWNER, departmentId: null, reason: 'Retired' },
      BY_MANAGER,
    );
    const { rows } = await office.pool.query<{ why: string }>(
      `SELECT revoked_why AS why FROM task_links WHERE token_hash = encode(sha256($1::bytea), 'hex')`,
      [Buffer.from(path.slice(3))],
    );
    expect(rows).toEqual([{ why: 'left' }]);
    const page = await office.web.browser().get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('with somebody else now');
    expect(page.text).not.toContain('Send me a new link');
    const browser = office.web.browser();
    await browser.post(`${path}/fresh`, {}, await browser.get('/reference'));
    expect((await office.mailTo(next)).filter(({ subject }) => subject.startsWith('Your new link'))).toEqual([]);
  });
});

describe('the typed code', () => {
  test('of another browser, or a wrong one, records nothing; what was filled in is still there for the right one', async () => {
    const { path, ids } = await office.linkFor(OWNER, 1, 'S-3');
    const browser = office.web.browser();
    const sent = await submitForm(browser, await browser.get(path), { result: 'covered' });
    const asks = await browser.get(sent.location!);
    const code = await office.codeFor(OWNER);
    const other = office.web.browser();
    const stolen = await other.post(`${path}/sign-in`, { code }, await other.get('/reference'));
    expect([stolen.status, stolen.text.includes('another browser')]).toEqual([400, true]);
    const wrong = await browser.post(
      `${path}/sign-in`,
      { code: code === 'AAAA-AAAA' ? 'CCCC-CCCC' : 'AAAA-AAAA' },
      asks,
    );
    expect([wrong.status, wrong.text.includes('4 tries left')]).toEqual([400, true]);
    expect(wrong.text).toContain('You are about to confirm');
    expect(await office.events(ids, 'assessed')).toBe(0);
    const right = await browser.post(`${path}/sign-in`, { code }, asks);
    expect(right.location).toMatch(/^\/recorded\//);
    expect(await office.events(ids, 'assessed')).toBe(1);
  });

  test('comes before anything of a sensitive site is shown', async () => {
    const { path, ids } = await office.linkFor(OWNER, 2, 'S-1');
    const browser = office.web.browser();
    const first = await browser.get(path);
    expect(first.status).toBe(200);
    for (const secret of [...ids, 'S-1', 'Main building', 'Confirm what it is', 'Hikvision', '2 devices'])
      expect(first.body).not.toContain(secret);
    const [caseId] = await office.caseIds(ids);
    const early = await browser.post(path, { case: caseId!, [`revision-${caseId}`]: '1', result: 'covered' }, first);
    expect([early.status, early.location]).toEqual([303, path]);
    const asks = await browser.open((await browser.post(`${path}/code`, {}, first)).location!);
    expect(asks.text).not.toContain('confirm:');
    const inside = await browser.post(`${path}/sign-in`, { code: await office.codeFor(OWNER) }, asks);
    expect(inside.location).toBe(path);
    const form = await browser.get(path);
    expect(form.text).toContain('Main building');
    const sent = await submitForm(browser, form, { result: 'covered' });
    expect((await browser.get(sent.location!)).text).toContain('Recorded for 2 devices');
    const { path: other } = await office.linkFor(OWNER, 1, 'S-1');
    const used = await office.web.browser().get(path);
    expect(used.text).toMatch(/This link was used on \w+day \d+ \w+\. A link works once\./);
    expect((await browser.get(other)).status).toBe(200);
  });
});
