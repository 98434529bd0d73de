import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openServices } from '../../app/services';
import { viewerOf } from '../../app/access/viewer';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY } from '../app/a-running-programme';
import { type Browser, type Page, startWeb } from '../support/web';
import { hidden, OTHER_OWNER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

let made: SignedInProgramme;

beforeAll(async () => {
  made = await startSignedIn(POLICY);
}, 600_000);
afterAll(async () => {
  await made?.stop();
});

type Fields = Readonly<Record<string, string>>;

const caseOf = async (id: string): Promise<string> => (await made.running.show(id)).caseId;

/** A date as a form asks for it. */
function dateFields(name: string, date: string): Record<string, string> {
  const [year = '', month = '', day = ''] = date.split('-');
  return { [`${name}-day`]: String(Number(day)), [`${name}-month`]: String(Number(month)), [`${name}-year`]: year };
}

/** Opens a form and sends it, as a person does. */
async function fill(browser: Browser, caseId: string, action: string, fields: Fields): Promise<Page> {
  const path = `/cases/${caseId}/actions/${action}`;
  const form = await browser.get(path);
  expect(form.status).toBe(200);
  return browser.post(path, { ...hidden(form.body), ...fields }, form);
}

/** Devices at each point of their way. */
async function assessed(): Promise<string> {
  const id = await made.running.device();
  await made.running.act(OWNER, id, 'record-assessment', { result: 'covered' });
  return id;
}
async function booked(): Promise<string> {
  const id = await assessed();
  await made.running.act(OWNER, id, 'confirm-disconnection');
  await made.running.act(OWNER, id, 'schedule-replacement', { on: on(30) });
  return id;
}
async function removed(): Promise<string> {
  const id = await booked();
  await made.running.act(OWNER, id, 'confirm-removal');
  return id;
}
const opened = (): Promise<string> => made.running.device();

interface Right {
  readonly action: string;
  readonly from: () => Promise<string>;
  readonly who: string;
  readonly fields: Fields;
  /** The event that follows. */
  readonly event: string;
}

const RIGHT: readonly Right[] = [
  {
    action: 'record-assessment',
    from: opened,
    who: OWNER,
    fields: { result: 'covered', note: 'Read it.', evidence: 'DS-2CD' },
    event: 'assessed',
  },
  {
    action: 'confirm-disconnection',
    from: assessed,
    who: OWNER,
    fields: { note: 'Port 12 is shut.' },
    event: 'disconnected',
  },
  { action: 'schedule-replacement', from: assessed, who: OWNER, fields: dateFields('on', on(40)), event: 'scheduled' },
  { action: 'confirm-removal', from: booked, who: OWNER, fields: {}, event: 'removed' },
  {
    action: 'submit-evidence',
    from: opened,
    who: HEAD,
    fields: { evidence: 'Work order 12' },
    event: 'evidence-submitted',
  },
  { action: 'verify-removal', from: removed, who: OFFICER, fields: { note: 'Bare wall.' }, event: 'closed' },
  {
    action: 'request-extension',
    from: opened,
    who: OWNER,
    fields: { stage: 'remove', ...dateFields('on', on(260)), reason: 'supply', text: 'On back order.' },
    event: 'requested',
  },
  {
    action: 'request-exception',
    from: opened,
    who: OWNER,
    fields: { ...dateFields('until', on(200)), control: 'Own network.', text: 'No part fits.' },
    event: 'requested',
  },
  {
    action: 'move-upgrade',
    from: opened,
    who: OWNER,
    fields: { planned: 'yes', ...dateFields('to', on(300)), reason: 'Earlier.' },
    event: 'facts-revised',
  },
  { action: 'acknowledge', from: opened, who: OWNER, fields: { days: '3' }, event: 'acknowledged' },
  {
    action: 'retract',
    from: assessed,
    who: OWNER,
    fields: { stage: 'assess', reason: 'Wrong device.' },
    event: 'retracted',
  },
  { action: 'withdraw', from: opened, who: MANAGER, fields: { reason: 'Entered twice.' }, event: 'closed' },
];

describe('each action’s form', () => {
  test.each(RIGHT)(
    '$action: filled in rightly it is recorded in the person’s own name',
    async ({ action, from, who, fields, event }) => {
      const id = await from();
      const caseId = await caseOf(id);
      const sent = await fill(made.as(who), caseId, action, fields);
      expect([sent.status, sent.location]).toEqual([303, `/cases/${caseId}`]);
      const { audit, people } = await made.running.show(id);
      const last = audit.findLast(({ type }) => type === event || (event === 'facts-revised' && type === 'requested'));
      expect(last).toBeDefined();
      expect(people[last!.actor]?.name).toMatch(
        { [OWNER]: /Olive/, [OFFICER]: /Otto/, [HEAD]: /Hanna/, [MANAGER]: /Mara/ }[who]!,
      );
      expect(last!.enteredBy).toBeNull();
    },
  );

  test('reassign: to a colleague chosen by name; whoever belongs to another department is none', async () => {
    const id = await opened();
    const caseId = await caseOf(id);
    const owner = made.as(OWNER);
    const form = await owner.get(`/cases/${caseId}/actions/reassign`);
    expect(form.text).toContain('Hanna Head');
    expect(form.text).not.toContain('Otis Other');
    expect(form.body).not.toContain('@ag.example');
    const head = /value="([^"]+)"[^>]*>\s*<label[^>]*>\s*Hanna Head/.exec(form.body)![1]!;
    const sent = await owner.post(form.path, { ...hidden(form.body), to: head }, form);
    expect(sent.status).toBe(303);
    expect((await made.running.show(id)).owner).toBe(head);
    const { rows } = await made.running.pool.query(`SELECT contact_id FROM contacts WHERE email = $1`, [OTHER_OWNER]);
    const again = await owner.get(form.path);
    const wrong = await owner.post(form.path, { ...hidden(again.body), to: rows[0].contact_id }, again);
    expect(wrong.status).toBe(400);
  });

  test('reopen: a closed case goes on as a new one, once however often the form is sent', async () => {
    const id = await opened();
    await made.running.act(MANAGER, id, 'withdraw', { reason: 'Mistake.' });
    const old = await caseOf(id);
    const manager = made.as(MANAGER);
    const form = await manager.get(`/cases/${old}/actions/reopen`);
    const fields = { ...hidden(form.body), reason: 'It is still there.' };
    const [first, second] = [await manager.post(form.path, fields, form), await manager.post(form.path, fields, form)];
    expect(first.status).toBe(303);
    expect(first.location).not.toBe(`/cases/${old}`);
    expect(second.location).toBe(first.location);
    expect((await manager.get(first.location!)).text).toContain('Reopened because: It is still there.');
  });
});

describe('what is filled in wrongly', () => {
  const WRONG: readonly [string, () => Promise<string>, string, Fields, string, string][] = [
    ['record-assessment', opened, OWNER, { note: 'kept <b>' }, 'Select what it is', '#result'],
    ['record-assessment', opened, OWNER, { result: 'gone', note: 'kept <b>' }, 'Select what it is', '#result'],
    ['schedule-replacement', assessed, OWNER, {}, 'Enter the day of the replacement', '#on-day'],
    ['schedule-replacement', assessed, OWNER, { 'on-day': '3', 'on-month': '2' }, 'must include a year', '#on-year'],
    [
      'schedule-replacement',
      assessed,
      OWNER,
      { 'on-day': '31', 'on-month': '2', 'on-year': '2027' },
      'must be a real date',
      '#on-day',
    ],
    [
      'schedule-replacement',
      assessed,
      OWNER,
      dateFields('on', '9999-12-31'),
      'must be in the next ten years',
      '#on-day',
    ],
    ['confirm-disconnection', assessed, OWNER, { note: 'x'.repeat(2001) }, '2,000 characters or fewer', '#note'],
    ['submit-evidence', opened, OWNER, { evidence: '  ' }, 'Choose a file, or enter in words what proves it', '#file'],
    ['acknowledge', opened, OWNER, { days: '9' }, 'Select for how many working days', '#days'],
    ['move-upgrade', opened, OWNER, { planned: 'yes', reason: 'kept <b>' }, 'Enter the day of the upgrade', '#to-day'],
    ['withdraw', opened, MANAGER, {}, 'Enter why the case is withdrawn', '#reason'],
    ['retract', assessed, OWNER, { stage: 'remove', reason: 'kept <b>' }, 'Select what was a mistake', '#stage'],
  ];

  test.each(WRONG)(
    '%s %#: is told with a link to the field, keeps what was typed and changes nothing',
    async (action, from, who, fields, text, href) => {
      const id = await from();
      const before = (await made.running.show(id)).audit.length;
      const page = await fill(made.as(who), await caseOf(id), action, fields);
      expect(page.status).toBe(400);
      expect(page.text).toContain('There is a problem');
      expect(page.text).toContain(text);
      expect(page.body).toContain(`<a href="${href}">`);
      expect(page.body).toContain(`id="${href.slice(1)}"`);
      if (Object.values(fields).includes('kept <b>')) expect(page.body).toContain('kept &lt;b&gt;</textarea>');
      expect((await made.running.show(id)).audit).toHaveLength(before);
    },
  );

  test('every mistake is told at once', async () => {
    const page = await fill(made.as(OWNER), await caseOf(await opened()), 'request-extension', {});
    for (const text of [
      'Select what needs more time',
      'Enter the day until which you need',
      'Select what stands in the way',
      'Enter why more time is needed',
    ])
      expect(page.text).toContain(text);
  });

  const REFUSED: readonly [string, () => Promise<string>, Fields, string, string][] = [
    ['record-assessment', opened, { result: 'not-covered' }, 'only with evidence', '#evidence'],
    ['record-assessment', opened, { result: 'not-found' }, 'Say where and when you looked', '#note'],
    ['schedule-replacement', assessed, dateFields('on', '2020-01-31'), '31 January 2020 has passed', '#on-day'],
    [
      'request-extension',
      opened,
      { stage: 'remove', ...dateFields('on', on(1)), reason: 'other', text: 'kept <b>' },
      'ask for a later day',
      '#on-day',
    ],
  ];

  test.each(REFUSED)(
    '%s %#: what the case refuses is told beside the field',
    async (action, from, fields, text, href) => {
      const page = await fill(made.as(OWNER), await caseOf(await from()), action, fields);
      expect(page.status).toBe(409);
      expect(page.text).toContain(text);
      expect(page.body).toContain(`<a href="${href}">`);
      if (fields['text'] !== undefined) expect(page.body).toContain('kept &lt;b&gt;</textarea>');
    },
  );
});

describe('evidence with a form', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  /** Sends a form with a file, as a browser does. */
  async function upload(caseId: string, action: string, fields: Fields, file: Buffer, name: string): Promise<Page> {
    const owner = made.as(OWNER);
    const form = await owner.get(`/cases/${caseId}/actions/${action}`);
    const body = new FormData();
    for (const [key, value] of Object.entries({ _csrf: form.token!, ...hidden(form.body), ...fields }))
      body.append(key, value);
    body.append('file', new Blob([new Uint8Array(file)]), name);
    return owner.request(form.path, { method: 'POST', body });
  }

  test('a photo is kept by its content, whatever it is called, and linked from the case', async () => {
    const id = await booked();
    const caseId = await caseOf(id);
    const sent = await upload(
      caseId,
      'confirm-removal',
      { kind: 'photo', note: 'Bare <wall>.' },
      PNG,
      '../../<b>gone.exe',
    );
    expect([sent.status, sent.location]).toEqual([303, `/cases/${caseId}`]);
    const [evidence] = (await made.running.show(id)).evidence;
    expect(evidence).toMatchObject({ kind: 'photo', stage: 'remove', note: 'Bare <wall>.' });
    const page = await made.as(OFFICER).get(`/cases/${caseId}`);
    expect(page.body).toContain(`href="/evidence/${evidence!.evidenceId}"`);
    expect(page.body).not.toMatch(/gone\.exe|<wall>/);
  });

  test('a file that is none of these, empty or too large is told beside its field; what was typed is kept', async () => {
    const id = await booked();
    const caseId = await caseOf(id);
    const before = (await made.running.show(id)).audit.length;
    const files: readonly [Buffer, number][] = [
      [Buffer.from([0x4d, 0x5a, 0, 0, 1, 2, 3]), 400],
      [Buffer.alloc(0), 400],
      [Buffer.alloc(20 * 1024 * 1024 + 1, PNG), 413],
    ];
    for (const [file, status] of files) {
      const page = await upload(caseId, 'confirm-removal', { kind: 'certificate', note: 'kept <b>' }, file, 'gone.png');
      expect(page.status).toBe(status);
      expect(page.body).toContain('<a href="#file">');
      expect(page.body).toContain('kept &lt;b&gt;</textarea>');
      expect(page.body).toMatch(/value="certificate" checked/);
    }
    expect((await made.running.show(id)).audit).toHaveLength(before);
  });
});

describe('who may act', () => {
  test('nobody sees or sends a form that is not theirs: the same page as for a case that there is not', async () => {
    const caseId = await caseOf(await opened());
    const other = made.as(OTHER_OWNER);
    expect((await other.get(`/cases/${caseId}/actions/acknowledge`)).status).toBe(404);
    const form = await made.as(OWNER).get(`/cases/${caseId}/actions/acknowledge`);
    const sent = await other.post(`/cases/${caseId}/actions/acknowledge`, { ...hidden(form.body), days: '3' });
    expect(sent.status).toBe(404);
    expect((await other.post('/cases/k_none/actions/acknowledge', { ...hidden(form.body), days: '3' })).status).toBe(
      404,
    );
    expect((await made.as(OWNER).get(`/cases/${caseId}/actions/no-such`)).status).toBe(404);
  });

  test('a role without the permission is refused, by GET and by POST', async () => {
    const id = await removed();
    const caseId = await caseOf(id);
    const path = `/cases/${caseId}/actions`;
    for (const action of ['verify-removal', 'withdraw']) {
      expect((await made.as(OWNER).get(`${path}/${action}`)).status).toBe(403);
      const form = await made.as(MANAGER).get(`${path}/${action}`);
      const sent = await made.as(OWNER).post(`${path}/${action}`, { ...hidden(form.body), reason: 'x' });
      expect(sent.status).toBe(403);
    }
    expect((await made.running.show(id)).status).toBe('open');
  });

  test('whoever removed a device is not asked to check it, and is told why', async () => {
    const id = await booked();
    await made.running.act(OFFICER, id, 'confirm-removal');
    const caseId = await caseOf(id);
    const page = await made.as(OFFICER).get(`/cases/${caseId}`);
    expect(page.text).toContain('another person has to check that it has gone');
    expect(page.body).not.toContain('verify-removal"');
    expect((await made.as(OFFICER).get(`/cases/${caseId}/actions/verify-removal`)).status).toBe(409);
  });

  test('a form without its token, or with what it remembers changed by hand, does nothing', async () => {
    const id = await opened();
    const caseId = await caseOf(id);
    const owner = made.as(OWNER);
    const path = `/cases/${caseId}/actions/acknowledge`;
    const form = await owner.get(path);
    const fields = { ...hidden(form.body), days: '3' };
    const body = new URLSearchParams(fields);
    expect((await owner.request(path, { method: 'POST', body })).status).toBe(403);
    for (const change of [{ revision: 'x' }, { commandId: 'mine' }, { seen: '-1' }, { revision: '' }])
      expect((await owner.post(path, { ...fields, ...change }, form)).status).toBe(400);
    expect((await made.running.show(id)).acknowledgedUntil).toBeNull();
  });
});

describe('two people at one case', () => {
  test('the second is told what the first did, keeps what was typed, and may go on', async () => {
    const id = await assessed();
    const caseId = await caseOf(id);
    const head = made.as(HEAD);
    const path = `/cases/${caseId}/actions/schedule-replacement`;
    const form = await head.get(path);
    await made.running.act(OWNER, id, 'confirm-disconnection', { note: 'Port 12 <shut>.' });
    const told = await head.post(path, { ...hidden(form.body), ...dateFields('on', on(40)) }, form);
    expect(told.status).toBe(409);
    expect(told.text).toContain('What happened meanwhile');
    expect(told.text).toContain(
      'Olive Owner (task owner): Taken off the core network . “Port 12 <shut>.”'.replace(' .', '.'),
    );
    expect(told.body).toContain(`value="${Number(on(40).slice(8))}"`);
    const again = await head.post(path, { ...hidden(told.body), ...dateFields('on', on(40)) }, told);
    expect(again.status).toBe(303);
    expect(await made.running.trail(id)).toContain('scheduled');
  });

  test('what the first has done already is not done twice', async () => {
    const id = await assessed();
    const caseId = await caseOf(id);
    const path = `/cases/${caseId}/actions/confirm-disconnection`;
    const head = made.as(HEAD);
    const form = await head.get(path);
    await made.running.act(OWNER, id, 'confirm-disconnection');
    const told = await head.post(path, { ...hidden(form.body), note: 'I did it' }, form);
    expect(told.status).toBe(409);
    expect(told.text).toContain('somebody else was faster');
    expect(told.text).toContain('Olive Owner');
    expect(told.text).toContain('I did it');
    expect((await made.running.trail(id)).filter((type) => type === 'disconnected')).toHaveLength(1);
  });

  test('a double click does it once and ends on the same page', async () => {
    const id = await removed();
    const caseId = await caseOf(id);
    const officer = made.as(OFFICER);
    const path = `/cases/${caseId}/actions/verify-removal`;
    const form = await officer.get(path);
    const fields = { ...hidden(form.body), note: 'Gone.' };
    const both = await Promise.all([officer.post(path, fields, form), officer.post(path, fields, form)]);
    const third = await officer.post(path, fields, form);
    expect([...both, third].map(({ status }) => status)).toEqual([303, 303, 303]);
    expect((await made.running.trail(id)).filter((type) => type === 'verified')).toHaveLength(1);
  });
});

test('while Temporal is away the page shows what was recorded; an action keeps what was typed and says what to do', async () => {
  const id = await opened();
  const caseId = await caseOf(id);
  const services = openServices({ ...made.running.stack.config, temporal: null });
  const web = await startWeb(services, {
    recognise: async (token, now) => {
      const viewer = await viewerOf(services, decodeURIComponent(token), now.toISOString());
      return viewer === null ? null : { viewer, expiresAt: now.toISOString() };
    },
  });
  try {
    const owner = web.browser();
    owner.setCookie('session', encodeURIComponent(OWNER));
    const page = await owner.get(`/cases/${caseId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('the newest may be missing');
    const path = `/cases/${caseId}/actions/record-assessment`;
    const form = await owner.get(path);
    const sent = await owner.post(path, { ...hidden(form.body), result: 'covered', note: 'kept <b>' }, form);
    expect(sent.status).toBe(503);
    expect(sent.text).toContain('send it again in some minutes');
    expect(sent.body).toContain('kept &lt;b&gt;</textarea>');
    expect(sent.text).not.toMatch(/Temporal|clearsite up|7233/);
    expect(web.faults).toEqual([]);
  } finally {
    await web.stop();
    await services.close();
  }
  expect(made.web.faults).toEqual([]);
});
