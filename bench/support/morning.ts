import { type Pool } from 'pg';

/** A morning on which many tasks fall due at once: a Monday. */
export const MORNING = '2026-11-23T08:16:00.000Z';
/** When that morning's reminders were written: at the start of the day. */
const WRITTEN = '2026-11-23T08:00:02.000Z';

/** What a task is on that morning, by its number: one in three each. */
export const SORTS = [
  { kind: 'late', due: '2026-11-19T17:00:00.000Z' },
  { kind: 'due-today', due: '2026-11-23T17:00:00.000Z' },
  { kind: 'reminder', due: '2026-11-26T17:00:00.000Z' },
] as const;

/** The subject of a message about so many late tasks: they are the worst. */
export function subjectFor(late: number): string {
  return late === 1 ? '1 task is 2 working days late' : `${late} tasks are 2 working days late`;
}

/** Which tasks a person has, by the person's number from 0: every so many-th. */
export function tasksOf(person: number, cases: number, people: number): number[] {
  return Array.from({ length: cases }, (_, index) => index).filter((index) => index % people === person);
}

export const addressOf = (person: number): string => `owner${person}@morning.example`;
export const assetOf = (index: number): string => `CAM-${String(index).padStart(6, '0')}`;

const SITE = `
  INSERT INTO sites (site_id, name, department_id, nation, sensitivity)
  SELECT 'M-' || n, 'House ' || n, $2, 'england-and-wales', 'sensitive' FROM generate_series(0, $1::int - 1) n`;
const PERSON = `
  INSERT INTO contacts (contact_id, department_id, site_id, role, name, email)
  SELECT 'c_morning' || n, $2, 'M-' || n, 'task-owner', 'Owner ' || n, 'owner' || n || '@morning.example' FROM generate_series(0, $1::int - 1) n`;
const DEVICE = `
  INSERT INTO devices (asset_id, make, site_id, device_type, network, screening, in_scope, policy_version)
  SELECT 'CAM-' || lpad(n::text, 6, '0'), 'Hikvision', 'M-' || n % $2, 'camera', 'core', 'covered', true, '1' FROM generate_series(0, $1::int - 1) n`;
const CASE = `
  INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version, status, opened_at)
  SELECT 'k_' || n, $4, 'CAM-' || lpad(n::text, 6, '0'), 'M-' || n % $2, $3, 'covered', false, '1', 'open', now() FROM generate_series(0, $1::int - 1) n`;
const ROW = `
  INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, created_at)
  SELECT 'k_' || n || '/assess/1', $3, 'k_' || n, 'c_morning' || n % $2, ($4::text[])[1 + n / $2 % 3], 'assess', ($5::timestamptz[])[1 + n / $2 % 3], $6
  FROM generate_series(0, $1::int - 1) n`;

/** Writes the morning into a register that has a started programme and a department: so many cases, each with one notice. */
export async function seedMorning(
  pool: Pool,
  cases: number,
  people: number,
  { programmeId, departmentId }: { readonly programmeId: string; readonly departmentId: string },
): Promise<void> {
  await pool.query(SITE, [people, departmentId]);
  await pool.query(PERSON, [people, departmentId]);
  await pool.query(DEVICE, [cases, people]);
  await pool.query(CASE, [cases, people, departmentId, programmeId]);
  await seedNotices(pool, cases, people, programmeId);
}

/** Writes the notices alone. */
export async function seedNotices(pool: Pool, cases: number, people: number, programmeId: string): Promise<void> {
  const [kinds, dues] = [SORTS.map(({ kind }) => kind), SORTS.map(({ due }) => due)];
  await pool.query(ROW, [cases, people, programmeId, kinds, dues, WRITTEN]);
  await pool.query('ANALYZE');
}
