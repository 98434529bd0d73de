import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { applyPolicyFile } from '../../app/policies';
import { policyDigest, readPolicyFile } from '../../app/policy-file';
import { rulesForSite } from '../../app/screen-site';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { DEFAULT_CALENDAR } from '../../domain/policy/defaults';
import { policyOf } from '../../register/current-policy';
import { storedPolicy } from '../../register/policies';
import { edited, SMALL, UK_FILE, US_FILE } from '../support/policies';
import { startRegister, type TestRegister } from '../support/stack';

const NOBODY = { as: null, typist: null };
const folder = mkdtempSync(join(tmpdir(), 'clearsite-policies-'));
let register: TestRegister | undefined;
let services: Services;
let pool: Pool;

async function stop(): Promise<void> {
  await services?.close();
  await register?.stop();
}

beforeEach(async () => {
  await stop();
  register = await startRegister();
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl, CLEARSITE_HOME: folder }));
  pool = await services.register();
});

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const apply = (path: string) => applyPolicyFile(services, NOBODY, path);

async function counts(): Promise<readonly number[]> {
  const { rows } = await pool.query<{ programmes: number; policies: number; logged: number }>(
    `SELECT (SELECT count(*) FROM programmes)::int AS programmes, (SELECT count(*) FROM policies)::int AS policies,
       (SELECT count(*) FROM register_log WHERE action = 'policy-applied')::int AS logged`,
  );
  return Object.values(rows[0]!);
}

describe('applying a policy', () => {
  test('one that was stored before there was a calendar is read with the usual one, and is the same policy still', async () => {
    const path = file('older.yaml', edited(SMALL, 'title: A small policy', 'title: An older policy'));
    const { programmeId } = await apply(path);
    await pool.query(`UPDATE policies SET document = document - 'calendar'`);
    expect((await policyOf(pool, programmeId)).calendar).toEqual(DEFAULT_CALENDAR);
    const client = await pool.connect();
    try {
      expect((await storedPolicy(client, programmeId, '1'))?.calendar).toEqual(DEFAULT_CALENDAR);
    } finally {
      client.release();
    }
    expect(await apply(path)).toMatchObject({ outcome: 'unchanged', changes: [] });
  });

  test('the first begins the programme: its id, title, version and digest are the file’s, and who applied it is kept', async () => {
    const applied = await apply(UK_FILE);
    const policy = await readPolicyFile(UK_FILE);
    expect(applied).toMatchObject({
      outcome: 'created',
      programmeId: policy.id,
      version: policy.version,
      digest: policyDigest(policy),
      changes: [],
      rescreen: false,
    });
    const { rows } = await pool.query(
      `SELECT p.digest, p.applied_by, g.title, g.policy_digest, g.started_at FROM programmes g JOIN policies p USING (programme_id)`,
    );
    expect(rows).toEqual([
      {
        digest: applied.digest,
        applied_by: expect.stringMatching(/^ops:/),
        title: policy.title,
        policy_digest: applied.digest,
        started_at: null,
      },
    ]);
    expect(await policyOf(pool, policy.id)).toEqual(policy);
  });

  test('the same file twice changes nothing, nor does the same file laid out anew', async () => {
    await apply(file('a.yaml', SMALL));
    const before = await counts();
    expect(await apply(file('a.yaml', SMALL))).toMatchObject({ outcome: 'unchanged', changes: [], rescreen: false });
    expect(await apply(file('b.yaml', `# laid out anew\n${SMALL}`))).toMatchObject({ outcome: 'unchanged' });
    expect(await counts()).toEqual(before);
  });

  test('a changed file under the same version is refused, says what to do and changes nothing', async () => {
    await apply(file('a.yaml', SMALL));
    const changed = file('b.yaml', edited(SMALL, 'assess: 1', 'assess: 2'));
    await expect(apply(changed)).rejects.toMatchObject({
      code: 'version-in-use',
      exit: 1,
      hint: expect.stringContaining('raise "version"'),
    });
    expect(await counts()).toEqual([1, 1, 1]);
    expect((await policyOf(pool, 'small')).stageBudgets.days.assess).toBe(1);
  });

  test('a new version rules from then on, tells what changed and that devices are to be screened again', async () => {
    await apply(file('a.yaml', SMALL));
    const next = edited(
      edited(SMALL, "version: '1'", "version: '2'"),
      'name: Acme Cameras',
      'name: Acme Cameras, aliases: [Acmecam]',
    );
    const applied = await apply(file('b.yaml', next));
    expect(applied).toMatchObject({ outcome: 'updated', version: '2', rescreen: true });
    expect(applied.changes.map(({ section }) => section)).toEqual(['version', 'vendors']);
    expect((await policyOf(pool, 'small')).vendors[0]?.aliases).toEqual(['Acmecam']);
    expect(await counts()).toEqual([1, 2, 2]);
  });

  test('an earlier version can be put back', async () => {
    await apply(file('a.yaml', SMALL));
    await apply(file('b.yaml', edited(edited(SMALL, "version: '1'", "version: '2'"), 'assess: 1', 'assess: 9')));
    expect(await apply(file('a.yaml', SMALL))).toMatchObject({ outcome: 'updated', version: '1', rescreen: false });
    expect((await policyOf(pool, 'small')).stageBudgets.days.assess).toBe(1);
    expect(await counts()).toEqual([1, 2, 3]);
  });

  test('another programme’s policy is refused and says how to have two', async () => {
    await apply(UK_FILE);
    await expect(apply(US_FILE)).rejects.toMatchObject({
      code: 'another-programme',
      exit: 1,
      hint: expect.stringContaining('CLEARSITE_HOME'),
    });
    expect(await counts()).toEqual([1, 1, 1]);
  });

  test('a wrong file reaches the register in no part', async () => {
    await expect(apply(file('a.yaml', edited(SMALL, 'assess: 1', 'assess: x')))).rejects.toMatchObject({
      code: 'policy-invalid',
      exit: 2,
    });
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test('applied many times at once it is there once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => apply(UK_FILE)));
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(5);
    expect(await counts()).toEqual([1, 1, 1]);
  });
});

describe('the rules for a site', () => {
  beforeEach(async () => {
    await pool.query(`INSERT INTO departments (department_id, name) VALUES ('D', 'Department')`);
    await pool.query(
      `INSERT INTO sites (site_id, name, department_id, nation, sensitivity) VALUES ('S-1', 'Depot', 'D', 'scotland', 'not-sensitive')`,
    );
  });

  test('are its class in the register and the applied policy, or the one that is given', async () => {
    await apply(file('a.yaml', SMALL));
    expect(await rulesForSite(services, 'S-1', null)).toMatchObject({
      sensitivity: 'not-sensitive',
      policy: { id: 'small' },
    });
    const given = await readPolicyFile(US_FILE);
    expect(await rulesForSite(services, 'S-1', given)).toMatchObject({ policy: { id: 'us-ndaa-889' } });
  });

  test('need a known site and a policy', async () => {
    await expect(rulesForSite(services, 'S-2', null)).rejects.toMatchObject({ code: 'unknown-site', exit: 2 });
    await expect(rulesForSite(services, 'S-1', null)).rejects.toMatchObject({ code: 'no-policy' });
  });
});
