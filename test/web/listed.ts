import { type Pool } from 'pg';
import { seedProgramme } from '../support/a-programme';

/** The moment at which the lists of tests are read: a Monday morning. */
export const NOW = '2026-11-23T09:00:00.000Z';
/** What must come out of a page as text. */
export const EVIL = `<script>alert(1)</script>"'&`;

const DEVICES = `
  INSERT INTO devices (asset_id, make, model, site_id, device_type, network, screening, in_scope, policy_version, reasons)
  SELECT 'CAM-' || lpad(i::text, 4, '0'), 'Hikvision', 'DS-' || i % 3, 'S-' || 1 + i % 3, 'camera', 'core',
    (ARRAY['covered', 'suspect', 'clear'])[1 + i / 3 % 3], true, '1', '[{"rule":"make","strength":"strong","text":"Its make is listed","source":"row 1"}]'
  FROM generate_series(0, 199) i`;
const CASES = `
  INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version, status, stage, due_at, plan_number, next_action)
  SELECT 'k_' || md5(asset_id), $1, asset_id, site_id, department_id, screening, false, '1', 'open', 'assess',
    $2::timestamptz + (device_id % 5 - 2) * interval '10 days', 1, 'Confirm what it is'
  FROM devices JOIN sites USING (site_id) WHERE screening <> 'clear'`;
const MILESTONES = `
  INSERT INTO case_milestones (case_id, stage, baseline, due, forecast) SELECT case_id, 'assess', due_at, due_at, due_at FROM cases`;

/** A seeded programme with 200 devices at three sites, and a case for two of three of them. */
export async function seedLists(pool: Pool): Promise<void> {
  const { id } = await seedProgramme(pool);
  await pool.query(DEVICES);
  await pool.query(CASES, [id, NOW]);
  await pool.query(MILESTONES);
  await pool.query(`UPDATE devices SET make = $1, model = '=cmd()' WHERE asset_id = 'CAM-0001'`, [EVIL]);
}
