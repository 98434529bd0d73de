import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edited, SMALL, UK_FILE, UK_TEXT, US_FILE } from '../support/policies';
import { runCli } from '../support/run-cli';
import { builtCommand, startRegister, type TestRegister } from '../support/stack';

let command: string;
let register: TestRegister;
const folder = mkdtempSync(join(tmpdir(), 'clearsite-policy-'));

const policy = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCli(command, ['policy', ...args], { CLEARSITE_HOME: join(folder, 'home'), ...environment });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  [command, register] = await Promise.all([builtCommand(), startRegister()]);
}, 600_000);

afterAll(async () => {
  await register.stop();
  rmSync(folder, { recursive: true });
});

describe('clearsite policy check', () => {
  test.each([UK_FILE, US_FILE])('accepts %s without a warning', async (path) => {
    const { code, stdout: out } = await policy(['check', path, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/), warnings: [] });
  });

  test('names line, column and field of every problem, with exit 2', async () => {
    const wrong = file('wrong.yaml', edited(edited(SMALL, 'from: 2026-01-01', 'from: soon'), 'id: acme', 'id: ACME'));
    const { code, stdout: out, stderr: err } = await policy(['check', wrong, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'policy-invalid',
        problems: [{ line: 5, column: 26, path: 'ceaseDeployment.from' }, { path: 'vendors[0].id' }],
      },
    });
    expect(err).toContain('line 5, column 26, ceaseDeployment.from:');
  });

  test('warns of a holder to whom the registry gives nothing', async () => {
    const row =
      'ouis:\n  - { organisation: Hangzhou Hikvison, vendor: acme, source: us, date: 2026-01-01, confidence: high }\n';
    const { code, stdout: out } = await policy(['check', file('holder.yaml', SMALL + row)]);
    expect(code).toBe(0);
    expect(out).toContain(
      'Warning: The IEEE registry gives no address block to a holder that begins with "Hangzhou Hikvison".',
    );
  });
});

describe('clearsite policy diff', () => {
  test('exit 0 where both say the same, 1 where they differ', async () => {
    const same = file('same.yaml', `# laid out anew\n${UK_TEXT}`);
    const later = file(
      'later.yaml',
      edited(
        edited(UK_TEXT, 'removalDate: 2025-04-30', 'removalDate: 2025-10-31'),
        "version: '2026.1'",
        "version: '2026.2'",
      ),
    );
    expect(await policy(['diff', UK_FILE, same])).toMatchObject({ code: 0, stdout: 'Both say the same.\n' });
    const { code, stdout: out } = await policy(['diff', UK_FILE, later]);
    expect(code).toBe(1);
    expect(out).toContain('~ siteClasses · sensitive · removalDate: 2025-04-30 → 2025-10-31 (184 days later)');
  });

  test('tells as JSON what changed and whether devices are to be screened again', async () => {
    const { code, stdout: out } = await policy(['diff', UK_FILE, US_FILE, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      from: { id: 'uk-2022-visual-surveillance' },
      to: { id: 'us-ndaa-889' },
      different: true,
      rescreen: true,
    });
  });

  test('says that a changed file needs a new version', async () => {
    const edit = file('edit.yaml', edited(UK_TEXT, 'assess: 20', 'assess: 21'));
    expect((await policy(['diff', UK_FILE, edit])).stderr).toContain('raise the version');
  });
});

describe('clearsite policy apply and show', () => {
  const environment = () => ({ DATABASE_URL: register.databaseUrl });

  test('apply, apply again, apply changed, apply raised, show', async () => {
    const first = file('first.yaml', SMALL);
    const changed = file('changed.yaml', edited(SMALL, 'name: Acme Cameras', 'name: Acme Video'));
    const raised = file(
      'raised.yaml',
      edited(edited(SMALL, 'name: Acme Cameras', 'name: Acme Imaging'), "version: '1'", "version: '2'"),
    );
    expect((await policy(['show', '--json'], environment())).code).toBe(2);
    expect(await policy(['apply', first], environment())).toMatchObject({
      code: 0,
      stdout: 'Programme small begins with policy version 1.\n',
    });
    const again = await policy(['apply', first, '--json'], environment());
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'unchanged', changes: [] });
    const refused = await policy(['apply', changed], environment());
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('raise "version"') });
    const applied = await policy(['apply', raised], environment());
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"Acme Cameras" → "Acme Imaging"\n$/),
      stderr: '',
    });
    const shown = await policy(['show', '--json'], environment());
    expect(JSON.parse(shown.stdout)).toMatchObject({
      policy: { id: 'small', version: '2', vendors: [{ name: 'Acme Imaging' }] },
    });
  });

  test('apply to a register with devices: figures before and after, cases that wait, and what a person decides', async () => {
    const own = await startRegister();
    const run = (...args: readonly string[]) =>
      runCli(command, args, { CLEARSITE_HOME: join(folder, 'home'), DATABASE_URL: own.databaseUrl });
    const sites = 'site_id,name,department_id,nation,sensitivity\nS-1,Depot,D-1,Scotland,sensitive\n';
    const devices = 'asset_id,make,site_id\nCAM-1,Acme Cameras,S-1\nCAM-2,Bolt,S-1\nCAM-3,Bolt,S-1\n';
    await run('policy', 'apply', file('acme.yaml', SMALL));
    await run('import', '--kind', 'sites', file('sites.csv', sites));
    expect((await run('import', file('devices.csv', devices))).code).toBe(0);
    const bolt = edited(edited(SMALL, 'acme, name: Acme Cameras', 'bolt, name: Bolt'), "version: '1'", "version: '2'");
    const applied = await run('policy', 'apply', file('bolt.yaml', bolt));
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toContain('3 devices screened again: 3 with another result, reason or scope.');
    expect(applied.stdout).toMatch(/^Must be removed \(where in scope\) +1 +2$/m);
    expect(applied.stdout).toMatch(/^Not on the list +2 +1$/m);
    expect(applied.stdout).toContain('2 cases asked for. Temporal is not running, so they wait');
    expect(applied.stdout).toContain(
      '1 open case whose device is no longer on the list: decide each, clearsite cases act ID withdraw --reason "…"',
    );
    expect(applied.stdout).toMatch(/^k_\w+ +CAM-1 +S-1 +D-1 +Not on the list$/m);
    const again = await run('policy', 'apply', file('bolt.yaml', bolt), '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: 'unchanged',
      rescreened: { devices: 0, changed: 0, casesAskedFor: 0, noLongerFlagged: [{ assetId: 'CAM-1' }] },
      opening: null,
    });
    await own.stop();
  });

  test('show prints every row of a file with its source, and how many address blocks each holder has', async () => {
    const { code, stdout: out } = await policy(['show', UK_FILE]);
    expect(code).toBe(0);
    for (const words of [
      '海康威视',
      'TruVision',
      'DS-2*',
      'removed by 2025-04-30',
      'Working days: from 08:00 to 17:00',
      '1 day late: task-owner, security-officer',
    ])
      expect(out).toContain(words);
    expect(out).toMatch(/Hangzhou Hikvision, hikvision: \d\d+ blocks/);
  });

  test('apply without a register: exit 3 and what to do', async () => {
    const { code, stderr: err } = await policy(['apply', UK_FILE]);
    expect(code).toBe(3);
    expect(err).toContain('What to do:');
  });
});
