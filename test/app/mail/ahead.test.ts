import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { act } from '../../../app/act';
import { deliverMail } from '../../../app/mail/deliver';
import { forecastMail } from '../../../app/mail/forecast';
import { previewMail } from '../../../app/mail/preview';
import { openCases } from '../../../app/open-cases';
import { startProgramme } from '../../../app/programme';
import { openServices, type Services } from '../../../app/services';
import { DAY } from '../../../domain/ladder/ladder';
import { PEOPLE, seedDevice, seedProgramme } from '../../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { londonDate, londonHour, stepped } from '../../support/plain-calendar';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';

let stack: TestStack;
let pool: Pool;
let services: Services;
let worker: CaseWorker;

const OWNER = { as: PEOPLE.owner.email, typist: null };
const count = async (sql: string): Promise<number> => (await pool.query<{ n: number }>(sql)).rows[0]!.n;

beforeAll(async () => {
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  const policy = await seedProgramme(pool);
  for (const assetId of ['CAM-1', 'CAM-2', 'CAM-3']) await seedDevice(pool, policy, { assetId });
  await seedDevice(pool, policy, { assetId: 'CAM-4', siteId: 'S-3', screening: 'suspect' });
  worker = await startCaseWorker(stack, pool);
  await openCases(services);
  await until(async () => (await count(`SELECT count(*)::int AS n FROM cases WHERE status = 'opening'`)) === 0);
  // One more, which nobody has opened yet.
  await seedDevice(pool, policy, { assetId: 'CAM-5' });
}, 600_000);
afterAll(async () => {
  await worker.stop();
  await services.close();
  await pool.end();
  await stack.stop();
});

const now = (): string => new Date().toISOString();
/** The instant of a rung, by a calendar of our own. */
const rungAt = (due: string, days: number): string => londonHour(stepped(londonDate(due), days), 8);

describe('before programme start', () => {
  test('the preview is what programme start then sends: the same people, subjects and words', async () => {
    const preview = await previewMail(services, now());
    expect(preview).toMatchObject({ started: false, held: false });
    expect(preview.messages.map(({ to, notices, waits }) => [to, notices, waits]).sort()).toEqual([
      ['owner@ag.example', 4, 'start'],
      ['owner@hs.example', 1, 'start'],
    ]);
    expect(await count(`SELECT count(*)::int AS n FROM outbox`)).toBe(0);
    const forecast = await forecastMail(services, 'k_cam-1', now(), 2);
    expect(forecast.mails[0]).toMatchObject({ kind: 'task', stage: 'assess', to: [{ contactId: 'c_owner' }] });

    await openCases(services);
    await startProgramme(services, { as: null, typist: null });
    await until(async () => (await count(`SELECT count(*)::int AS n FROM outbox`)) >= 5);
    const waiting = await previewMail(services, now());
    const words = (messages: typeof preview.messages) =>
      messages.map(({ to, subject, text }) => ({ to, subject, text })).sort((a, b) => a.to.localeCompare(b.to));
    expect(words(waiting.messages)).toEqual(words(preview.messages));
    // And at the moment that it foretold, no sooner.
    const leaves = waiting.messages.map(({ leavesAt }) => leavesAt!).sort();
    const before = new Date(Date.parse(leaves[0]!) - 1_000).toISOString();
    expect(await deliverMail(services, { clock: () => before })).toMatchObject({ sent: 0 });
    // To each of the two a letter and, apart from it, an entry for the calendar.
    expect(await deliverMail(services, { clock: () => leaves.at(-1)! })).toMatchObject({ sent: 4 });
  });
});

describe('the mails to come about a case', () => {
  test('climb the policy’s ladder in order, to whoever is told by then, and have no end', async () => {
    const from = now();
    const { mails, zone } = await forecastMail(services, 'k_cam-1', from, 12);
    expect(zone).toBe('Europe/London');
    const due = mails[0]!.due!;
    const policy = (
      await pool.query<{ document: { ladder: { rungs: { days: number; to: string[] }[] } } }>(
        `SELECT document FROM policies`,
      )
    ).rows[0]!.document;
    const given = policy.ladder.rungs.filter(({ days }) => rungAt(due, days) >= from);
    expect(mails.slice(0, given.length).map(({ days }) => days)).toEqual(given.map(({ days }) => days));
    for (const [index, { days, at, to }] of mails.slice(0, given.length).entries()) {
      expect(at).toBe(rungAt(due, days!));
      expect(new Set(to.map(({ role }) => role))).toEqual(new Set(given[index]!.to));
    }
    expect(mails.map(({ at }) => at)).toEqual([...mails.map(({ at }) => at)].sort());
    expect(mails).toHaveLength(12);
    expect(mails.at(-1)!.to.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['task-owner', 'security-officer', 'head', 'programme-manager', 'sro']),
    );
    expect(mails.at(-1)!.to).toContainEqual({
      contactId: 'c_owner',
      role: 'task-owner',
      name: 'Name of c_owner',
      email: 'owner@ag.example',
      leavesAt: expect.any(String),
    });
    for (const { at, to } of mails) for (const { leavesAt } of to) expect(leavesAt > at).toBe(true);
  });

  test('follow the case: two stages side by side are told of both, a closed one of none', async () => {
    await act(services, 'k_cam-2', { type: 'record-assessment', result: 'covered', note: '', evidence: null }, OWNER);
    const { mails } = await forecastMail(services, 'k_cam-2', now(), 8);
    expect(new Set(mails.map(({ stage }) => stage))).toEqual(new Set(['disconnect', 'schedule']));
    await act(
      services,
      'k_cam-3',
      { type: 'record-assessment', result: 'not-found', note: 'gone', evidence: null },
      OWNER,
    );
    expect((await forecastMail(services, 'k_cam-3', now(), 3)).mails).toEqual([]);
    await expect(forecastMail(services, 'k_none', now(), 3)).rejects.toMatchObject({ code: 'unknown-case' });
  });

  test('when it is late already, the next one is told at once and says how late', async () => {
    const later = new Date(Date.now() + 200 * DAY).toISOString();
    const { mails } = await forecastMail(services, 'k_cam-1', later, 3);
    expect(mails[0]).toMatchObject({ at: later, kind: 'late' });
    expect(mails).toHaveLength(3);
    expect(mails[1]!.at > later).toBe(true);
  });
});
