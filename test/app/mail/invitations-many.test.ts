import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reconcileInvitations } from '../../../app/mail/invitations';
import { takeDigest } from '../../../app/mail/programme-digest';
import { changedSites } from '../../../register/calendar-entries';
import { DUE, MailRegister, STARTED } from './a-register';

let register: MailRegister;
beforeAll(async () => {
  register = await MailRegister.start();
});
afterAll(() => register.stop());

const CASES = 10_000;
const SITES = 500;
const timed = async <T>(_what: string, body: () => Promise<T>): Promise<T> => {
  const from = performance.now();
  const result = await body();
  if (process.env['SHOW_TIMES']) console.info(_what, Math.round(performance.now() - from));
  return result;
};

test('10,000 open cases on 500 sites: an entry a site and date, and a run after it has nothing to look at', async () => {
  const { pool, programmeId } = register;
  await pool.query(
    `INSERT INTO sites (site_id, name, department_id, nation, sensitivity)
     SELECT 'T-' || n, 'Place ' || n, 'D-AG', 'scotland', 'sensitive' FROM generate_series(1, $1) n`,
    [SITES],
  );
  await pool.query(
    `INSERT INTO devices (asset_id, site_id, network, screening, in_scope, policy_version)
     SELECT 'A-' || n, 'T-' || (1 + n % $2), 'core', 'covered', true, 'v' FROM generate_series(1, $1) n`,
    [CASES, SITES],
  );
  await pool.query(
    `INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version, status)
     SELECT 'k_' || asset_id, $1, asset_id, site_id, 'D-AG', 'covered', false, 'v', 'open' FROM devices`,
    [programmeId],
  );
  await pool.query(
    `INSERT INTO case_milestones (case_id, stage, baseline, due, forecast)
     SELECT case_id, s, $1, $1, $1 FROM cases, unnest(ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify']) s`,
    [DUE],
  );
  await pool.query(`UPDATE cases SET plan_number = 1, revision = 1, sequence = 1, due_at = $1`, [DUE]);
  await pool.query(
    `INSERT INTO case_revisions (case_id, sequence, valid_from, revision, status, stage, department_id, site_id, milestones)
     SELECT k.case_id, 1, now(), 1, 'open', 'assess', department_id, site_id, jsonb_agg(to_jsonb(m))
     FROM cases k JOIN case_milestones m USING (case_id) GROUP BY k.case_id`,
  );
  expect(await timed('first run', () => reconcileInvitations(pool, STARTED))).toBe(SITES);
  expect(await changedSites(pool)).toEqual([]);
  expect(await timed('idle run', () => reconcileInvitations(pool, STARTED))).toBe(0);

  await pool.query(`UPDATE cases SET revision = 2 WHERE case_id = 'k_A-1'`);
  expect(await changedSites(pool)).toEqual(['T-2']);
  expect(await timed('one site', () => reconcileInvitations(pool, STARTED))).toBe(0);

  await pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = 'c_owner'`);
  expect(await timed('a person leaves', () => reconcileInvitations(pool, STARTED))).toBe(2 * SITES);
  const { rows } = await pool.query<{ line: string }>(
    `SELECT contact_id || ' ' || state || ' ' || count(*) AS line FROM outbox GROUP BY contact_id, state ORDER BY 1`,
  );
  // The first ones had not been sent: they are overtaken, and nothing is taken back.
  expect(rows.map(({ line }) => line)).toEqual([`c_officer pending ${SITES}`, `c_owner superseded ${SITES}`]);

  expect(await timed('digest', () => takeDigest(pool, '2026-11-30T08:00:00.000Z'))).toBe(true);
  expect(await timed('no digest', () => takeDigest(pool, '2026-11-30T08:01:00.000Z'))).toBe(false);
  await pool.query(`UPDATE case_milestones SET due = due + interval '7 days' WHERE stage = 'remove'`);
  expect(await timed('second digest', () => takeDigest(pool, '2026-12-07T08:00:00.000Z'))).toBe(true);
  const kept = await pool.query<{ figures: unknown }>(`SELECT figures FROM programme_digests ORDER BY week`);
  expect(kept.rows.map(({ figures }) => figures)).toMatchObject([
    { open: CASES, late: 0, opened: CASES, moved: { later: 0, earlier: 0 } },
    { open: CASES, late: CASES, newlyLate: CASES, opened: 0, moved: { later: CASES, earlier: 0, devices: CASES } },
  ]);
});
