import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { lockWaitingRows } from '../../../register/outbox';
import { MailRegister, STARTED, StoppedClock, WRITTEN } from './a-register';
import { PostOffice, type PostOfficeOptions } from './post-office';

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

const deliver = (url = office.url) => deliverMail(register.services(url), { clock: clock.read });
const refuse = (options: PostOfficeOptions): void => {
  office.options = { ...office.options, ...options };
};
const parse = (index: number) => PostalMime.parse(office.received[index]!.raw);

describe('a delivery run', () => {
  test('sends one message to each person, however many devices it is about, and marks all of it as sent', async () => {
    for (const asset of ['CAM-1', 'CAM-2', 'CAM-3']) {
      const caseId = await register.openCase(asset);
      await register.row(caseId, { contact: 'c_owner' });
      await register.row(caseId, { contact: 'c_officer', kind: 'late', due: '2026-11-22T17:00:00.000Z' });
    }
    expect(await deliver()).toEqual({ sent: 2, postponed: 0, failed: 0, problem: null });
    expect(office.counts).toEqual({ 'owner@ag.example': 1, 'officer@ag.example': 1 });
    const mail = await parse(office.received.findIndex(({ to }) => to.includes('owner@ag.example')));
    expect(mail.subject).toBe('You have 3 tasks, next due Friday 4 December');
    for (const asset of ['CAM-1', 'CAM-2', 'CAM-3']) expect(mail.text).toContain(asset);
    expect(new Set(await register.states())).toEqual(new Set(['c_owner task sent', 'c_officer late sent']));
    expect((await register.messages()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0, problem: null });
    expect(office.received).toHaveLength(2);
  });

  test('sends a person with two posts one message, which says each task once', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.person('c_double', 'OWNER@ag.example', 'security-officer');
    await register.row(caseId, { contact: 'c_owner', kind: 'late', due: '2026-11-21T17:00:00.000Z' });
    await register.row(caseId, { contact: 'c_double', kind: 'late', due: '2026-11-21T17:00:00.000Z' });
    expect(await deliver()).toMatchObject({ sent: 1 });
    const mail = await parse(0);
    expect(mail.subject).toBe('1 task is 1 working day late');
    expect(mail.text!.match(/CAM-1/g)).toHaveLength(1);
    expect(mail.text).toContain('recorded as task owner and departmental security officer');
  });

  test('says who else was told, by post, and names no site or make; the subject names no device either', async () => {
    const caseId = await register.openCase('MOD-CAM-9');
    for (const contact of ['c_owner', 'c_officer', 'c_head'])
      await register.row(caseId, { contact, kind: 'late', due: '2026-11-20T17:00:00.000Z' });
    await deliver();
    const mail = await parse(office.received.findIndex(({ to }) => to.includes('owner@ag.example')));
    expect(mail.text).toContain('Also told: the departmental security officer and the head of department.');
    const everything = office.received.map(({ raw }) => raw.toString()).join('\n');
    for (const secret of ['Hikvision', 'Building S-1']) expect(everything).not.toContain(secret);
    expect(mail.subject).not.toContain('MOD-CAM-9');
  });

  test('sends nothing before programme start, nor while mail is held', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    await register.pool.query(`UPDATE programmes SET started_at = NULL`);
    expect(await deliver()).toMatchObject({ sent: 0, problem: null });
    await register.pool.query(`UPDATE programmes SET started_at = $1, mail_held = true`, [STARTED]);
    expect(await deliver()).toMatchObject({ sent: 0, problem: null });
    expect(await register.messages()).toEqual([]);
    await register.pool.query(`UPDATE programmes SET mail_held = false`);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  test('leaves what is not due yet, what is held by person or case, and what was superseded', async () => {
    const [one, two] = [await register.openCase('CAM-1'), await register.openCase('CAM-2')];
    await register.row(one, { contact: 'c_owner', notBefore: '2026-11-23T09:00:01.000Z' });
    await register.row(one, { contact: 'c_officer' });
    await register.row(two, { contact: 'c_head' });
    const old = await register.row(two, { contact: 'c_sro' });
    await register.pool.query(`UPDATE outbox SET state = 'superseded' WHERE key = $1`, [old]);
    await register.pool.query(
      `INSERT INTO mail_holds (scope, subject, reason, held_by) VALUES ('contact', 'c_officer', 'x', 'ops:x'), ('case', $1, 'x', 'ops:x')`,
      [two],
    );
    expect(await deliver()).toMatchObject({ sent: 0 });
    clock.forward(1);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.counts).toEqual({ 'owner@ag.example': 1 });
    await register.pool.query(`DELETE FROM mail_holds`);
    expect(await deliver()).toMatchObject({ sent: 2 });
    expect(office.counts).not.toHaveProperty(['sro@programme.example']);
  });

  test('hands what is meant for somebody who has left to the next person, once', async () => {
    await register.pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = 'c_owner'`);
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.counts).toEqual({ 'officer@ag.example': 1 });
    expect((await parse(0)).subject).toBe('You have 1 task, next due Friday 4 December');
    expect(await register.states()).toEqual(['c_owner task superseded', 'c_officer task sent']);
  });

  test('keeps what nobody can be given', async () => {
    await register.pool.query(`UPDATE contacts SET left_at = now()`);
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0, problem: null });
    expect(await register.states()).toEqual(['c_owner task pending']);
  });

  test('300 people with many tasks each: 300 messages, over no more connections than set', async () => {
    const people = await register.people(300);
    const cases = await Promise.all(Array.from({ length: 20 }, (_, index) => register.openCase(`CAM-${index}`)));
    await register.pool.query(
      `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, created_at)
       SELECT c || '/assess/task/1/' || n, $1, c, n, 'task', 'assess', '2026-12-04T17:00:00Z', $4
       FROM unnest($2::text[]) n, unnest($3::text[]) c`,
      [register.programmeId, people, cases, WRITTEN],
    );
    expect(await deliver(`${office.url}&connections=4`)).toMatchObject({ sent: 300, postponed: 0, failed: 0 });
    expect(office.received).toHaveLength(300);
    expect(Object.values(office.counts).every((count) => count === 1)).toBe(true);
    expect(office.most).toBeLessThanOrEqual(5);
    const ids = await Promise.all(office.received.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId));
    expect(new Set(ids).size).toBe(300);
    expect((await parse(7)).subject).toBe('You have 20 tasks, next due Friday 4 December');
  });

  test('two runs at once share the work: nobody gets anything twice', async () => {
    const caseIds = await Promise.all(['CAM-1', 'CAM-2'].map((asset) => register.openCase(asset)));
    for (const contact of await register.people(60))
      for (const caseId of caseIds) await register.row(caseId, { contact });
    const reports = await Promise.all([deliver(), deliver(), deliver()]);
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(60);
    expect(Object.values(office.counts)).toEqual(Array(60).fill(1));
  });

  test('an address that one run has in hand is left alone by the others, what has come for it since included', async () => {
    const due = { programmeId: register.programmeId, address: 'owner@ag.example', deputy: null };
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    const first = await register.pool.connect();
    try {
      await first.query('BEGIN');
      expect(await lockWaitingRows(first, due, 'infinity', '2026-11-23')).toHaveLength(1);
      await register.row(await register.openCase('CAM-2'), { contact: 'c_owner' });
      expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0, problem: null });
    } finally {
      await first.query('ROLLBACK');
      first.release();
    }
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect((await parse(0)).subject).toBe('You have 2 tasks, next due Friday 4 December');
  });
});

describe('a server that is away', () => {
  test('costs one try a run; what waits can still be superseded, and leaves once it is back', async () => {
    const caseId = await register.openCase('CAM-1');
    const old = await register.row(caseId, { contact: 'c_owner' });
    await register.row(caseId, { contact: 'c_owner', stage: 'disconnect' });
    const { port, url } = office;
    await office.close();
    const away = await deliver(url);
    expect(away).toMatchObject({ sent: 0, failed: 0 });
    expect(away.problem).toMatch(/ECONNREFUSED/);
    expect(await register.messages()).toEqual([]);
    await register.pool.query(`UPDATE outbox SET state = 'superseded' WHERE key = $1`, [old]);
    office = await PostOffice.open({ port });
    expect(await deliver(url)).toMatchObject({ sent: 1, problem: null });
    expect((await parse(0)).text).toContain('Take it off the core network');
    expect((await parse(0)).text).not.toContain('Confirm what it is');
  });

  test('a server that says 421 in the middle stops the run; the message goes later, the same bytes', async () => {
    for (const [index, contact] of ['c_owner', 'c_officer', 'c_head', 'c_manager'].entries())
      await register.row(await register.openCase(`CAM-${index}`), { contact });
    refuse({ message: () => [421, '4.3.2 shutting down'] });
    const report = await deliver(`${office.url}&connections=1`);
    expect(report).toMatchObject({ sent: 0, postponed: 1, failed: 0 });
    expect(report.problem).toContain('421');
    expect(office.received).toHaveLength(1);
    expect(await deliver(`${office.url}&connections=1`)).toMatchObject({ postponed: 1 });
    refuse({ message: () => null });
    clock.forward(5);
    expect(await deliver()).toMatchObject({ sent: 4, problem: null });
    const first = office.received.filter(({ to }) => to[0] === office.received[0]!.to[0]);
    expect(first.length).toBeGreaterThan(1);
    expect(new Set(first.map(({ raw }) => raw.toString())).size).toBe(1);
  });

  test('ten failures in a row are the server’s: the rest of the people are left in peace', async () => {
    const caseId = await register.openCase('CAM-1');
    for (const contact of await register.people(40)) await register.row(caseId, { contact });
    refuse({ recipient: () => [451, '4.7.1 try later'] });
    const report = await deliver(`${office.url}&connections=1`);
    expect(report).toMatchObject({ sent: 0, postponed: 10, problem: expect.stringContaining('451') });
    expect(office.asked).toBe(10);
  });

  test('a password that is refused is the server’s trouble, not the recipient’s', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    const strict = await PostOffice.open({ passwords: 'refused' });
    const report = await deliver(strict.url.replace('://', '://user:wrong@'));
    await strict.close();
    expect(report).toMatchObject({ sent: 0, failed: 0, problem: expect.stringContaining('535') });
    expect(await register.states()).toEqual(['c_owner task pending']);
  });

  test('where TLS is required, nothing leaves without it, nor under a certificate that nobody trusts', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    expect((await deliver(`${office.url}&tls=required`)).problem).not.toBeNull();
    const tls = await PostOffice.open({ starttls: 'offered' });
    for (const choice of ['required', 'if-offered'])
      expect((await deliver(`${tls.url}&tls=${choice}`)).problem).toMatch(/certificate|self.signed/i);
    expect([...office.received, ...tls.received]).toEqual([]);
    expect(await deliver(`${tls.url}&tls=off`)).toMatchObject({ sent: 1 });
    await tls.close();
  });
});

describe('one recipient’s trouble', () => {
  test('greylisting delays that message only; it goes later, the same bytes', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    await register.row(caseId, { contact: 'c_officer' });
    refuse({ recipient: (to) => (to.startsWith('owner') ? [451, '4.7.1 Greylisted, try again in 5 minutes'] : null) });
    expect(await deliver()).toEqual({ sent: 1, postponed: 1, failed: 0, problem: null });
    expect(await deliver()).toMatchObject({ sent: 0, postponed: 0 });
    const [waiting] = (await register.messages()).filter(({ state }) => state === 'claimed');
    expect(waiting).toMatchObject({ attempts: 1, lastError: expect.stringContaining('Greylisted') });
    refuse({ recipient: () => null });
    clock.forward(1);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect((await parse(1)).messageId).toBe(`<${waiting!.messageId}>`);
  });

  test('a dead address is never tried again: the tasks go to the next person and the security officer is told', async () => {
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_owner' });
    refuse({ recipient: (to) => (to.startsWith('owner') ? [550, `5.1.1 <${to}> no such user`] : null) });
    expect(await deliver()).toMatchObject({ sent: 0, failed: 1 });
    const contact = await register.pool.query(
      `SELECT refused_at IS NOT NULL AS refused, refused_reason FROM contacts WHERE contact_id = 'c_owner'`,
    );
    expect(contact.rows).toEqual([{ refused: true, refused_reason: expect.stringContaining('no such user') }]);
    expect(contact.rows[0].refused_reason).not.toContain('owner@');
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await register.states()).toEqual([
      'c_owner task failed',
      'c_officer task sent',
      'c_officer dead-address sent',
    ]);
    const mail = await parse(0);
    expect(mail.to).toEqual([{ address: 'officer@ag.example', name: 'Name of c_officer' }]);
    expect(mail.subject).toBe('You have 1 task, next due Friday 4 December');
    expect(mail.text).toContain('Name of c_owner, task owner <owner@ag.example>');
    clock.forward(60 * 24);
    const again = await register.openCase('CAM-2');
    await register.row(again, { contact: 'c_owner' });
    await deliver();
    expect(office.counts).toEqual({ 'officer@ag.example': 2 });
  });

  test('where the dead address is the security officer’s, the programme manager is told', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_officer', kind: 'agreement' });
    refuse({ recipient: (to) => (to.startsWith('officer') ? [551, 'user has moved away'] : null) });
    await deliver();
    // What is told of the address is gathered like anything urgent.
    clock.forward(15);
    await deliver();
    expect(await register.states()).toEqual([
      'c_officer agreement failed',
      'c_head agreement sent',
      'c_manager dead-address sent',
    ]);
  });

  test('an address that is no address is dead before any server is asked, and no second person is slipped in', async () => {
    await register.person('c_odd', 'a@ag.example, thief@elsewhere.example', 'head');
    const caseId = await register.openCase('CAM-1');
    await register.row(caseId, { contact: 'c_odd' });
    await deliver();
    clock.forward(15);
    await deliver();
    expect(office.counts).not.toHaveProperty(['thief@elsewhere.example']);
    expect(office.counts).not.toHaveProperty(['a@ag.example']);
    expect(office.counts).toHaveProperty(['officer@ag.example'], 1);
  });

  test('who has a new address by the time the old one is refused gets the tasks there', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    refuse({ recipient: () => [451, '4.2.2 later'] });
    await deliver();
    await register.pool.query(`UPDATE contacts SET email = 'new@ag.example' WHERE contact_id = 'c_owner'`);
    refuse({ recipient: () => null });
    clock.forward(10);
    await deliver();
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(office.counts).toEqual({ 'new@ag.example': 1 });
    await register.pool.query(`UPDATE contacts SET email = 'owner@ag.example' WHERE contact_id = 'c_owner'`);
  });

  test('where nobody else can be told, the tasks wait until the address is put right, and then leave', async () => {
    await register.pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id <> 'c_owner'`);
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    refuse({ recipient: () => [550, '5.1.1 no such user'] });
    expect(await deliver()).toMatchObject({ failed: 1 });
    expect(await deliver()).toMatchObject({ sent: 0, failed: 0 });
    expect(await register.states()).toEqual(['c_owner task pending']);
    refuse({ recipient: () => null });
    await register.pool.query(`UPDATE contacts SET refused_at = NULL WHERE contact_id = 'c_owner'`);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await register.states()).toEqual(['c_owner task sent']);
    expect((await register.messages()).map(({ state }) => state)).toEqual(['sent']);
  });

  test('an error of ours over one person keeps nobody else from their mail, and is not hushed up', async () => {
    const caseId = await register.openCase('CAM-1');
    for (const contact of ['c_owner', 'c_officer', 'c_head']) await register.row(caseId, { contact });
    await register.pool.query(`
      CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.address LIKE 'owner%' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse_one BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse_one()`);
    await expect(deliver()).rejects.toThrow('broken');
    expect(Object.keys(office.counts).sort()).toEqual(['head@ag.example', 'officer@ag.example']);
    await register.pool.query(`DROP FUNCTION refuse_one CASCADE`);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  test('a message that is refused while the address stands is tried four times more, then the programme manager is told', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    refuse({ message: ({ to }) => (to[0] === 'owner@ag.example' ? [554, '5.7.1 message looks like spam'] : null) });
    const ends: number[] = [];
    // Each wait is over by the next day, and tries are made in working hours only.
    for (const day of ['23', '24', '25', '26', '27']) {
      clock.set(`2026-11-${day}T10:00:00.000Z`);
      ends.push((await deliver()).failed);
    }
    expect(ends).toEqual([0, 0, 0, 0, 1]);
    expect(office.counts).toEqual({ 'owner@ag.example': 5 });
    clock.forward(15);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await register.states()).toEqual(['c_owner task failed', 'c_manager mail-refused sent']);
    const mail = await parse(5);
    expect(mail.subject).toBe('Mail to 1 person cannot be delivered');
    expect(mail.text).toContain('message looks like spam');
    const refused = await register.pool.query(`SELECT count(*)::int AS n FROM contacts WHERE refused_at IS NOT NULL`);
    expect(refused.rows).toEqual([{ n: 0 }]);
  });

  test('where nobody’s mail is taken, it ends: mail about refused mail is told to nobody', async () => {
    await register.row(await register.openCase('CAM-1'), { contact: 'c_owner' });
    refuse({ message: () => [554, '5.7.1 no'] });
    for (let run = 0; run < 40; run += 1) {
      await deliver();
      clock.forward(400);
    }
    const states = await register.states();
    expect(states).toEqual(['c_owner task failed', 'c_manager mail-refused failed']);
  });
});
