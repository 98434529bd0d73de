import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import ICAL from 'ical.js';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { reconcileInvitations } from '../../../app/mail/invitations';
import { STAGES, type WorkStage } from '../../../domain/vocabulary';
import { changedSites, dueTasks } from '../../../register/calendar-entries';
import { inTransaction } from '../../../register/transaction';
import { DUE, MailRegister, STARTED, StoppedClock } from './a-register';
import { PostOffice } from './post-office';

let register: MailRegister;
let office: PostOffice;
let clock: StoppedClock;

beforeAll(async () => {
  register = await MailRegister.start();
});
afterAll(() => register.stop());
beforeEach(async () => {
  office = await PostOffice.open();
  clock = new StoppedClock(STARTED);
});
afterEach(async () => {
  await office.close();
  await register.pool.query(`TRUNCATE calendar_entries, calendar_entry_cases, calendar_changes`);
  await register.clear();
});

const LATER = '2027-01-08T17:00:00.000Z';
const deliver = () => deliverMail(register.services(office.url), { clock: clock.read, pace: 'ignored' });
const sql = (text: string, values: unknown[] = []) => register.pool.query(text, values);

/** A case whose turn it is for one stage, as `record` leaves it. */
async function task(assetId: string, stage: WorkStage = 'disconnect', due = DUE): Promise<string> {
  const caseId = await register.openCase(assetId);
  const turn = STAGES.indexOf(stage);
  for (const [index, name] of STAGES.entries()) {
    await sql(
      `INSERT INTO case_milestones (case_id, stage, baseline, due, actual, skipped) VALUES ($1, $2, $3, $3, $4, $5)`,
      [
        caseId,
        name,
        index < turn || index === turn ? due : LATER,
        index < turn ? STARTED : null,
        name === 'schedule' && stage === 'disconnect',
      ],
    );
  }
  await change(caseId, `plan_number = 1, stage = '${stage}'`);
  return caseId;
}
/** What `record` writes besides milestones. */
async function change(caseId: string, set = 'plan_number = plan_number'): Promise<void> {
  await sql(`UPDATE cases SET ${set}, revision = revision + 1, updated_at = now() WHERE case_id = $1`, [caseId]);
}
async function move(caseId: string, stage: WorkStage, due: string): Promise<void> {
  await sql(`UPDATE case_milestones SET due = $3 WHERE case_id = $1 AND stage = $2`, [caseId, stage, due]);
  await change(caseId);
}

interface Shown {
  readonly to: string;
  readonly subject: string;
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly start: string;
  readonly end: string;
  readonly summary: string;
  readonly description: string;
}

/** The invitations received since the last look, by an independent parser each. */
async function invitations(from = 0): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const { raw } of office.received.slice(from)) {
    const mail = await PostalMime.parse(raw);
    const part = mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar');
    if (part === undefined) continue;
    const [, encoded = ''] = /^Content-Type: text\/calendar;[^]*?\r\n\r\n([^]*?)\r\n--/m.exec(raw.toString())!;
    const content = Buffer.from(encoded, 'base64').toString();
    expect(content.split('\r\n').every((line) => !line.includes('\n') && Buffer.byteLength(line) <= 75)).toBe(true);
    const calendar = new ICAL.Component(ICAL.parse(content) as unknown[]);
    const events = calendar.getAllSubcomponents('vevent');
    expect(events).toHaveLength(1);
    const event = new ICAL.Event(events[0]);
    const method = String(calendar.getFirstPropertyValue('method'));
    expect(raw.toString()).toMatch(
      new RegExp(`Content-Type: text/calendar; charset=UTF-8;\\s+method=${method}\r\n`, 'i'),
    );
    expect(part.method).toBe(method);
    expect(events[0]!.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
    expect(events[0]!.getFirstPropertyValue('organizer')).toBe('mailto:clearsite@programme.example');
    expect(events[0]!.getFirstProperty('attendee')!.getFirstValue()).toBe(`mailto:${mail.to![0]!.address}`);
    expect(events[0]!.getFirstProperty('attendee')!.getFirstParameter('rsvp')).toBe('FALSE');
    shown.push({
      to: mail.to![0]!.address!,
      subject: mail.subject!,
      method,
      uid: event.uid,
      sequence: event.sequence,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      summary: event.summary,
      description: event.description,
    });
  }
  return shown;
}

describe('calendar entries', () => {
  test('a person has one for all devices of a site, stage and date; it moves and goes with them', async () => {
    const ids = [await task('CAM-1'), await task('CAM-2'), await task('CAM-3')];
    expect(await deliver()).toMatchObject({ sent: 1 });
    const [first, ...others] = await invitations();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      to: 'owner@ag.example',
      subject: 'For your calendar: 3 tasks due Friday 4 December: Take it off the core network',
      method: 'REQUEST',
      sequence: 0,
      start: '2026-12-04T16:30:00.000Z',
      end: DUE,
      summary: '3 tasks due: Take it off the core network',
    });
    for (const asset of ['CAM-1', 'CAM-2', 'CAM-3']) expect(first!.description).toContain(asset);
    expect(await deliver()).toMatchObject({ sent: 0 });

    for (const id of ids) await move(id, 'disconnect', LATER);
    await deliver();
    const [moved] = await invitations(1);
    expect(moved).toMatchObject({ uid: first!.uid, method: 'REQUEST', sequence: 1, end: LATER });
    expect(moved!.subject).toBe('New date: 3 tasks now due Friday 8 January 2027: Take it off the core network');

    await change(ids[0]!, `status = 'closed'`);
    await change(ids[1]!, `status = 'closed'`);
    expect(await deliver()).toMatchObject({ sent: 0 });
    await change(ids[2]!, `status = 'closed'`);
    await deliver();
    expect(await invitations(2)).toMatchObject([{ uid: first!.uid, method: 'CANCEL', sequence: 2, end: LATER }]);
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect(office.received).toHaveLength(3);
  });

  test('name neither site nor make, nor who the people are', async () => {
    await task('CAM-1');
    await deliver();
    const [{ description, summary, subject }] = (await invitations()) as [Shown];
    const mail = await PostalMime.parse(office.received[0]!.raw);
    for (const text of [description, summary, subject, mail.text!, mail.html!])
      for (const secret of ['Hikvision', 'Building', 'S-1', 'Agriculture', '@']) expect(text).not.toContain(secret);
  });

  test('several of one person are several messages, beside the one that says the rest', async () => {
    const one = await task('CAM-1');
    await task('CAM-2', 'remove');
    await register.row(one, { contact: 'c_owner', stage: 'disconnect' });
    expect(await deliver()).toMatchObject({ sent: 3 });
    expect((await invitations()).map(({ summary }) => summary).sort()).toEqual([
      '1 task due: Remove it',
      '1 task due: Take it off the core network',
    ]);
    const subjects = await Promise.all(office.received.map(async ({ raw }) => (await PostalMime.parse(raw)).subject));
    expect(subjects).toContain('You have 1 task, next due Friday 4 December');
  });

  test('go to whoever does the stage: the security officer checks', async () => {
    await task('CAM-1', 'verify');
    await deliver();
    expect((await invitations()).map(({ to }) => to)).toEqual(['officer@ag.example']);
  });

  test('a task that goes to another person leaves the first one’s calendar and comes into the other’s', async () => {
    await register.person('c_other', 'other@ag.example');
    await sql(`UPDATE contacts SET site_id = 'S-2' WHERE contact_id = 'c_other'`);
    const id = await task('CAM-1');
    await deliver();
    await change(id, `owner_contact_id = 'c_other'`);
    await deliver();
    expect((await invitations(1)).map(({ to, method, sequence }) => [to, method, sequence]).sort()).toEqual([
      ['other@ag.example', 'REQUEST', 0],
      ['owner@ag.example', 'CANCEL', 1],
    ]);
  });

  test('a device that moves to another site takes its entry out of the old one', async () => {
    const id = await task('CAM-1');
    await deliver();
    await change(id, `site_id = 'S-3', department_id = 'D-HS'`);
    await deliver();
    expect((await invitations(1)).map(({ to, method }) => [to, method]).sort()).toEqual([
      ['owner@ag.example', 'CANCEL'],
      ['owner@hs.example', 'REQUEST'],
    ]);
  });

  test('of what waits only the newest version is sent; what was never sent is never taken back', async () => {
    const id = await task('CAM-1');
    await reconcileInvitations(register.pool, clock.read());
    await move(id, 'disconnect', LATER);
    await deliver();
    expect(await invitations()).toMatchObject([{ method: 'REQUEST', sequence: 1, end: LATER }]);
    expect((await invitations())[0]!.subject).toMatch(/^For your calendar/);

    const other = await task('CAM-2', 'remove');
    await reconcileInvitations(register.pool, clock.read());
    await change(other, `status = 'closed'`);
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect(await register.states()).toEqual([
      'c_owner calendar superseded',
      'c_owner calendar sent',
      'c_owner calendar superseded',
    ]);
  });

  test('somebody who has left is not written to; the next person gets an entry of their own', async () => {
    await task('CAM-1');
    await deliver();
    await sql(`UPDATE contacts SET left_at = now() WHERE contact_id = 'c_owner'`);
    await deliver();
    expect((await invitations(1)).map(({ to, method, sequence }) => [to, method, sequence])).toEqual([
      ['officer@ag.example', 'REQUEST', 0],
    ]);
    const { rows } = await sql(`SELECT state, count(*)::int AS n FROM calendar_entries GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { state: 'cancelled', n: 1 },
      { state: 'live', n: 1 },
    ]);
  });

  test('a dead address hands the entry to the next person, and gets it again once it has been put right', async () => {
    office.options = { recipient: (address) => (address === 'owner@ag.example' ? [550, '5.1.1 no such user'] : null) };
    await task('CAM-1');
    await deliver();
    await deliver();
    expect((await invitations()).map(({ to, method }) => [to, method])).toEqual([['officer@ag.example', 'REQUEST']]);
    office.options = {};
    await sql(`UPDATE contacts SET refused_at = NULL WHERE contact_id = 'c_owner'`);
    await deliver();
    expect(
      (await invitations())
        .slice(1)
        .map(({ to, method }) => [to, method])
        .sort(),
    ).toEqual([
      ['officer@ag.example', 'CANCEL'],
      ['owner@ag.example', 'REQUEST'],
    ]);
  });

  test('two posts of one address are one person', async () => {
    await register.person('c_again', 'OWNER@ag.example', 'security-officer');
    await task('CAM-1');
    await change(await task('CAM-2'), `owner_contact_id = 'c_again'`);
    await deliver();
    expect((await invitations()).map(({ summary }) => summary)).toEqual(['2 tasks due: Take it off the core network']);
    await sql(`UPDATE contacts SET left_at = now() WHERE contact_id = 'c_again'`);
    expect(await deliver()).toMatchObject({ sent: 0 });
  });

  test('before a clock runs, and for a date that has passed, there is none', async () => {
    const id = await task('CAM-1', 'disconnect', '2026-11-20T17:00:00.000Z');
    await change(await task('CAM-2'), 'plan_number = 0');
    await sql(`UPDATE cases SET plan_number = 0 WHERE case_id = 'k_cam-2'`);
    expect(await deliver()).toMatchObject({ sent: 0 });
    await move(id, 'disconnect', LATER);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  test('a run that is killed before it has written loses nothing, and one that comes again doubles nothing', async () => {
    await task('CAM-1');
    const lost = inTransaction(register.pool, async (client) => {
      await client.query(`DELETE FROM calendar_changes`);
      throw new Error('killed');
    });
    await expect(lost).rejects.toThrow('killed');
    await Promise.all([1, 2, 3].map(() => reconcileInvitations(register.pool, clock.read())));
    await reconcileInvitations(register.pool, clock.read());
    expect(await register.states()).toEqual(['c_owner calendar pending']);
    expect(await changedSites(register.pool)).toEqual([]);
  });

  test('the same letter has the same Message-ID whoever composes it', async () => {
    await task('CAM-1');
    let refusals = 1;
    office.options = { message: () => (refusals-- > 0 ? [451, '4.3.0 try later'] : null) };
    await deliver();
    clock.forward(60);
    await deliver();
    expect(office.received).toHaveLength(2);
    expect(office.received[0]!.raw.equals(office.received[1]!.raw)).toBe(true);
  });
});

describe('the tasks whose turn it is, read in SQL', () => {
  test.each([
    [[], ['assess']],
    [['assess'], ['disconnect', 'schedule']],
    [['assess', 'schedule'], ['disconnect']],
    [['assess', 'disconnect'], ['schedule']],
    [['assess', 'disconnect', 'schedule'], ['remove']],
    [['assess', 'disconnect', 'schedule', 'remove'], ['verify']],
    [[...STAGES], []],
  ])('with %p settled it is the turn of %p', async (settled, current) => {
    const id = await task('CAM-1', 'assess');
    await sql(
      `UPDATE case_milestones SET skipped = stage = ANY($2) AND stage = 'disconnect',
      actual = CASE WHEN stage = ANY($2) AND stage <> 'disconnect' THEN now() END WHERE case_id = $1`,
      [id, settled],
    );
    const found = await inTransaction(register.pool, (client) => dueTasks(client, 'S-1'));
    expect(found.map(({ stage }) => stage).sort()).toEqual(current);
  });
});
