import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY } from '../app/a-running-programme';
import { OTHER_OWNER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

let made: SignedInProgramme;

beforeAll(async () => {
  made = await startSignedIn(POLICY);
}, 600_000);
afterAll(async () => {
  await made?.stop();
});

const caseOf = async (id: string): Promise<string> => (await made.running.show(id)).caseId;

describe('the page of a case', () => {
  test('says what happens next, whose turn it is, every date and why, and what this person can do', async () => {
    const id = await made.running.device(on(200));
    const page = await made.as(OWNER).get(`/cases/${await caseOf(id)}`);
    if (process.env['KEEP']) writeFileSync('/tmp/case.html', page.body);
    expect(page.status).toBe(200);
    expect(page.text).toContain('What happens next Confirm what it is , due on');
    expect(page.text).toContain('it is your turn');
    for (const words of [
      'Original date',
      'Why each date',
      'the working days that the policy gives this step',
      'Latest days for a removal in time',
    ])
      expect(page.text).toContain(words);
    expect(page.body).toContain('/actions/record-assessment"');
    expect(page.body).not.toContain('/actions/withdraw');
    expect(page.body).toMatch(/<svg[^>]*role="img"[\s\S]*<title/);
    expect(page.body).not.toMatch(/ style="|<script/);
    expect(page.text).not.toContain('Audit trail');
  });

  test('shows the audit trail and withdrawal to a programme manager', async () => {
    const id = await made.running.device();
    const page = await made.as(MANAGER).get(`/cases/${await caseOf(id)}`);
    expect(page.text).toContain('Audit trail');
    expect(page.text).toContain('The case was opened');
    expect(page.text).toContain('Olive Owner');
    expect(page.body).toContain('/actions/withdraw"');
  });

  test('is found by the asset id; unknown and another department’s are the same page', async () => {
    const id = await made.running.device();
    const caseId = await caseOf(id);
    const owner = await made.as(OWNER).get(`/cases/${id}`);
    expect([owner.status, owner.location]).toEqual([303, `/cases/${caseId}`]);
    const strip = (body: string): string => body.replace(/value="[^"]*"/g, '');
    const unknown = await made.as(OTHER_OWNER).get('/cases/k_00000000');
    expect(unknown.status).toBe(404);
    for (const path of [`/cases/${id}`, `/cases/${caseId}`, `/cases/${caseId}/actions/record-assessment`]) {
      const theirs = await made.as(OTHER_OWNER).get(path);
      expect(theirs.status).toBe(404);
      expect(strip(theirs.body)).toBe(strip(unknown.body));
    }
    const nobody = await made.web.browser().get(`/cases/${caseId}`);
    expect([nobody.status, nobody.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(`/cases/${caseId}`)}`]);
  });

  test('is noted in the access log where the site is sensitive, once an hour for each person', async () => {
    const id = await made.running.device();
    const caseId = await caseOf(id);
    const head = made.as(HEAD);
    await head.get(`/cases/${caseId}`);
    await head.get(`/cases/${caseId}`);
    const { rows } = await made.running.pool.query(`SELECT who FROM access_log WHERE subject = $1`, [caseId]);
    expect(rows).toHaveLength(1);
  });

  test('whatever was typed anywhere comes out as text', async () => {
    const evil = '<script>alert(1)</script>"\'&{{ 777*777 }}';
    const [id] = made.running.names(1);
    await made.running.bring(
      'devices',
      `asset_id,make,model,site_id\n${id},Hikvision,"<img src=x onerror=alert(2)>",S-1\n`,
    );
    await made.running.open();
    await made.running.opened([id!]);
    await made.running.act(OWNER, id!, 'record-assessment', { result: 'covered', note: evil, evidence: evil });
    await made.running.act(OFFICER, id!, 'request-exception', { until: on(100), control: evil, text: evil });
    const page = await made.as(MANAGER).get(`/cases/${await caseOf(id!)}`);
    expect(page.body).not.toContain('<script');
    expect(page.body).not.toContain('<img');
    expect(page.body).not.toContain('603729');
    expect(page.text).toContain(evil);
    expect(page.text).toContain('<img src=x onerror=alert(2)>');
  });
});
