import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { parsePolicy } from '../../app/policy-file';
import { type Policy } from '../../domain/policy/policy';
import { packageRoot } from '../../platform/paths';

/** The shipped policy, as a programme of tests follows it: with removal dates of their own. */
export function examplePolicy(removal: { sensitive: string | null; unassessed: string | null }): Policy {
  const path = join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml');
  const policy = parsePolicy(readFileSync(path, 'utf8'), 'policy');
  const { siteClasses } = policy;
  return {
    ...policy,
    siteClasses: {
      ...siteClasses,
      sensitive: { ...siteClasses.sensitive, removalDate: removal.sensitive },
      unassessed: { ...siteClasses.unassessed, removalDate: removal.unassessed },
    },
  };
}

/** Contacts of the seeded programme, by what they are. Two departments; the programme manager belongs to neither. */
export const PEOPLE = {
  owner: { id: 'c_owner', email: 'owner@ag.example', department: 'D-AG', role: 'task-owner' },
  officer: { id: 'c_officer', email: 'officer@ag.example', department: 'D-AG', role: 'security-officer' },
  head: { id: 'c_head', email: 'head@ag.example', department: 'D-AG', role: 'head' },
  otherOwner: { id: 'c_owner2', email: 'owner@hs.example', department: 'D-HS', role: 'task-owner' },
  otherOfficer: { id: 'c_officer2', email: 'officer@hs.example', department: 'D-HS', role: 'security-officer' },
  manager: { id: 'c_manager', email: 'manager@programme.example', department: null, role: 'programme-manager' },
  sro: { id: 'c_sro', email: 'sro@programme.example', department: null, role: 'sro' },
} as const;

/** Sites of the seeded programme: two of D-AG, two of D-HS. */
export const SITES = {
  'S-1': { department: 'D-AG', sensitivity: 'sensitive' },
  'S-2': { department: 'D-AG', sensitivity: 'unassessed' },
  'S-3': { department: 'D-HS', sensitivity: 'unassessed' },
  'S-4': { department: 'D-HS', sensitivity: 'not-sensitive' },
} as const;
export type SiteId = keyof typeof SITES;

export interface SeedOptions {
  readonly policy?: Policy;
  /** When the programme started; null = not yet. */
  readonly startedAt?: string | null;
}

/** Writes a programme with its policy, departments, sites and contacts into an empty register. */
export async function seedProgramme(pool: Pool, options: SeedOptions = {}): Promise<Policy> {
  const policy = options.policy ?? examplePolicy({ sensitive: null, unassessed: null });
  await pool.query(
    `INSERT INTO programmes (programme_id, title, policy_version, policy_digest, started_at) VALUES ($1, $2, $3, 'digest', $4)`,
    [policy.id, policy.title, policy.version, options.startedAt ?? null],
  );
  await pool.query(
    `INSERT INTO policies (programme_id, version, digest, document, applied_at, applied_by) VALUES ($1, $2, 'digest', $3, now(), 'ops:test')`,
    [policy.id, policy.version, policy],
  );
  await pool.query(`INSERT INTO departments (department_id, name) VALUES ('D-AG', 'Agriculture'), ('D-HS', 'Housing')`);
  for (const [id, { department, sensitivity }] of Object.entries(SITES)) {
    await pool.query(
      `INSERT INTO sites (site_id, name, department_id, nation, sensitivity) VALUES ($1, $2, $3, 'england-and-wales', $4)`,
      [id, `Building ${id}`, department, sensitivity],
    );
  }
  for (const { id, email, department, role } of Object.values(PEOPLE)) {
    await pool.query(
      `INSERT INTO contacts (contact_id, department_id, role, name, email) VALUES ($1, $2, $3, $4, $5)`,
      [id, department, role, `Name of ${id}`, email],
    );
  }
  return policy;
}

export interface SeedDevice {
  readonly assetId: string;
  readonly siteId?: SiteId;
  readonly screening?: 'covered' | 'suspect' | 'clear' | 'unknown-make';
  readonly network?: 'core' | 'segregated';
}

/** Writes a device, and (unless it is clear) its case as `opening`, as an import leaves them. @returns the case id */
export async function seedDevice(pool: Pool, policy: Policy, device: SeedDevice): Promise<string> {
  const { assetId, siteId = 'S-1', screening = 'covered', network = 'core' } = device;
  const scope = SITES[siteId].sensitivity !== 'not-sensitive';
  await pool.query(
    `INSERT INTO devices (asset_id, make, site_id, device_type, network, screening, in_scope, policy_version)
     VALUES ($1, 'Hikvision', $2, 'camera', $3, $4, $5, $6)`,
    [assetId, siteId, network, screening, scope, policy.version],
  );
  const caseId = `k_${assetId.toLowerCase()}`;
  if (screening === 'clear' || !scope) return caseId;
  await pool.query(
    `INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [caseId, policy.id, assetId, siteId, SITES[siteId].department, screening, network === 'segregated', policy.version],
  );
  return caseId;
}
