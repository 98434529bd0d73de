import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { verifyAudit } from '../../../app/audit/verify';
import { actOnCase, type ActionAnswer, type SendOptions } from '../../../app/cases/act-on-case';
import { parseAction } from '../../../app/cases/action-input';
import { showCase } from '../../../app/cases/show';
import { openCases } from '../../../app/open-cases';
import { openServices, type Services } from '../../../app/services';
import { type Policy } from '../../../domain/policy/policy';
import { evidencePath } from '../../../platform/evidence-store';
import { PEOPLE, seedDevice, seedProgramme } from '../../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';

let stack: TestStack;
let pool: Pool;
let services: Services;
let worker: CaseWorker;
let policy: Policy;
let devices = 0;

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const ONCE: SendOptions = { commandId: null, expectedRevision: null };

/** Somebody acts under their own name. */
async function act(
  email: string | null,
  id: string,
  name: string,
  options: object = {},
  send: Partial<SendOptions> = {},
): Promise<ActionAnswer> {
  const input = parseAction(name, { ...options });
  return actOnCase(services, id, input, { as: null, typist: email }, { ...ONCE, ...send });
}

const { owner, officer, manager, otherOwner } = PEOPLE;

/** A device with an open case. @returns its asset id */
async function aCase(device: Partial<Parameters<typeof seedDevice>[2]> = {}): Promise<string> {
  const assetId = `CAM-${++devices}`;
  await seedDevice(pool, policy, { assetId, ...device });
  await openCases(services);
  await until(
    async () =>
      (await pool.query(`SELECT 1 FROM cases WHERE asset_id = $1 AND status = 'open'`, [assetId])).rowCount === 1,
  );
  return assetId;
}

function file(name: string, content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'clearsite-evidence-')), name);
  writeFileSync(path, content);
  return path;
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The stages before `verify`, by the task owner. */
async function removed(id: string): Promise<void> {
  await act(owner.email, id, 'record-assessment', { result: 'covered' });
  await act(owner.email, id, 'confirm-disconnection');
  await act(owner.email, id, 'schedule-replacement', { on: day(20) });
  await act(owner.email, id, 'confirm-removal', {
    evidenceFile: file('gone.png', PNG),
    kind: 'photo',
    note: 'Bare wall.',
  });
}

beforeAll(async () => {
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  policy = await seedProgramme(pool, { startedAt: new Date(Date.now() - 86_400_000).toISOString() });
  worker = await startCaseWorker(stack, pool);
});

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await pool?.end();
  await stack?.stop();
});

describe('a device is walked to a verified removal', () => {
  test('each answer says what was recorded and what comes next; the trail and the history agree', async () => {
    const id = await aCase();
    expect(await act(owner.email, id, 'record-assessment', { result: 'covered', note: 'Label read.' })).toMatchObject({
      accepted: true,
      recorded: true,
      stage: 'disconnect',
      outcome: null,
      nextAction: 'Take it off the core network · Book the replacement',
    });
    await act(owner.email, id, 'confirm-disconnection', { evidence: 'Switch port 12 is shut.' });
    expect(await act(owner.email, id, 'schedule-replacement', { on: day(20) })).toMatchObject({ stage: 'remove' });
    const path = file('gone.png', PNG);
    await act(owner.email, id, 'confirm-removal', { evidenceFile: path, kind: 'photo' });
    const last = await act(officer.email, id, 'verify-removal', { note: 'I looked.' });
    expect(last).toMatchObject({ stage: 'closed', outcome: 'removed', nextAction: '' });

    const shown = await showCase(services, id, new Date().toISOString());
    expect(shown).toMatchObject({
      status: 'closed',
      stage: 'closed',
      outcome: 'removed',
      rag: null,
      allowedActions: ['reopen'],
    });
    expect(shown.evidence.map(({ kind, grade, stage }) => [kind, grade, stage])).toEqual([
      ['assertion', 'assertion', 'disconnect'],
      ['photo', 'photo', 'remove'],
    ]);
    const sha = shown.evidence[1]?.file?.sha256;
    expect(readFileSync(evidencePath(stack.home, sha ?? ''))).toEqual(PNG);
    expect(shown.audit.map(({ type }) => type)).toEqual([
      'opened',
      'planned',
      'assessed',
      'evidence-submitted',
      'disconnected',
      'scheduled',
      'evidence-submitted',
      'removed',
      'verified',
      'closed',
    ]);
    expect(shown.audit.at(-1)?.actor).toBe(officer.id);
    const report = await verifyAudit(services, { id: shown.caseId, depth: 'deep' });
    expect(report).toMatchObject({ cases: 1, events: 10, histories: 1, breaks: [] });
  });
});

describe('a case that is shown', () => {
  test('says why each date is what it is, whose turn it is, and when it wakes', async () => {
    const id = await aCase();
    const shown = await showCase(services, id, new Date().toISOString());
    const remove = shown.milestones.find(({ stage }) => stage === 'remove');
    expect(remove?.why).toEqual([{ rule: 'stage-budget', due: remove?.due }]);
    expect(shown.turn).toEqual([
      { stage: 'assess', role: 'task-owner', contacts: [{ contactId: owner.id, name: 'Name of c_owner' }] },
    ]);
    expect(shown.allowedActions).toEqual([
      'record-assessment',
      'submit-evidence',
      'acknowledge',
      'request-extension',
      'request-exception',
      'move-upgrade',
      'reassign',
      'withdraw',
    ]);
    expect(shown.workflow).toMatchObject({ asked: true, unrecorded: 0 });
    expect(shown.mail).toEqual([expect.objectContaining({ kind: 'task', contactId: owner.id, state: 'pending' })]);
    expect(shown.people[owner.id]).toEqual({ name: 'Name of c_owner', role: 'task-owner' });
  });

  test('is shown from the register, saying so, where Temporal is away', async () => {
    const id = await aCase();
    const alone = openServices({ ...stack.config, temporal: null });
    try {
      const shown = await showCase(alone, id, new Date().toISOString());
      expect(shown.workflow).toEqual({ asked: false, why: expect.stringContaining('Temporal') });
      expect(shown.milestones).toHaveLength(5);
    } finally {
      await alone.close();
    }
  });

  test('says that the security officer has to agree, once somebody proposed that it is not covered', async () => {
    const id = await aCase();
    await act(owner.email, id, 'record-assessment', { result: 'not-covered', evidence: 'The label says Axis.' });
    const shown = await showCase(services, id, new Date().toISOString());
    expect(shown.turn).toEqual([expect.objectContaining({ role: 'security-officer' })]);
    const agreed = await act(officer.email, id, 'record-assessment', { result: 'not-covered' });
    expect(agreed).toMatchObject({ stage: 'closed', outcome: 'not-covered' });
  });
});

describe('the mail of a case', () => {
  const letters = async (id: string): Promise<unknown[]> =>
    (await showCase(services, id, new Date().toISOString())).mail.map(({ about, messageId, state, contactId }) => [
      about.map(({ kind, stage }) => [kind, stage]),
      messageId,
      state,
      contactId,
    ]);

  test('is listed once a letter, whatever it says, whether it waits or was sent', async () => {
    const id = await aCase();
    const { caseId } = await act(owner.email, id, 'record-assessment', { result: 'covered' });
    await pool.query(`DELETE FROM outbox WHERE case_id = $1`, [caseId]);
    const row = (kind: string, stage: string, state: string, notBefore: string | null = null): Promise<unknown> =>
      pool.query(
        `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, state, not_before)
         SELECT gen_random_uuid(), programme_id, $1, $2, $3, $4, $5, $6 FROM cases WHERE case_id = $1`,
        [caseId, owner.id, kind, stage, state, notBefore],
      );
    await row('task', 'disconnect', 'pending');
    await row('task', 'schedule', 'pending');
    await row('late', 'schedule', 'pending', '2100-01-01T00:00:00Z');
    await row('reminder', 'assess', 'superseded');
    await row('reminder', 'assess', 'superseded');
    const both = [
      ['task', 'disconnect'],
      ['task', 'schedule'],
    ];
    const rest = [
      [[['late', 'schedule']], null, 'pending', owner.id],
      [[['reminder', 'assess']], null, 'superseded', owner.id],
      [[['reminder', 'assess']], null, 'superseded', owner.id],
    ];
    expect(await letters(id)).toEqual([[both, null, 'pending', owner.id], ...rest]);
    await pool.query(
      `WITH m AS (
         INSERT INTO messages (message_id, programme_id, contact_id, address, subject, body, state, lease_until)
         SELECT 'm-' || $1::text, programme_id, $2, 'x', 'Two tasks', '', 'sent', now() FROM cases WHERE case_id = $1 RETURNING message_id)
       UPDATE outbox SET message_id = m.message_id, state = 'sent' FROM m WHERE case_id = $1 AND kind = 'task'`,
      [caseId, owner.id],
    );
    expect(await letters(id)).toEqual([[both, `m-${caseId}`, 'sent', owner.id], ...rest]);
    await pool.query(`DELETE FROM outbox WHERE case_id = $1`, [caseId]);
  });
});

describe('an action is refused, and changes nothing, where', () => {
  test.each<[string, string, string, object, string]>([
    ['it comes too early', owner.email, 'confirm-removal', {}, 'not-yet'],
    [
      'somebody of another department asks',
      otherOwner.email,
      'record-assessment',
      { result: 'covered' },
      'not-allowed',
    ],
    ['a task owner would withdraw', owner.email, 'withdraw', { reason: 'No.' }, 'not-allowed'],
    [
      'not covered is said without evidence',
      owner.email,
      'record-assessment',
      { result: 'not-covered' },
      'evidence-needed',
    ],
    ['a replacement is booked before anybody looked', manager.email, 'schedule-replacement', { on: day(9) }, 'not-yet'],
    ['an open case would be reopened', manager.email, 'reopen', { reason: 'Again.' }, 'not-closed'],
  ])('%s', async (_why, email, action, options, code) => {
    const id = await aCase();
    const before = await showCase(services, id, new Date().toISOString());
    await expect(act(email, id, action, options)).rejects.toMatchObject({ code, exit: 1 });
    const after = await showCase(services, id, new Date().toISOString());
    expect(after.audit).toEqual(before.audit);
    expect(after.evidence).toEqual([]);
  });

  test('whoever removed would verify', async () => {
    const id = await aCase();
    await removed(id);
    await expect(act(owner.email, id, 'verify-removal')).rejects.toMatchObject({ code: 'not-allowed' });
    await pool.query(
      `INSERT INTO contacts (contact_id, department_id, role, name, email) VALUES ('c_x', 'D-AG', 'security-officer', 'X', $1)`,
      [owner.email],
    );
    try {
      await expect(act(owner.email, id, 'verify-removal')).rejects.toMatchObject({ code: 'same-person' });
    } finally {
      await pool.query(`DELETE FROM contacts WHERE contact_id = 'c_x'`);
    }
  });

  test('the case has moved on since it was looked at', async () => {
    const id = await aCase();
    const { revision } = await showCase(services, id, new Date().toISOString());
    await act(owner.email, id, 'record-assessment', { result: 'covered' });
    await expect(
      act(owner.email, id, 'confirm-disconnection', {}, { expectedRevision: revision }),
    ).rejects.toMatchObject({ code: 'stale-revision', exit: 1 });
  });
});

describe('a command sent twice under one id', () => {
  test('is carried out once, with its evidence, while the case is open', async () => {
    const id = await aCase();
    const options = { result: 'covered', evidence: 'Read on the label.' };
    const first = await act(owner.email, id, 'record-assessment', options, { commandId: 'mine' });
    const again = await act(owner.email, id, 'record-assessment', options, { commandId: 'mine' });
    expect(again).toEqual(first);
    expect((await showCase(services, id, new Date().toISOString())).evidence).toHaveLength(1);
  });

  test('is answered as the first time after it closed the case', async () => {
    const id = await aCase();
    await removed(id);
    const first = await act(officer.email, id, 'verify-removal', {}, { commandId: 'last' });
    expect(first.outcome).toBe('removed');
    expect(await act(officer.email, id, 'verify-removal', {}, { commandId: 'last' })).toEqual(first);
    await expect(act(officer.email, id, 'verify-removal', {}, { commandId: 'other' })).rejects.toMatchObject({
      code: 'case-closed',
      exit: 1,
    });
  });
});

describe('a command id that stands for another command is refused, and nothing is done', () => {
  const REUSED = { code: 'command-id-reused', exit: 2 };
  const trail = async (id: string): Promise<unknown> => (await showCase(services, id, new Date().toISOString())).audit;

  test.each<[string, string, string, object]>([
    ['another result', owner.email, 'record-assessment', { result: 'already-removed', note: 'Seen.' }],
    ['another note', owner.email, 'record-assessment', { result: 'covered', note: 'Read.' }],
    [
      'evidence that was not there',
      owner.email,
      'record-assessment',
      { result: 'covered', note: 'Seen.', evidence: 'E' },
    ],
    ['another action', owner.email, 'confirm-disconnection', { note: 'Seen.' }],
    ['another person', manager.email, 'record-assessment', { result: 'covered', note: 'Seen.' }],
  ])('%s', async (_what, email, action, options) => {
    const id = await aCase();
    const first = await act(
      owner.email,
      id,
      'record-assessment',
      { result: 'covered', note: 'Seen.' },
      { commandId: 'c' },
    );
    const before = await trail(id);
    await expect(act(email, id, action, options, { commandId: 'c' })).rejects.toMatchObject(REUSED);
    expect(await trail(id)).toEqual(before);
    // The answer to the repeat does not suffer; spaces around a note never counted.
    expect(
      await act(owner.email, id, 'record-assessment', { result: 'covered', note: ' Seen. ' }, { commandId: 'c' }),
    ).toEqual(first);
  });

  test.each<[string, object, object]>([
    ['schedule-replacement', { on: day(20) }, { on: day(21) }],
    ['acknowledge', { days: 2 }, { days: 3 }],
    ['reassign', { to: officer.email }, { to: manager.email }],
    ['submit-evidence', { evidence: 'A' }, { evidence: 'B' }],
    ['retract', { stage: 'assess', reason: 'A' }, { stage: 'assess', reason: 'B' }],
  ])('%s: the same is answered alike, other content is refused', async (action, options, others) => {
    const id = await aCase();
    await act(owner.email, id, 'record-assessment', { result: 'covered' });
    const first = await act(owner.email, id, action, options, { commandId: 'c' });
    expect(await act(owner.email, id, action, options, { commandId: 'c' })).toEqual(first);
    await expect(act(owner.email, id, action, others, { commandId: 'c' })).rejects.toMatchObject(REUSED);
  });

  test('the bytes of a file count, not its name', async () => {
    const id = await aCase();
    const hand = (path: string): Promise<ActionAnswer> =>
      act(owner.email, id, 'submit-evidence', { evidenceFile: path, kind: 'work-order' }, { commandId: 'c' });
    const first = await hand(file('a.txt', 'Order 1'));
    expect(await hand(file('b.txt', 'Order 1'))).toEqual(first);
    await expect(hand(file('a.txt', 'Order 2'))).rejects.toMatchObject(REUSED);
  });

  test('on a closed case too, and for its reopening', async () => {
    const id = await aCase();
    const looked = { result: 'not-found', note: 'Looked everywhere.' };
    const { caseId } = await act(owner.email, id, 'record-assessment', looked, { commandId: 'c' });
    const send = (name: string, options: object): Promise<ActionAnswer> =>
      act(manager.email, caseId, name, options, { commandId: 'c' });
    await expect(send('withdraw', { reason: 'Looked everywhere.' })).rejects.toMatchObject(REUSED);
    await expect(send('reopen', { reason: 'Seen again.' })).rejects.toMatchObject(REUSED);
    const again = { commandId: 'again' };
    await act(manager.email, caseId, 'reopen', { reason: 'Seen again.' }, again);
    await expect(act(manager.email, caseId, 'reopen', { reason: 'Another.' }, again)).rejects.toMatchObject(REUSED);
    await expect(act(officer.email, caseId, 'reopen', { reason: 'Seen again.' }, again)).rejects.toMatchObject(REUSED);
  });

  test('of two at one moment one is carried out, and the other is told', async () => {
    const id = await aCase();
    const notes = ['One.', 'Two.'];
    const answers = await Promise.allSettled(
      notes.map((note) => act(owner.email, id, 'record-assessment', { result: 'covered', note }, { commandId: 'c' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: REUSED });
    const shown = await showCase(services, id, new Date().toISOString());
    const winner = notes[answers.findIndex(({ status }) => status === 'fulfilled')];
    expect(shown.audit.filter(({ type }) => type === 'assessed').map(({ payload }) => payload['note'])).toEqual([
      winner,
    ]);
  });

  test('an id that was used for a refused command is free, with evidence of its own', async () => {
    const id = await aCase();
    const send = (evidence: string): Promise<ActionAnswer> =>
      act(owner.email, id, 'confirm-disconnection', { evidence }, { commandId: 'c' });
    await expect(send('Port 1.')).rejects.toMatchObject({ code: 'not-yet' });
    await act(owner.email, id, 'record-assessment', { result: 'covered' });
    await send('Port 2.');
    const { evidence } = await showCase(services, id, new Date().toISOString());
    expect(evidence.map(({ note }) => note)).toEqual(['Port 2.']);
  });

  test('an id of the system’s own', async () => {
    const id = await aCase();
    await expect(act(owner.email, id, 'acknowledge', {}, { commandId: 'open' })).rejects.toMatchObject(REUSED);
  });
});

describe('reopening', () => {
  test('starts the next spell, linked; the device names it, and the old one stays closed', async () => {
    const id = await aCase();
    await act(owner.email, id, 'record-assessment', { result: 'not-found', note: 'Looked everywhere.' });
    const closed = await showCase(services, id, new Date().toISOString());
    await expect(act(owner.email, id, 'reopen', { reason: 'Seen again.' })).rejects.toMatchObject({
      code: 'not-allowed',
      exit: 1,
    });
    await expect(act(manager.email, id, 'reopen', { reason: ' ' })).rejects.toMatchObject({ code: 'reason-needed' });
    const answer = await act(manager.email, id, 'reopen', { reason: 'Seen again.' }, { commandId: 'again' });
    expect(answer).toMatchObject({ stage: 'assess', outcome: null, previousCaseId: closed.caseId });
    expect(
      await act(manager.email, closed.caseId, 'reopen', { reason: 'Seen again.' }, { commandId: 'again' }),
    ).toEqual(answer);
    const shown = await showCase(services, id, new Date().toISOString());
    expect(shown).toMatchObject({
      caseId: answer.caseId,
      spell: 2,
      previousCaseId: closed.caseId,
      status: 'open',
      reopenedBecause: 'Seen again.',
    });
    await expect(act(manager.email, closed.caseId, 'reopen', { reason: 'Third.' })).rejects.toMatchObject({
      code: 'superseded',
      exit: 1,
    });
    expect((await showCase(services, closed.caseId, new Date().toISOString())).status).toBe('closed');
  });
});

describe('reassigning', () => {
  test('hands the tasks to a colleague, by address', async () => {
    const id = await aCase();
    await act(owner.email, id, 'reassign', { to: officer.email });
    const shown = await showCase(services, id, new Date().toISOString());
    expect(shown.owner).toBe(officer.id);
    expect(shown.turn[0]?.contacts).toEqual([expect.objectContaining({ contactId: officer.id })]);
  });

  test('refuses somebody of another department, and somebody unknown', async () => {
    const id = await aCase();
    await expect(act(owner.email, id, 'reassign', { to: otherOwner.email })).rejects.toMatchObject({
      code: 'unknown-contact',
      exit: 2,
    });
    await expect(act(owner.email, id, 'reassign', { to: 'nobody@ag.example' })).rejects.toMatchObject({
      code: 'unknown-contact',
      exit: 2,
    });
  });
});

describe('evidence', () => {
  test.each<[string, () => string, string, string]>([
    ['is not a photo', () => file('photo.png', 'words'), 'photo', 'file-type'],
    ['is a program', () => file('scan.txt', Buffer.from('7f454c4602010100', 'hex')), 'scan', 'file-type'],
    ['is empty', () => file('photo.png', ''), 'photo', 'file-empty'],
    [
      'is too large',
      () => file('photo.png', Buffer.concat([PNG, Buffer.alloc(25 * 1024 * 1024)])),
      'photo',
      'file-too-large',
    ],
    ['is not there', () => '/nowhere/photo.png', 'photo', 'file-unreadable'],
    ['is a folder', () => tmpdir(), 'photo', 'file-unreadable'],
    ['is no certificate', () => file('certificate.pdf', 'words'), 'certificate', 'file-type'],
  ])('is refused where the file %s', async (_why, path, kind, code) => {
    const id = await aCase();
    await expect(act(owner.email, id, 'submit-evidence', { evidenceFile: path(), kind })).rejects.toMatchObject({
      code,
      exit: 2,
    });
    expect((await showCase(services, id, new Date().toISOString())).evidence).toEqual([]);
  });

  test('of the same bytes is kept once and listed for each case', async () => {
    const path = file('photo.png', PNG);
    const [first, second] = [await aCase(), await aCase()];
    for (const id of [first, second])
      await act(owner.email, id, 'submit-evidence', { evidenceFile: path, kind: 'photo' });
    const digests = await Promise.all(
      [first, second].map(async (id) => (await showCase(services, id, new Date().toISOString())).evidence[0]?.file),
    );
    expect(digests[0]).toEqual({ sha256: digests[1]?.sha256, fileName: 'photo.png', sizeBytes: PNG.length });
  });
});
