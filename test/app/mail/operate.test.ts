import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { deliverMail } from '../../../app/mail/deliver';
import { type HoldTarget, holdMail, releaseMail } from '../../../app/mail/hold';
import { mailOverview } from '../../../app/mail/list';
import { previewMail } from '../../../app/mail/preview';
import { resendMail } from '../../../app/mail/resend';
import { PEOPLE } from '../../support/a-programme';
import { mailFigures } from '../../../register/mail-list';
import { MailRegister, STARTED, StoppedClock } from './a-register';
import { PostOffice } from './post-office';

const OPS = { as: null, typist: null };
const MANAGER = { as: PEOPLE.manager.email, typist: null };

let register: MailRegister;
let office: PostOffice;
let clock: StoppedClock;

beforeAll(async () => {
  register = await MailRegister.start();
  await register.withoutMondays();
});
afterAll(() => register.stop());
beforeEach(async () => {
  office = await PostOffice.open();
  clock = new StoppedClock(STARTED);
});
afterEach(async () => {
  await office.close();
  await register.clear();
});

const services = () => register.services(office.url);
const deliver = () => deliverMail(services(), { clock: clock.read });
const log = async () =>
  (await register.pool.query(`SELECT actor, action, subject, details FROM register_log ORDER BY log_id`)).rows;

describe('holding mail', () => {
  test('all of it stays, also what is written meanwhile, until it is released; who and why are logged', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    const all: HoldTarget = { of: 'programme' };
    expect(await holdMail(services(), all, 'wrong inventory', MANAGER)).toEqual({ target: 'programme', changed: 1 });
    expect(await holdMail(services(), all, 'again', MANAGER)).toEqual({ target: 'programme', changed: 0 });
    await register.row(caseId, { contact: 'c_officer' });
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect((await previewMail(services(), clock.read())).messages.map(({ waits }) => waits)).toEqual(['held', 'held']);
    expect(await releaseMail(services(), all, '', OPS)).toEqual({ target: 'programme', changed: 1 });
    expect(await deliver()).toMatchObject({ sent: 2 });
    expect(await log()).toEqual([
      {
        actor: 'c_manager',
        action: 'mail-held',
        subject: register.programmeId,
        details: { target: 'programme', reason: 'wrong inventory' },
      },
      expect.objectContaining({ action: 'mail-released', actor: expect.stringMatching(/^ops:/) }),
    ]);
  });

  test('of one person, whatever the post, and of one case', async () => {
    const [one, two] = [await register.openCase('CAM-1'), await register.openCase('CAM-2')];
    await register.person('c_double', 'Owner@AG.example', 'head');
    await register.row(one, { contact: 'c_owner' });
    await register.row(one, { contact: 'c_double', kind: 'late' });
    await register.row(two, { contact: 'c_officer' });
    await register.row(one, { contact: 'c_manager' });
    await holdMail(services(), { of: 'contact', email: 'OWNER@ag.example' }, 'on leave', OPS);
    await holdMail(services(), { of: 'case', caseId: 'CAM-2' }, 'disputed', OPS);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(Object.keys(office.counts)).toEqual(['manager@programme.example']);
    const { holds } = await mailOverview(services(), { state: 'pending', to: null, caseId: null, limit: 10 });
    expect(holds.map(({ scope, subject, reason }) => [scope, subject, reason])).toEqual([
      ['contact', expect.stringMatching(/^c_(double|owner)$/), 'on leave'],
      ['case', two, 'disputed'],
    ]);
    await releaseMail(services(), { of: 'case', caseId: two }, '', OPS);
    await releaseMail(services(), { of: 'contact', email: PEOPLE.owner.email }, '', OPS);
    expect(await deliver()).toMatchObject({ sent: 2 });
  });

  test('of one message that has not left, and not of one that has', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    office.options = { recipient: () => [451, '4.7.1 later'] };
    await deliver();
    const [message] = await register.messages();
    const target: HoldTarget = { of: 'messages', messageIds: [`<${message!.messageId}>`] };
    await holdMail(services(), target, 'wait', OPS);
    office.options = {};
    clock.forward(60);
    expect(await deliver()).toMatchObject({ sent: 0 });
    await releaseMail(services(), target, '', OPS);
    expect(await deliver()).toMatchObject({ sent: 1 });
    await expect(holdMail(services(), target, 'too late', OPS)).rejects.toMatchObject({ code: 'not-waiting', exit: 1 });
  });

  test.each<[string, HoldTarget, string, string]>([
    ['without a reason', { of: 'programme' }, ' ', 'reason-needed'],
    ['of nobody', { of: 'contact', email: 'nobody@example.org' }, 'x', 'unknown-contact'],
    ['of no case', { of: 'case', caseId: 'k_none' }, 'x', 'unknown-case'],
    ['of no message', { of: 'messages', messageIds: ['none@example.org'] }, 'x', 'unknown-message'],
  ])('%s is refused', async (_, target, reason, code) => {
    await expect(holdMail(services(), target, reason, OPS)).rejects.toMatchObject({ code, exit: 2 });
    expect(await log()).toEqual([]);
  });
});

describe('sending a message again', () => {
  test('sends the same bytes under the same Message-ID, and logs who and why', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    await deliver();
    const { messageId } = (await register.messages())[0]!;
    // Even where everything that it speaks of has changed since.
    await register.pool.query(`UPDATE contacts SET name = 'Somebody Else' WHERE contact_id = 'c_owner'`);
    // Within the week: no Monday summary comes between.
    clock.forward(60 * 24 * 3);
    const answer = await resendMail(services(), `<${messageId}>`, 'deleted by mistake', MANAGER, clock.read());
    expect(answer).toEqual({ messageId, subject: 'You have 1 task, next due Friday 4 December' });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.received).toHaveLength(2);
    expect(office.received[1]!.raw.equals(office.received[0]!.raw)).toBe(true);
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect(await log()).toEqual([
      { actor: 'c_manager', action: 'mail-resent', subject: messageId, details: { reason: 'deleted by mistake' } },
    ]);
    await register.pool.query(`UPDATE contacts SET name = 'Name of c_owner' WHERE contact_id = 'c_owner'`);
  });

  test('is refused while it is being sent, to nobody, of nothing, and without a reason', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    await deliver();
    const { messageId } = (await register.messages())[0]!;
    const again = (id: string, reason: string) => resendMail(services(), id, reason, OPS, clock.read());
    await expect(again('none@example.org', 'x')).rejects.toMatchObject({ code: 'unknown-message', exit: 2 });
    await expect(again(messageId, '')).rejects.toMatchObject({ code: 'reason-needed', exit: 2 });
    await register.pool.query(`UPDATE contacts SET refused_at = now() WHERE contact_id = 'c_owner'`);
    await expect(again(messageId, 'x')).rejects.toMatchObject({ code: 'nobody-there', exit: 1 });
    await register.pool.query(`UPDATE contacts SET refused_at = NULL`);
    await register.pool.query(`UPDATE messages SET state = 'claimed', lease_until = $1`, ['2026-11-23T09:05:00Z']);
    await expect(again(messageId, 'x')).rejects.toMatchObject({ code: 'being-sent', exit: 1 });
  });
});

describe('what waits, and what became of it', () => {
  test('is listed by state, address and case; a message with its notices, what waits by address', async () => {
    const [one, two] = [await register.openCase('CAM-1'), await register.openCase('CAM-2')];
    for (const caseId of [one, two]) await register.row(caseId, { contact: 'c_owner' });
    await deliver();
    await register.row(two, { contact: 'c_officer' });
    await register.row(two, { contact: 'c_officer', stage: 'disconnect' });
    const list = async (filter: Partial<Parameters<typeof mailOverview>[1]>) =>
      (await mailOverview(services(), { state: null, to: null, caseId: null, limit: 50, ...filter })).mail.map(
        ({ state, to, subject, notices }) => [state, to, subject, notices],
      );
    const sent = ['sent', 'owner@ag.example', 'You have 2 tasks, next due Friday 4 December', 2];
    const waits = ['pending', 'officer@ag.example', null, 2];
    expect(await list({})).toEqual(expect.arrayContaining([sent, waits]));
    expect(await list({ state: 'sent' })).toEqual([sent]);
    expect(await list({ state: 'pending' })).toEqual([waits]);
    expect(await list({ to: 'OWNER@ag.example' })).toEqual([sent]);
    expect(await list({ caseId: 'CAM-1' })).toEqual([sent]);
    expect(await list({ caseId: two, limit: 1 })).toHaveLength(1);
    expect(await mailFigures(register.pool, clock.read())).toMatchObject({ pending: 2, retrying: 0, failed: 0 });
  });

  test('a preview shows what would leave, with the words that will, and changes nothing', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    await register.row(caseId, { contact: 'c_officer', notBefore: '2026-11-24T09:00:00.000Z' });
    const before = await register.states();
    const { messages, started } = await previewMail(services(), clock.read());
    expect(started).toBe(true);
    expect(messages.map(({ to, waits, notices }) => [to, waits, notices])).toEqual([
      ['owner@ag.example', 'due', 1],
      ['officer@ag.example', 'later', 1],
    ]);
    expect(await register.states()).toEqual(before);
    await deliver();
    expect(office.received[0]!.raw.toString()).toContain(`Subject: ${messages[0]!.subject}`);
  });
});
