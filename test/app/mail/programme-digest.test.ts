import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { deliverMail } from '../../../app/mail/deliver';
import { previewDigest, takeDigest } from '../../../app/mail/programme-digest';
import { type DigestFigures } from '../../../domain/programme-digest';
import { STAGES, type WorkStage } from '../../../domain/vocabulary';
import { programmeFigures } from '../../../register/programme';
import { MailRegister, STARTED, StoppedClock } from './a-register';
import { PostOffice } from './post-office';

let register: MailRegister;
let office: PostOffice;
let clock: StoppedClock;

const MONDAY = '2026-11-30T08:00:00.000Z';
const NEXT = '2026-12-07T08:00:00.000Z';

beforeAll(async () => {
  register = await MailRegister.start(STARTED);
});
afterAll(() => register.stop());
beforeEach(async () => {
  office = await PostOffice.open();
  clock = new StoppedClock(MONDAY);
});
afterEach(async () => {
  await office.close();
  await register.pool.query(
    `TRUNCATE programme_digests, programme_digest_heads, calendar_entries, calendar_entry_cases, calendar_changes`,
  );
  await register.clear();
});

const sql = async <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await register.pool.query(text, values)).rows as T[];
const run = () => deliverMail(register.services(office.url), { clock: clock.read, pace: 'ignored' });
const digests = async () => {
  const mails = await Promise.all(office.received.map(({ raw }) => PostalMime.parse(raw)));
  return mails.filter(({ subject }) => subject!.startsWith('Monday summary'));
};
const kept = async (): Promise<DigestFigures[]> =>
  (await sql<{ figures: DigestFigures }>(`SELECT figures FROM programme_digests ORDER BY week`)).map(
    ({ figures }) => figures,
  );

/** A case whose turn it is for one stage, with its history, as `record` leaves both. */
async function task(assetId: string, stage: WorkStage, due: string, forecast = due): Promise<string> {
  const caseId = await register.openCase(assetId);
  const turn = STAGES.indexOf(stage);
  for (const [index, name] of STAGES.entries()) {
    await sql(
      `INSERT INTO case_milestones (case_id, stage, baseline, due, forecast, actual) VALUES ($1, $2, $3, $3, $4, $5)`,
      [
        caseId,
        name,
        index > turn ? '2027-03-31T16:00:00.000Z' : due,
        index > turn ? null : forecast,
        index < turn ? STARTED : null,
      ],
    );
  }
  await sql(`UPDATE cases SET plan_number = 1, stage = $2 WHERE case_id = $1`, [caseId, stage]);
  await recorded(caseId);
  return caseId;
}
/** Takes the projection into its history and brings the head of the case up to date. */
async function recorded(caseId: string): Promise<void> {
  await sql(
    `UPDATE cases SET revision = revision + 1, sequence = sequence + 1, due_at = (
       SELECT min(due) FROM case_milestones m WHERE m.case_id = $1 AND m.stage = cases.stage) WHERE case_id = $1`,
    [caseId],
  );
  await sql(
    `INSERT INTO case_revisions (case_id, sequence, valid_from, revision, status, stage, department_id, site_id, milestones)
     SELECT case_id, sequence, now(), revision, status, stage, department_id, site_id,
       (SELECT jsonb_agg(to_jsonb(m)) FROM case_milestones m WHERE m.case_id = $1) FROM cases WHERE case_id = $1`,
    [caseId],
  );
}
async function move(caseId: string, stage: WorkStage, due: string): Promise<void> {
  await sql(`UPDATE case_milestones SET due = $3, forecast = $3 WHERE case_id = $1 AND stage = $2`, [
    caseId,
    stage,
    due,
  ]);
  await recorded(caseId);
}
async function close(caseId: string): Promise<void> {
  await sql(`UPDATE cases SET status = 'closed', stage = 'closed', closed_at = now() WHERE case_id = $1`, [caseId]);
  await recorded(caseId);
}

describe('the Monday digest', () => {
  test('goes to the programme manager and the SRO once, whatever restarts', async () => {
    clock = new StoppedClock('2026-11-30T07:59:00.000Z');
    expect(await run()).toMatchObject({ sent: 0 });
    clock.forward(1);
    expect(
      (await Promise.all([takeDigest(register.pool, clock.read()), takeDigest(register.pool, clock.read())])).filter(
        Boolean,
      ),
    ).toHaveLength(1);
    expect(await run()).toMatchObject({ sent: 2 });
    clock.forward(60);
    await register.pool.query(`UPDATE programmes SET mail_held = mail_held`);
    expect(await run()).toMatchObject({ sent: 0 });
    expect(office.counts).toEqual({ 'manager@programme.example': 1, 'sro@programme.example': 1 });
    clock = new StoppedClock(NEXT);
    expect(await run()).toMatchObject({ sent: 2 });
  });

  test('one address that holds both posts gets one', async () => {
    await register.person('c_both', 'Manager@programme.example', 'sro', { department: null });
    expect(await run()).toMatchObject({ sent: 2 });
    expect(office.counts).toEqual({ 'manager@programme.example': 1, 'sro@programme.example': 1 });
  });

  test('tells what moved, what is newly late and expected to be late, what waits, and how it stands', async () => {
    const late = await task('CAM-1', 'disconnect', '2026-11-27T17:00:00.000Z');
    const soon = await task('CAM-2', 'disconnect', '2026-12-04T17:00:00.000Z');
    const moving = await task('CAM-3', 'remove', '2026-12-18T17:00:00.000Z');
    const gone = await task('CAM-4', 'verify', '2026-12-18T17:00:00.000Z');
    await run();
    const [first] = await kept();
    expect(first).toMatchObject({ open: 4, late: 1, newlyLate: 1, forecastLate: 0, opened: 4, closed: 0 });
    expect(first!.moved).toEqual({ later: 0, earlier: 0, devices: 0 });

    await move(moving, 'remove', '2027-01-22T17:00:00.000Z');
    await close(gone);
    await task('CAM-5', 'schedule', '2026-12-11T17:00:00.000Z', '2026-12-16T17:00:00.000Z');
    const proposed = await task('CAM-6', 'assess', '2026-12-18T17:00:00.000Z');
    await sql(
      `INSERT INTO audit_events (case_id, sequence, type, at, actor, command_id, payload, digest, hash)
       VALUES ($1, 1, 'assessment-proposed', '2026-12-01T10:00:00Z', 'c_owner', 'x', '{}', 'x', 'x')`,
      [proposed],
    );
    clock = new StoppedClock(NEXT);
    office.received.splice(0);
    await run();
    const [, second] = await kept();
    expect(second).toMatchObject({
      takenAt: NEXT,
      since: MONDAY,
      open: 5,
      late: 2,
      newlyLate: 1,
      forecastLate: 1,
      opened: 2,
      closed: 1,
      moved: { later: 1, earlier: 0, devices: 1 },
      decisions: [{ what: 'not-covered', role: 'security-officer', waiting: 1, since: '2026-12-01T10:00:00.000Z' }],
    });
    expect([late, soon]).toHaveLength(2);
    const [mail] = await digests();
    expect(mail!.subject).toBe('Monday summary: 1 newly late');
    for (const said of [
      'due Friday 4 December (1 working day late)',
      'due Friday 11 December, expected Wednesday 16 December (3 working days after it)',
      // 25 and 28 December and 1 January are not worked.
      'from Friday 18 December to Friday 22 January 2027 (22 working days later)',
      'For the departmental security officer: Agree that it is not on the list',
      '5 devices open, 2 of them late. Since Monday 30 November: 2 opened, 1 closed.',
    ]) {
      expect(mail!.text).toContain(said);
      expect(mail!.html!.replace(/<[^>]+>/g, '')).toContain(said);
    }
    for (const secret of ['Hikvision', 'Building', 'S-1', 'CAM-'])
      expect(mail!.text + mail!.html!).not.toContain(secret);
  });

  test('its figures are those of the register at that instant, and stay so while the register goes on', async () => {
    for (let index = 0; index < 30; index += 1) {
      const due = `2026-${index % 3 === 0 ? '11' : '12'}-${String(10 + (index % 15)).padStart(2, '0')}T17:00:00.000Z`;
      const id = await task(
        `CAM-${index}`,
        STAGES[index % 5]!,
        due,
        index % 4 === 0 ? '2027-01-01T17:00:00.000Z' : due,
      );
      if (index % 7 === 0) await close(id);
    }
    await takeDigest(register.pool, MONDAY);
    const [figures] = await kept();
    const fresh = await programmeFigures(register.pool, register.programmeId);
    expect([figures!.open, figures!.closed]).toEqual([fresh.open, fresh.closed]);
    const rows = await sql<{ stage: string; department_id: string; due_at: Date; forecast: boolean }>(
      `SELECT stage, department_id, due_at, EXISTS (SELECT FROM case_milestones m WHERE m.case_id = cases.case_id
         AND m.actual IS NULL AND m.forecast > m.due) AS forecast FROM cases WHERE status = 'open'`,
    );
    const overdue = rows.filter(({ due_at }) => due_at.toISOString() < MONDAY);
    expect(figures).toMatchObject({ late: overdue.length, newlyLate: overdue.length });
    expect(figures!.forecastLate).toBe(rows.filter((row) => row.forecast && !overdue.includes(row)).length);
    for (const { stage, open, late } of figures!.byStage) {
      expect(open).toBe(rows.filter((row) => row.stage === stage).length);
      expect(late).toBe(overdue.filter((row) => row.stage === stage).length);
    }
    expect(figures!.byDepartment.reduce((sum, { open }) => sum + open, 0)).toBe(rows.length);
    expect(figures!.newlyLateGroups.groups.reduce((sum, { devices }) => sum + devices, 0)).toBe(overdue.length);

    await close('k_cam-1');
    await run();
    const [mail] = await digests();
    expect(mail!.text).toContain(`${rows.length} devices open, ${overdue.length} of them late`);
    // The next one starts where this one ended.
    clock = new StoppedClock(NEXT);
    await run();
    expect((await kept())[1]).toMatchObject({ closed: 1, opened: 0 });
  });

  test('a decision for the reader is in the subject, one for somebody else is not', async () => {
    const [view] = await sql<{ was: string }>(`SELECT pg_get_viewdef('decisions_waiting') AS was`);
    await sql(`CREATE OR REPLACE VIEW decisions_waiting AS
      SELECT p.programme_id, NULL::text AS case_id, NULL::text AS department_id, 'extension'::text AS what,
        'programme-manager'::text AS role, '2026-11-27T10:00:00Z'::timestamptz AS asked_at, NULL::text AS request_id,
        NULL::int AS sequence, NULL::text AS stage, NULL::text AS asked_by, NULL::text AS site_id FROM programmes p, generate_series(1, 3)`);
    await run();
    await sql(`CREATE OR REPLACE VIEW decisions_waiting AS ${view!.was}`);
    const subjects = Object.fromEntries((await digests()).map((mail) => [mail.to![0]!.address, mail.subject]));
    expect(subjects).toEqual({
      'manager@programme.example': 'Monday summary: 3 decisions for you',
      'sro@programme.example': 'Monday summary: nothing newly late',
    });
  });

  test('can be looked at at any time, and that changes nothing', async () => {
    await task('CAM-1', 'disconnect', '2026-11-23T17:00:00.000Z');
    const preview = await previewDigest(register.services(office.url), '2026-11-25T12:00:00.000Z');
    expect(preview.subject).toBe('Monday summary: 1 newly late');
    expect(preview.figures).toMatchObject({ open: 1, late: 1, since: STARTED });
    expect(await kept()).toEqual([]);
    expect(await register.states()).toEqual([]);
  });

  test('what still waits from the week before is not sent beside the new one', async () => {
    await register.pool.query(`UPDATE programmes SET mail_held = true`);
    await run();
    clock = new StoppedClock(NEXT);
    await run();
    await register.pool.query(`UPDATE programmes SET mail_held = false`);
    await run();
    expect(office.counts).toEqual({ 'manager@programme.example': 1, 'sro@programme.example': 1 });
    expect((await digests())[0]!.text).toContain('Monday 7 December');
  });
});
