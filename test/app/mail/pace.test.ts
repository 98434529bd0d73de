import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { mailOverview } from '../../../app/mail/list';
import { previewMail } from '../../../app/mail/preview';
import { resendMail } from '../../../app/mail/resend';
import { until } from '../../support/until';
import { MailRegister, STARTED, StoppedClock } from './a-register';
import { PostOffice } from './post-office';

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
const deliver = (url = office.url) => deliverMail(register.services(url), { clock: clock.read });
const at = (now: string) => {
  clock.set(now);
  return deliver();
};
const subjects = async () =>
  Promise.all(office.received.map(async ({ to, raw }) => `${to[0]}: ${(await PostalMime.parse(raw)).subject}`));
const late = (contact: string, writtenAt: string, more = {}) => ({
  contact,
  kind: 'late',
  due: '2026-11-20T17:00:00.000Z',
  writtenAt,
  ...more,
});

describe('urgent mail', () => {
  test('is gathered for a quarter of an hour after the first of it, then leaves as one message', async () => {
    for (const [asset, written] of [
      ['CAM-1', '2026-11-23T10:00:00Z'],
      ['CAM-2', '2026-11-23T10:09:00Z'],
    ] as const)
      await register.row(await register.openCase(asset), late('c_owner', written));
    expect(await at('2026-11-23T10:14:59.000Z')).toMatchObject({ sent: 0 });
    expect(await at('2026-11-23T10:15:00.000Z')).toMatchObject({ sent: 1 });
    expect(await subjects()).toEqual(['owner@ag.example: 2 tasks are 1 working day late']);
  });

  test('written in the evening leaves in the next working hours, worded for that morning', async () => {
    await register.row(await register.openCase('CAM-1'), late('c_owner', '2026-11-23T19:00:00Z'));
    expect(await at('2026-11-23T23:00:00.000Z')).toMatchObject({ sent: 0 });
    expect(await at('2026-11-24T08:14:00.000Z')).toMatchObject({ sent: 0 });
    expect(await at('2026-11-24T08:15:00.000Z')).toMatchObject({ sent: 1 });
    expect(await subjects()).toEqual(['owner@ag.example: 1 task is 2 working days late']);
  });

  test.each([
    ['their own nation', { nation: 'scotland' }, `SELECT 1`],
    ['the nation of their site', { site: 'S-1' }, `UPDATE sites SET nation = 'scotland' WHERE site_id = 'S-1'`],
    [
      'the nation of most of their department’s sites',
      {},
      `UPDATE sites SET nation = 'scotland' WHERE department_id = 'D-AG'`,
    ],
  ] as const)('is held by the bank holidays of %s', async (_, place, sql) => {
    await register.person('c_jean', 'jean@ag.example', 'task-owner', 'nation' in place ? place : {});
    if ('site' in place)
      await register.pool.query(`UPDATE contacts SET site_id = $1 WHERE contact_id = 'c_jean'`, [place.site]);
    await register.pool.query(sql);
    const caseId = await register.openCase('CAM-1');
    // St Andrew’s Day, a Monday.
    await register.row(caseId, late('c_jean', '2026-11-30T09:00:00Z'));
    await register.row(caseId, late('c_sro', '2026-11-30T09:00:00Z'));
    expect(await at('2026-11-30T12:00:00.000Z')).toMatchObject({ sent: 1 });
    expect(Object.keys(office.counts)).toEqual(['sro@programme.example']);
    expect(await at('2026-12-01T08:15:00.000Z')).toMatchObject({ sent: 1 });
    await register.pool.query(`UPDATE sites SET nation = 'england-and-wales'`);
  });
});

describe('everything else', () => {
  test('is one message a person on the next working morning, with the reminders of that morning in it', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner', writtenAt: '2026-11-20T14:00:00Z' });
    await register.row(await register.openCase('CAM-2'), {
      contact: 'c_owner',
      kind: 'reminder',
      due: '2026-11-26T17:00:00.000Z',
      writtenAt: '2026-11-23T08:00:03Z',
    });
    for (const now of ['2026-11-20T16:00:00Z', '2026-11-22T12:00:00Z', '2026-11-23T08:14:59Z'])
      expect(await at(now)).toMatchObject({ sent: 0 });
    expect(await at('2026-11-23T08:15:00.000Z')).toMatchObject({ sent: 1 });
    await register.row(await register.openCase('CAM-3'), { contact: 'c_owner', writtenAt: '2026-11-23T08:20:00Z' });
    expect(await at('2026-11-23T18:00:00.000Z')).toMatchObject({ sent: 0 });
    expect(await at('2026-11-24T08:15:00.000Z')).toMatchObject({ sent: 1 });
    expect(await subjects()).toEqual([
      'owner@ag.example: You have 2 tasks, next due Thursday 26 November',
      'owner@ag.example: You have 1 task, next due Friday 4 December',
    ]);
  });

  test('travels with an urgent message that leaves before, so that nothing follows the next morning', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner', writtenAt: '2026-11-23T09:30:00Z' });
    await register.row(await register.openCase('CAM-2'), late('c_owner', '2026-11-23T10:00:00Z'));
    expect(await at('2026-11-23T10:15:00.000Z')).toMatchObject({ sent: 1 });
    expect((await PostalMime.parse(office.received[0]!.raw)).text).toContain('CAM-1');
    expect(await at('2026-11-24T09:00:00.000Z')).toMatchObject({ sent: 0 });
  });
});

describe('the most messages a day', () => {
  test('are three: what is urgent beyond them waits for the next morning and is not lost', async () => {
    for (const hour of ['09', '10', '11', '12', '13', '14']) {
      await register.row(await register.openCase(`CAM-${hour}`), late('c_owner', `2026-11-23T${hour}:00:00Z`));
      await at(`2026-11-23T${hour}:15:00.000Z`);
    }
    expect(office.received).toHaveLength(3);
    const waiting = (
      await mailOverview(services(), { state: 'pending', to: null, caseId: null, limit: 9 }, clock.read())
    ).mail;
    expect(waiting.map(({ notices, leavesAt }) => [notices, leavesAt])).toEqual([[3, '2026-11-24T08:15:00.000Z']]);
    expect(await at('2026-11-24T08:15:00.000Z')).toMatchObject({ sent: 1 });
    expect(await subjects()).toContain('owner@ag.example: 3 tasks are 2 working days late');
    expect(new Set((await register.states()).map((line) => line.split(' ')[2]))).toEqual(new Set(['sent']));
  });

  test('count those that a person has in hand or gets again, and those that somebody else’s mail is to them', async () => {
    await register.pool.query(
      `UPDATE contacts SET deputy_email = 'owner@ag.example', away_from = '2026-11-23' WHERE contact_id = 'c_head'`,
    );
    for (const [index, contact] of ['c_owner', 'c_head', 'c_owner'].entries()) {
      await register.row(await register.openCase(`CAM-${index}`), late(contact, `2026-11-23T1${index}:00:00Z`));
      await at(`2026-11-23T1${index}:15:00.000Z`);
    }
    expect(office.counts).toEqual({ 'owner@ag.example': 3 });
    await register.row(await register.openCase('CAM-9'), late('c_head', '2026-11-23T14:00:00Z'));
    expect(await at('2026-11-23T15:00:00.000Z')).toMatchObject({ sent: 0 });
  });
});

describe('while somebody is away', () => {
  const away = (from: string | null, to: string | null) =>
    register.pool.query(
      `UPDATE contacts SET deputy_email = 'Al@AG.example', away_from = $1, away_to = $2 WHERE contact_id = 'c_owner'`,
      [from, to],
    );

  test('the deputy gets the mail, from the first day to the last, and is told for whom', async () => {
    await away('2026-11-24', '2026-11-25');
    const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'];
    for (const day of days) {
      await register.row(await register.openCase(`CAM-${day}`), late('c_owner', `${day}T10:00:00Z`));
      await at(`${day}T10:15:00.000Z`);
    }
    expect(office.received.map(({ to }) => to[0])).toEqual([
      'owner@ag.example',
      'Al@ag.example',
      'Al@ag.example',
      'owner@ag.example',
    ]);
    const mail = await PostalMime.parse(office.received[1]!.raw);
    expect(mail.text).toContain('This is for Name of c_owner, who is away until Wednesday 25 November: you stand in.');
    const { mail: listed } = await mailOverview(
      services(),
      { state: 'sent', to: null, caseId: null, limit: 9 },
      clock.read(),
    );
    expect(listed.map(({ to, deputyFor }) => [to, deputyFor]).sort()).toEqual([
      ['Al@AG.example', 'Name of c_owner'],
      ['Al@AG.example', 'Name of c_owner'],
      ['owner@ag.example', null],
      ['owner@ag.example', null],
    ]);
  });

  test('a deputy whose address is refused: the person gets it, the security officer is told, and both are on record', async () => {
    await away('2026-11-01', null);
    await register.row(await register.openCase('CAM-1'), late('c_owner', '2026-11-23T08:30:00Z'));
    office.options = { recipient: (to) => (to.startsWith('Al') ? [550, '5.1.1 no such user'] : null) };
    expect(await at('2026-11-23T09:00:00.000Z')).toMatchObject({ failed: 1 });
    expect(await at('2026-11-23T09:01:00.000Z')).toMatchObject({ sent: 1 });
    expect(await at('2026-11-23T09:16:00.000Z')).toMatchObject({ sent: 1 });
    expect(Object.keys(office.counts).sort()).toEqual(['officer@ag.example', 'owner@ag.example']);
    const told = await PostalMime.parse(office.received.find(({ to }) => to[0] === 'officer@ag.example')!.raw);
    expect(told.text).toContain('Deputy of Name of c_owner, task owner <Al@AG.example>');
    const { mail } = await mailOverview(services(), { state: null, to: null, caseId: null, limit: 9 }, clock.read());
    expect(mail.map(({ state, to, deputyFor }) => [state, to, deputyFor])).toEqual(
      expect.arrayContaining([
        ['sent', 'owner@ag.example', null],
        ['failed', 'Al@AG.example', 'Name of c_owner'],
      ]),
    );
    const refused = await register.pool.query(`SELECT contact_id FROM contacts WHERE refused_at IS NOT NULL`);
    expect(refused.rows).toEqual([]);
  });

  test('without a deputy the mail goes to the absent person', async () => {
    await register.pool.query(
      `UPDATE contacts SET away_from = '2026-11-01', away_to = '2026-12-01' WHERE contact_id = 'c_owner'`,
    );
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    await deliver();
    expect(office.counts).toEqual({ 'owner@ag.example': 1 });
  });
});

describe('what people are told of mail to come', () => {
  test('a preview says when each message leaves, in the words of that moment', async () => {
    clock.set('2026-11-23T16:00:00.000Z');
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, late('c_owner', '2026-11-23T15:55:00Z'));
    await register.row(caseId, {
      contact: 'c_head',
      kind: 'reminder',
      due: '2026-11-25T17:00:00.000Z',
      writtenAt: '2026-11-23T15:55:00Z',
    });
    const { messages } = await previewMail(services(), clock.read());
    expect(messages.map(({ to, waits, leavesAt, subject }) => [to, waits, leavesAt, subject])).toEqual([
      ['owner@ag.example', 'later', '2026-11-23T16:10:00.000Z', '1 task is 1 working day late'],
      [
        'head@ag.example',
        'later',
        '2026-11-24T08:15:00.000Z',
        'Your department has 1 task, next due Wednesday 25 November',
      ],
    ]);
    expect(messages[1]!.text).toContain('(tomorrow)');
    // And so it happens.
    await at('2026-11-23T16:10:00.000Z');
    await at('2026-11-24T08:15:00.000Z');
    expect(await subjects()).toEqual(messages.map(({ to, subject }) => `${to}: ${subject}`));
  });
});

describe('faults', () => {
  test('a mail server that is away for a day: nothing is lost, one message follows, worded for the new day', async () => {
    await register.row(
      await register.openCase('CAM-1'),
      late('c_owner', '2026-11-23T10:00:00Z', { due: '2026-11-23T17:00:00.000Z', kind: 'due-today' }),
    );
    await register.row(await register.openCase('CAM-2'), { contact: 'c_owner', writtenAt: '2026-11-23T11:00:00Z' });
    const { port, url } = office;
    await office.close();
    for (const now of ['2026-11-23T10:15:00Z', '2026-11-23T15:00:00Z', '2026-11-24T04:00:00Z']) {
      clock.set(now);
      expect(await deliver(url)).toMatchObject({ sent: 0 });
    }
    office = await PostOffice.open({ port });
    // Back at night: people are left to sleep.
    expect(await at('2026-11-24T05:00:00.000Z')).toMatchObject({ sent: 0, problem: null });
    expect(await at('2026-11-24T10:16:00.000Z')).toMatchObject({ sent: 1, problem: null });
    expect(await subjects()).toEqual(['owner@ag.example: 1 task is 1 working day late']);
    expect((await PostalMime.parse(office.received[0]!.raw)).text).toContain('CAM-2');
    expect(new Set((await register.states()).map((line) => line.split(' ')[2]))).toEqual(new Set(['sent']));
  });

  test('a message that was composed before the server went is tried again in working hours only, unless a person wants it at once', async () => {
    await register.row(await register.openCase('CAM-1'), late('c_owner', '2026-11-23T17:00:00Z'));
    office.options = { recipient: () => [451, '4.7.1 greylisted'] };
    expect(await at('2026-11-23T17:59:50.000Z')).toMatchObject({ postponed: 1 });
    office.options = {};
    expect(await at('2026-11-23T19:00:00.000Z')).toMatchObject({ sent: 0, postponed: 0 });
    expect(await at('2026-11-24T08:00:00.000Z')).toMatchObject({ sent: 1 });
    const [message] = await register.messages();
    clock.set('2026-11-24T22:00:00.000Z');
    await resendMail(services(), message!.messageId, 'lost', { as: null, typist: null }, clock.read());
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.received[1]!.raw.equals(office.received[0]!.raw)).toBe(true);
  });

  test('a clock that was a year ahead and is put right: what was written and tried meanwhile leaves within a working day, once', async () => {
    const caseId = await register.openCase('CAM-1');
    office.options = { recipient: (to) => (to.startsWith('head') ? [451, '4.7.1 later'] : null) };
    await register.row(caseId, late('c_head', '2027-11-23T10:00:00Z'));
    await at('2027-11-23T10:20:00.000Z');
    await register.row(caseId, { contact: 'c_owner', writtenAt: '2027-11-23T11:00:00Z' });
    await register.row(caseId, late('c_officer', '2027-11-23T20:00:00Z'));
    expect(await at('2027-11-23T20:01:00.000Z')).toMatchObject({ sent: 0 });
    office.options = {};
    for (const now of ['2026-11-23T09:00:00Z', '2026-11-23T09:16:00Z', '2026-11-24T08:15:00Z', '2026-11-24T12:00:00Z'])
      await at(now);
    expect(office.counts).toEqual({ 'officer@ag.example': 1, 'owner@ag.example': 1, 'head@ag.example': 1 });
    expect(new Set((await register.states()).map((line) => line.split(' ')[2]))).toEqual(new Set(['sent']));
  });

  test('a clock that is put back a day after a message left: nothing leaves again, and what is new still leaves', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, late('c_owner', '2026-11-24T10:00:00Z'));
    expect(await at('2026-11-24T10:15:00.000Z')).toMatchObject({ sent: 1 });
    expect(await at('2026-11-23T10:15:00.000Z')).toMatchObject({ sent: 0 });
    await register.row(caseId, late('c_owner', '2026-11-23T10:20:00Z', { stage: 'disconnect' }));
    expect(await at('2026-11-23T10:40:00.000Z')).toMatchObject({ sent: 1 });
    expect(await at('2026-11-24T10:15:00.000Z')).toMatchObject({ sent: 0 });
    expect(office.counts).toEqual({ 'owner@ag.example': 2 });
  });
});

test('a run reads none of 100,000 notices that are not due', async () => {
  const people = await register.people(100);
  const caseId = await register.openCase('CAM-1');
  await register.pool.query(
    `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, created_at, not_before)
     SELECT n || '/' || c, $1, $2, c, 'task', 'assess', '2026-12-04T17:00:00Z', '2026-11-23T10:00:00Z', '2026-11-24T08:15:00Z'
     FROM generate_series(1, 1000) n, unnest($3::text[]) c`,
    [register.programmeId, caseId, people],
  );
  await register.pool.query('ANALYZE outbox');
  const read = async (): Promise<number> => {
    const { rows } = await register.pool.query<{ n: string }>(
      `SELECT seq_tup_read + idx_tup_fetch AS n FROM pg_stat_user_tables WHERE relname = 'outbox'`,
    );
    return Number(rows[0]!.n);
  };
  // Counted by the server, a while after: until two look the same.
  const settled = async (): Promise<number> => {
    let [before, now] = [-1, 0];
    await until(async () => {
      [before, now] = [now, await read()];
      await register.pool.query(`SELECT pg_stat_force_next_flush()`);
      return before === now;
    });
    return now;
  };
  const before = await settled();
  clock.set('2026-11-23T12:00:00.000Z');
  for (let run = 0; run < 5; run += 1) expect(await deliver()).toMatchObject({ sent: 0 });
  expect((await settled()) - before).toBeLessThan(1_000);
}, 120_000);
