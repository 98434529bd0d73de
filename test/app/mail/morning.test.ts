import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { addressOf, assetOf, MORNING, seedMorning, subjectFor, tasksOf } from '../../../bench/support/morning';
import { MailRegister } from './a-register';
import { PostOffice } from './post-office';

const CASES = 10_000;
const PEOPLE = 300;

let register: MailRegister;
let office: PostOffice;

beforeAll(async () => {
  register = await MailRegister.start();
  office = await PostOffice.open();
  await seedMorning(register.pool, CASES, PEOPLE, { programmeId: register.programmeId, departmentId: 'D-HS' });
}, 120_000);
afterAll(async () => {
  await office.close();
  await register.stop();
});

describe('a morning on which 10,000 cases want 300 people to be written to', () => {
  test('is 300 messages: each person one, with each task of theirs once and the figures exact; then nothing is left', async () => {
    const deliver = () => deliverMail(register.services(office.url), { clock: () => MORNING });
    expect(await deliver()).toEqual({ sent: PEOPLE, postponed: 0, failed: 0, problem: null });
    expect(office.received).toHaveLength(PEOPLE);
    const byAddress = new Map(office.received.map(({ to, raw }) => [to[0], raw]));
    let told = 0;
    for (let person = 0; person < PEOPLE; person += 1) {
      const tasks = tasksOf(person, CASES, PEOPLE);
      const sorts = [0, 1, 2].map((sort) => tasks.filter((index) => Math.floor(index / PEOPLE) % 3 === sort));
      const mail = await PostalMime.parse(byAddress.get(addressOf(person))!);
      expect(mail.subject).toBe(subjectFor(sorts[0]!.length));
      const parts = mail.text!.split(/^(?:LATE|DUE TODAY|DUE WITHIN 5 WORKING DAYS)$/m).slice(1);
      expect(parts.map((part) => part.match(/CAM-\d{6}/g)!.sort())).toEqual(sorts.map((sort) => sort.map(assetOf)));
      expect(parts.map((part) => /\((\d+) tasks?\)/.exec(part)![1])).toEqual(sorts.map(({ length }) => String(length)));
      told += mail.text!.match(/CAM-\d{6}/g)!.length;
    }
    expect(told).toBe(CASES);
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0, problem: null });
    const { rows } = await register.pool.query(`SELECT state, count(*)::int AS n FROM outbox GROUP BY state`);
    expect(rows).toEqual([{ state: 'sent', n: CASES }]);
  }, 300_000);
});
