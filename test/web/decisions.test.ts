import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Viewer } from '../../domain/access/roles';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY, SRO } from '../app/a-running-programme';
import { until } from '../support/until';
import { type Browser, type Page, startWeb } from '../support/web';
import {
  hidden,
  OTHER_OFFICER,
  OTHER_OWNER,
  SECOND_MANAGER,
  type SignedInProgramme,
  startSignedIn,
} from './a-signed-in-programme';
import { browserOf, sessionsFor, viewer } from './viewers';

let made: SignedInProgramme;

beforeAll(async () => {
  made = await startSignedIn(POLICY);
}, 600_000);
afterAll(async () => {
  await made?.stop();
});

const EVIL = '<script>alert(1)</script>"\'&{{ 777*777 }}';

/** Somebody asks for more time for a device of its own. @returns asset id and request id */
async function asked(options: object = {}, typist = OWNER): Promise<{ id: string; caseId: string; requestId: string }> {
  const id = await made.running.device();
  const given = { stage: 'remove', on: on(260), reason: 'supply', text: EVIL, ...options };
  const { caseId } = await made.running.act(typist, id, 'request-extension', given);
  return { id, caseId, requestId: (await made.running.show(id)).requests.at(-1)!.requestId };
}

const states = async (id: string): Promise<string[]> =>
  (await made.running.show(id)).requests.map(({ state }) => state);

const decide = (browser: Browser, page: Page, fields: Record<string, string>): Promise<Page> =>
  browser.post(page.path, { ...hidden(page.body), ...fields }, page);

describe('the queue', () => {
  test('names what is asked, by which role, what follows, who decides, and how often it was given before', async () => {
    const { id, caseId, requestId } = await asked();
    const beyond = await asked({ on: on(500) });
    await made.running.act(HEAD, id, 'request-exception', { until: on(200), control: EVIL, text: EVIL });
    const page = await made.as(MANAGER).get('/decisions');
    expect(page.status).toBe(200);
    expect(page.body).toContain(`href="/decisions/${requestId}"`);
    expect(page.body).toContain(`href="/cases/${caseId}"`);
    for (const words of ['More time until', 'From ', 'task owner', 'To stay until', 'head of department'])
      expect(page.text).toContain(words);
    expect(page.text).toContain('Beyond the limits: only the SRO');
    expect(page.text).not.toContain('Olive Owner');
    expect(page.body).not.toContain('<script');
    const decision = await made.as(SRO).get(`/decisions/${beyond.requestId}`);
    expect(decision.text).toContain('this goes beyond, so the SRO decides');
    expect(decision.text).toContain(EVIL);
    expect(decision.body).not.toContain('<script');
    expect(decision.body).not.toContain('603729');
  });

  test('a programme manager of one department is shown what is asked and answered there, and nothing else', async () => {
    const { caseId, requestId } = await asked();
    const other = await asked();
    await made.running.act(MANAGER, other.id, 'decide-extension', { verdict: 'refuse', conditions: 'No.' });
    const [here, there] = ['D-AG', 'D-HS'].map((id) => viewer(`${id}@programme.example`, 'programme-manager', id));
    const web = await startWeb(made.running.services, { recognise: sessionsFor([here!, there!]) });
    const see = (person: Viewer, path: string): Promise<Page> => browserOf(web, person).get(path);
    expect((await see(here!, '/decisions')).body).toContain(`/cases/${caseId}`);
    expect((await see(here!, '/decisions/answered')).body).toContain(`/cases/${other.caseId}`);
    for (const path of ['/decisions', '/decisions/answered'])
      expect([path, (await see(there!, path)).body]).toEqual([path, expect.not.stringContaining('/cases/k_')]);
    expect((await see(there!, `/decisions/${requestId}`)).status).toBe(404);
    await web.stop();
  });

  test('a security officer is shown what their own department is to agree to, and nothing else', async () => {
    const id = await made.running.device();
    await made.running.act(OWNER, id, 'record-assessment', { result: 'not-covered', evidence: 'The label says Axis.' });
    const { requestId, caseId } = await asked();
    const page = await made.as(OFFICER).get('/decisions');
    expect(page.text).toContain('Agree that it is not on the list');
    expect(page.text).toContain(id);
    expect(page.body).not.toContain(requestId);
    expect((await made.as(OTHER_OFFICER).get('/decisions')).text).toContain('Nothing waits for a decision');
    await until(async () => (await made.as(MANAGER).get('/decisions')).text.includes(id));
    const link = /href="([^"]+result=not-covered)"/.exec(page.body)![1]!;
    const officer = made.as(OFFICER);
    const form = await officer.get(link);
    expect(form.body).toMatch(/value="not-covered" checked/);
    const sent = await officer.post(link.split('?')[0]!, { ...hidden(form.body), result: 'not-covered' }, form);
    expect(sent.status).toBe(303);
    expect((await made.running.show(id)).outcome).toBe('not-covered');
    await until(async () => !(await officer.get('/decisions')).text.includes(id));
    expect((await made.as(OWNER).get('/decisions')).status).toBe(403);
    expect((await officer.get('/decisions/answered')).status).toBe(403);
    expect((await made.as(OTHER_OWNER).get(`/decisions/${requestId}`)).status).toBe(404);
    expect((await made.as(OTHER_OWNER).get(`/cases/${caseId}`)).status).toBe(404);
    expect((await made.as(OTHER_OWNER).get('/decisions/k_none-1')).status).toBe(404);
  });
});

describe('a decision', () => {
  test('agreed with conditions: the date moves as the page said, the answer is listed with its conditions', async () => {
    const { id, caseId, requestId } = await asked();
    const manager = made.as(MANAGER);
    const page = await manager.get(`/decisions/${requestId}`);
    expect(page.text).toContain('What follows from a yes');
    expect(page.text).toContain('The case so far');
    const sent = await decide(manager, page, { verdict: 'agree', conditions: 'Order it <b>by Friday</b>.' });
    expect([sent.status, sent.location]).toEqual([303, `/cases/${caseId}`]);
    expect((await manager.get(sent.location!)).text).toContain('Agreed. The people concerned are told.');
    expect(await states(id)).toEqual(['agreed']);
    const { due, rule } = await made.running.dueOf(id, 'remove');
    expect([due.slice(0, 10), rule]).toEqual([on(260), 'extension']);
    let answered = await manager.get('/decisions/answered');
    await until(async () => {
      answered = await manager.get('/decisions/answered');
      return answered.text.includes('Order it <b>by Friday</b>.');
    });
    expect(answered.body).not.toContain('<b>by');
    const again = await decide(manager, page, { verdict: 'agree', conditions: 'Order it <b>by Friday</b>.' });
    expect(again.status).toBe(303);
  });

  test('refused only with a reason; what was typed is kept', async () => {
    const { id, requestId } = await asked();
    const manager = made.as(MANAGER);
    const page = await manager.get(`/decisions/${requestId}`);
    const nothing = await decide(manager, page, {});
    expect(nothing.status).toBe(400);
    expect(nothing.body).toContain('<a href="#verdict">');
    const bare = await decide(manager, page, { verdict: 'refuse' });
    expect(bare.status).toBe(400);
    expect(bare.body).toContain('<a href="#conditions">');
    expect(bare.body).toMatch(/value="refuse" checked/);
    const long = await decide(manager, page, { verdict: 'agree', conditions: 'x'.repeat(2001) });
    expect(long.status).toBe(400);
    expect(await states(id)).toEqual(['pending']);
    expect((await decide(manager, page, { verdict: 'refuse', conditions: 'It is in stock.' })).status).toBe(303);
    expect(await states(id)).toEqual(['refused']);
  });

  test('never by whoever asked, beyond the limits by the SRO alone, by nobody of a department: the page says so', async () => {
    const own = await asked({}, MANAGER);
    const beyond = await asked({ on: on(500) });
    const manager = made.as(MANAGER);
    const mine = await manager.get(`/decisions/${own.requestId}`);
    expect(mine.text).toContain('You asked for this, so another person has to decide it.');
    expect(mine.body).not.toContain('name="verdict"');
    const above = await manager.get(`/decisions/${beyond.requestId}`);
    expect(above.text).toContain('the SRO has to decide it');
    const owner = await made.as(OWNER).get(`/decisions/${beyond.requestId}`);
    expect(owner.text).toContain('A programme manager or the SRO decides this.');
    const form = await made.as(SRO).get(`/decisions/${beyond.requestId}`);
    const fields = { ...hidden(form.body), verdict: 'agree' };
    expect((await manager.post(`/decisions/${beyond.requestId}`, fields)).status).toBe(403);
    expect(
      (await manager.post(`/decisions/${own.requestId}`, { ...fields, commandId: crypto.randomUUID() })).status,
    ).toBe(403);
    expect((await made.as(OWNER).post(`/decisions/${beyond.requestId}`, fields)).status).toBe(403);
    expect([...(await states(own.id)), ...(await states(beyond.id))]).toEqual(['pending', 'pending']);
    const sro = made.as(SRO);
    expect((await decide(sro, await sro.get(`/decisions/${beyond.requestId}`), { verdict: 'agree' })).status).toBe(303);
  });

  test('of two managers in the same moment one decides, and the other is told what the first decided', async () => {
    const { id, requestId } = await asked();
    const people = [made.as(MANAGER), made.as(SECOND_MANAGER)] as const;
    const pages = await Promise.all(people.map((one) => one.get(`/decisions/${requestId}`)));
    const sent = await Promise.all([
      decide(people[0], pages[0]!, { verdict: 'agree', conditions: 'Mara agrees' }),
      decide(people[1], pages[1]!, { verdict: 'refuse', conditions: 'Milo refuses' }),
    ]);
    expect(sent.map(({ status }) => status).sort()).toEqual([303, 409]);
    const first = sent[0]!.status === 303 ? 0 : 1;
    const second = sent[1 - first]!;
    expect(second.text).toContain('Your decision was not recorded');
    expect(second.text).toContain(first === 0 ? 'Agreed by Mara Manager' : 'Refused by Milo Manager');
    expect(second.text).toContain(first === 0 ? 'Mara agrees' : 'Milo refuses');
    expect(second.text).toContain(first === 0 ? 'Milo refuses' : 'Mara agrees');
    expect(await states(id)).toEqual([first === 0 ? 'agreed' : 'refused']);
  });

  test('by the deputy of a manager who is away, in their own name; not before, and not once the manager is back', async () => {
    const { id, requestId } = await asked();
    const DEPUTY = 'dora@programme.example';
    const away = (from: string | null, to: string | null) =>
      made.running.pool.query(`UPDATE contacts SET deputy_email = $1, away_from = $2, away_to = $3 WHERE email = $4`, [
        DEPUTY,
        from,
        to,
        SECOND_MANAGER,
      ]);
    await away(on(5), on(9));
    expect((await made.as(DEPUTY).get(`/decisions/${requestId}`)).location).toMatch(/^\/sign-in/);
    await away(on(-1), on(1));
    const deputy = made.as(DEPUTY);
    expect((await deputy.get('/decisions')).body).toContain(`href="/decisions/${requestId}"`);
    const page = await deputy.get(`/decisions/${requestId}`);
    expect((await decide(deputy, page, { verdict: 'agree', conditions: 'For Milo' })).status).toBe(303);
    const [request] = (await made.running.show(id)).requests;
    const { rows } = await made.running.pool.query<{ id: string }>(`SELECT user_id AS id FROM users WHERE email = $1`, [
      DEPUTY,
    ]);
    expect([request?.state, request?.decidedBy]).toEqual(['agreed', rows[0]?.id]);
    const next = await asked();
    await away(on(-9), on(-5));
    expect((await made.as(DEPUTY).get(`/decisions/${next.requestId}`)).location).toMatch(/^\/sign-in/);
    await made.running.pool.query(
      `UPDATE contacts SET deputy_email = NULL, away_from = NULL, away_to = NULL WHERE email = $1`,
      [SECOND_MANAGER],
    );
  });

  test('where something else of the case changed, whoever decides is told and may go on', async () => {
    const { id, requestId } = await asked();
    const manager = made.as(MANAGER);
    const page = await manager.get(`/decisions/${requestId}`);
    await made.running.act(OWNER, id, 'record-assessment', { result: 'covered', note: EVIL });
    const told = await decide(manager, page, { verdict: 'agree', conditions: 'kept <b>' });
    expect(told.status).toBe(409);
    expect(told.text).toContain('Olive Owner (task owner): It is on the list and must be removed');
    expect(told.body).toContain('kept &lt;b&gt;</textarea>');
    expect(told.body).not.toContain('<script');
    expect((await decide(manager, told, { verdict: 'agree', conditions: 'kept' })).status).toBe(303);
    expect(await states(id)).toEqual(['agreed']);
  });

  test('later dates: the page says which dates move, and a yes moves them', async () => {
    const id = await made.running.device(on(120));
    await made.running.act(OWNER, id, 'move-upgrade', { to: on(400), reason: 'Put off.' });
    const request = (await made.running.show(id)).requests[0]!;
    expect(request.ask.kind).toBe('later-dates');
    const manager = made.as(MANAGER);
    const page = await manager.get(`/decisions/${request.requestId}`);
    expect(page.text).toContain('Dates that a yes moves');
    expect((await decide(manager, page, { verdict: 'agree' })).status).toBe(303);
    expect(await states(id)).toEqual(['agreed']);
    expect(made.web.faults).toEqual([]);
  });
});
