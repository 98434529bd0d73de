import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEAD, OFFICER, OWNER } from '../../app/a-running-programme';
import { until } from '../../support/until';
import { type Page } from '../../support/web';
import { Office, submitForm } from './an-office';

const STRANGER = 'hana@hs.example';
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.alloc(200, 7),
]);
const PDF = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n', 'latin1');
const PROGRAM = Buffer.concat([Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), Buffer.alloc(500, 0)]);
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const MEGABYTE = 1024 * 1024;

let office: Office;
beforeAll(async () => {
  office = await Office.start();
  await office.programme.bring('sites', 'site_id,name,department_id,nation,sensitivity\nT-1,Tower,D-HS,England,no\n');
  await office.programme.bring('contacts', `department_id,role,name,email\nD-HS,task-owner,Hana,${STRANGER}\n`);
}, 120_000);
afterAll(() => office.stop());
afterEach(() => expect(office.web.faults).toEqual([]));

const temporary = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('clearsite-upload-'));

/** Files of a request are thrown away behind its answer. */
const cleared = (): Promise<void> => until(() => Promise.resolve(temporary().length === 0));

/** The files of the evidence store, by digest. */
function stored(): string[] {
  const folder = join(office.programme.stack.home, 'evidence');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

interface Handed {
  readonly id: string;
  readonly fileName: string;
  readonly kind: string;
}

async function evidenceOf(ids: readonly string[]): Promise<Handed[]> {
  const { rows } = await office.pool.query<Handed>(
    `SELECT e.evidence_id AS id, e.file_name AS "fileName", e.kind FROM evidence e JOIN cases c USING (case_id)
     JOIN audit_events a ON a.case_id = e.case_id AND a.payload -> 'evidence' ->> 'evidenceId' = e.evidence_id
     WHERE c.asset_id = ANY($1) ORDER BY c.asset_id`,
    [ids],
  );
  return rows;
}

async function openForm(count: number) {
  const ids = await office.programme.devices(count, '', 'S-3');
  const browser = await office.web.signedIn(OWNER);
  const form = await browser.get('/tasks/S-3/assess');
  return { ids, browser, form };
}

/** Every box but those of these devices is unticked. */
async function only(form: Page, ids: readonly string[]): Promise<Page> {
  const wanted = await office.caseIds(ids);
  const body = form.body.replace(/<input[^>]*type="checkbox"[^>]*>/g, (tag) =>
    wanted.some((id) => tag.includes(`value="${id}"`)) ? tag : tag.replace(/\schecked\b/, ''),
  );
  return Object.assign(Object.create(Object.getPrototypeOf(form) as object) as Page, form, { body });
}

describe('a file that is uploaded', () => {
  test('counts for every device, is kept once, and under a name of ours', async () => {
    const { ids, browser, form } = await openForm(5);
    const before = stored().length;
    const sent = await submitForm(
      browser,
      await only(form, ids),
      { result: 'covered', kind: 'photo' },
      {
        name: '../../../etc/cron.d/evil.php',
        content: PNG,
      },
    );
    expect(sent.location).toMatch(/^\/recorded\//);
    const handed = await evidenceOf(ids);
    expect(handed).toHaveLength(5);
    for (const { fileName, kind } of handed) {
      expect(fileName).toMatch(/^photo-[0-9a-f]{8}\.png$/);
      expect(kind).toBe('photo');
    }
    expect(stored().length).toBe(before + 1);
    await cleared();
  });

  test.each([
    ['a program that says it is a picture', { name: 'photo.jpg', content: PROGRAM }, 'photo', 400, 'neither a picture'],
    ['a vector image, which is a program', { name: 'a.png', content: SVG }, 'photo', 400, 'has to be a picture'],
    [
      'a web page as a certificate',
      { name: 'a.pdf', content: '<html><script>1</script>' },
      'certificate',
      400,
      'has to be a picture or a PDF',
    ],
    ['a PDF that says it is a photo', { name: 'a.jpg', content: PDF }, 'photo', 400, 'This file is a PDF'],
    ['nothing at all under a name', { name: 'a.pdf', content: '' }, 'certificate', 400, 'is empty'],
    [
      'more than 20 MB',
      { name: 'a.png', content: Buffer.concat([PNG, Buffer.alloc(20 * MEGABYTE)]) },
      'photo',
      413,
      'larger than 20 MB',
    ],
  ])(
    'is refused at its field where it is %s; what was typed stays, and nothing is recorded',
    async (_name, file, kind, status, words) => {
      const { ids, browser, form } = await openForm(1);
      const before = await evidenceOf(ids);
      const typed = { result: 'not-found', note: 'Looked in <b>room</b> 4', kind };
      const page = await submitForm(browser, await only(form, ids), typed, file);
      expect(page.status).toBe(status);
      expect(page.text).toContain(words);
      expect(page.body).toContain('href="#file"');
      expect(page.body).toContain('Looked in &lt;b&gt;room&lt;/b&gt; 4');
      expect(page.body).toMatch(/value="not-found" checked/);
      expect(page.text).not.toContain(tmpdir());
      expect(await evidenceOf(ids)).toEqual(before);
      expect(await office.events(ids, 'assessed')).toBe(0);
      await cleared();
    },
  );

  test('is not read from somebody who has not signed in, nor for a link that is none, nor with a forged form', async () => {
    const body = (): FormData => {
      const form = new FormData();
      form.append('file', new Blob([PNG]), 'a.png');
      return form;
    };
    const browser = office.web.browser();
    const anonymous = await browser.request('/tasks/S-3/assess', { method: 'POST', body: body() });
    expect(anonymous.status).toBe(403);
    const none = await browser.request(`/t/${'a'.repeat(43)}`, { method: 'POST', body: body() });
    expect(none.status).toBe(404);
    const forged = await (
      await office.web.signedIn(OWNER)
    ).request('/tasks/S-3/assess', { method: 'POST', body: body() });
    expect(forged.status).toBe(403);
    await cleared();
  });

  test('is waiting with the rest of the form for the typed code, behind a link', async () => {
    const { path, ids } = await office.linkFor(OWNER, 2, 'S-3');
    const browser = office.web.browser();
    const sent = await submitForm(
      browser,
      await browser.get(path),
      { result: 'not-covered', kind: 'work-order' },
      { name: 'x', content: PDF },
    );
    const asks = await browser.get(sent.location!);
    expect(await evidenceOf(ids)).toEqual([]);
    const done = await browser.post(`${path}/sign-in`, { code: await office.codeFor(OWNER) }, asks);
    expect((await browser.get(done.location!)).text).toMatch(/Recorded for \d+ devices/);
    expect((await evidenceOf(ids)).map(({ fileName }) => fileName.replace(/-\w{8}\./, '.'))).toEqual([
      'work-order.pdf',
      'work-order.pdf',
    ]);
    expect(await office.events(ids, 'assessment-proposed')).toBe(2);
  });

  test('comes back to be saved, whatever it is; those of another department cannot tell that it exists', async () => {
    const { ids, browser, form } = await openForm(1);
    await submitForm(
      browser,
      await only(form, ids),
      { result: 'covered', kind: 'work-order' },
      { name: 'x.html', content: '<script>alert(1)</script>' },
    );
    const [handed] = await evidenceOf(ids);
    const path = `/evidence/${handed!.id}`;
    const file = await (await office.web.signedIn(HEAD)).get(path);
    expect([file.status, file.body]).toEqual([200, '<script>alert(1)</script>']);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="work-order-[0-9a-f]{8}\.txt"$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    const stranger = await office.web.signedIn(STRANGER);
    const [theirs, none] = [
      await stranger.get(path),
      await stranger.get('/evidence/e_00000000000000000000000000000000'),
    ];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect(theirs.text).toBe(none.text);
    expect((await office.web.browser().get(path)).status).toBe(303);
  });

  test('whose command was refused is nobody’s evidence and cannot be fetched', async () => {
    const { ids, browser, form } = await openForm(1);
    await office.programme.act(OFFICER, ids[0]!, 'record-assessment', { result: 'covered' });
    const page = await submitForm(
      browser,
      await only(form, ids),
      { result: 'covered' },
      { name: 'a.png', content: PNG },
    );
    expect(page.status).toBe(409);
    const { rows } = await office.pool.query<{ id: string }>(
      `SELECT evidence_id AS id FROM evidence e JOIN cases c USING (case_id) WHERE c.asset_id = $1`,
      [ids[0]],
    );
    for (const { id } of rows) expect((await browser.get(`/evidence/${id}`)).status).toBe(404);
  });
});
