import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFile } from '../../../app/import/import-file';
import { applyPolicyFile } from '../../../app/policies';
import { type Failure } from '../../../domain/errors';
import { edited, UK_TEXT } from '../../support/policies';
import { until } from '../../support/until';
import { workbook } from '../../importers/workbooks';
import { Inventory, NOBODY } from './inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

const HEADER = 'asset_id,make,model,serial,mac,site_id,device_type,network,installed_on';
const THREE = `${HEADER}
CAM-1,Hikvision,DS-2CD2143,SN1,44:19:b6:00:00:01,S-1,camera,core,2019-12-25
CAM-2,Axis Communications,P3245,SN2,00:40:8c:00:00:02,S-1,camera,core,25/12/2019
CAM-3,,,,,S-2,camera,segregated,
`;

describe('good lines go in', () => {
  test('with counts by what happened and by screening', async () => {
    expect(await inventory.import(THREE)).toMatchObject({
      importId: 2,
      kind: 'devices',
      dryRun: false,
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      read: 3,
      accepted: 3,
      rejected: 0,
      created: 3,
      updated: 0,
      unchanged: 0,
      screening: { covered: 1, suspect: 0, clear: 1, unknownMake: 1 },
      casesOpening: 2,
      departments: ['D-AG'],
      rejects: [],
      rejectsFile: null,
      warnings: [],
    });
    expect(await inventory.devices()).toMatchObject([
      { asset_id: 'CAM-1', mac: '44:19:b6:00:00:01', installed_on: '2019-12-25', screening: 'covered', in_scope: true },
      { asset_id: 'CAM-2', make: 'Axis Communications', installed_on: '2019-12-25', screening: 'clear' },
      { asset_id: 'CAM-3', make: null, network: 'segregated', screening: 'unknown-make' },
    ]);
  });

  test('from a workbook as from a text file', async () => {
    const book = workbook({
      name: 'Devices',
      rows: { 1: ['Asset ID', 'Make', 'Site', 'Installed'], 2: ['CAM-1', 'Hikvision', 'S-1', { serial: 43824 }] },
    });
    expect(await inventory.import(book)).toMatchObject({
      format: 'xlsx',
      delimiter: null,
      created: 1,
      casesOpening: 1,
    });
    expect(await inventory.devices()).toMatchObject([{ asset_id: 'CAM-1', installed_on: '2019-12-25' }]);
  });

  test('the same file again changes nothing at all', async () => {
    await inventory.import(THREE);
    const { imports: _, ...before } = (await inventory.everything()) as Record<string, unknown>;
    expect(await inventory.import(THREE)).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 3,
      casesOpening: 0,
      warnings: [],
    });
    const { imports: __, ...after } = (await inventory.everything()) as Record<string, unknown>;
    expect(after).toEqual(before);
  });

  test('a changed line changes its device, and what it was is kept', async () => {
    await inventory.import(THREE);
    expect(await inventory.import(THREE.replace('P3245', 'P3268'))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 2,
    });
    expect(
      await inventory.rows(
        "SELECT row_key, before ->> 'model' AS before, after ->> 'model' AS after FROM import_changes",
      ),
    ).toEqual([{ row_key: 'CAM-2', before: 'P3245', after: 'P3268' }]);
  });

  test('a column that the file lacks keeps what is known; one that is blank clears it, with a warning', async () => {
    await inventory.import(THREE);
    await inventory.import('asset_id,make,site_id,serial\nCAM-1,Hikvision,S-1,\n');
    expect((await inventory.devices())[0]).toMatchObject({
      serial: null,
      mac: '44:19:b6:00:00:01',
      model: 'DS-2CD2143',
      network: 'core',
    });
    const report = await inventory.import('asset_id,make,site_id,model\nCAM-2,Axis Communications,S-1,\n');
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'value-cleared', line: 2, subject: 'CAM-2' })]);
  });

  test('what screening needs and the file lacks comes from the register', async () => {
    await inventory.import('asset_id,make,site_id\nCAM-1,Hikvision,S-1\nCAM-2,,S-1\nCAM-3,Axis,S-1\n');
    const report = await inventory.import(
      'asset_id,mac,site_id\nCAM-1,00:40:8c:00:00:02,S-1\nCAM-2,44:19:b6:00:00:01,S-1\nCAM-3,,S-1\nCAM-4,44:19:b6:00:00:02,S-1\n',
    );
    expect(report).toMatchObject({
      created: 1,
      updated: 2,
      unchanged: 1,
      screening: { covered: 1, suspect: 2, clear: 1 },
    });
    expect(await inventory.devices()).toMatchObject([
      { asset_id: 'CAM-1', make: 'Hikvision', screening: 'covered' },
      { asset_id: 'CAM-2', make: null, screening: 'suspect' },
      { asset_id: 'CAM-3', make: 'Axis', screening: 'clear' },
      { asset_id: 'CAM-4', make: null, screening: 'suspect' },
    ]);
  });

  test('--verbose lists every device with its result', async () => {
    const { devices } = await inventory.import(THREE, { verbose: true });
    expect(devices).toEqual([
      { line: 2, assetId: 'CAM-1', result: 'covered' },
      { line: 3, assetId: 'CAM-2', result: 'clear' },
      { line: 4, assetId: 'CAM-3', result: 'unknown-make' },
    ]);
  });
});

describe('bad lines are listed and lose nothing else', () => {
  const mixed = `${HEADER}
CAM-1,Hikvision,,,,S-1,,,
CAM-2,Axis,,,12:34,S-9,,,03/04/2026
CAM-1,Dahua,,,,S-1,,,
CAM-3,Axis,,,,T-9,,,
CAM-4,Axis,,,,S-1,,,
`;

  test('with line, column, value, reason and what to do, in the order of the file', async () => {
    const report = await inventory.import(mixed);
    expect(report).toMatchObject({ read: 5, accepted: 2, rejected: 3, created: 2, rejectsOmitted: 0 });
    expect(report.rejects.map(({ line, column, value, code }) => [line, column, value, code])).toEqual([
      [3, 'mac', '12:34', 'bad-mac'],
      [3, 'installed_on', '03/04/2026', 'ambiguous-date'],
      [3, 'site_id', 'S-9', 'unknown-site'],
      [4, 'asset_id', 'CAM-1', 'duplicate-asset'],
      [5, 'site_id', 'T-9', 'unknown-site'],
    ]);
    for (const { reason, hint } of report.rejects) {
      expect(reason).toMatch(/\.$/);
      expect(hint).toMatch(/\.$/);
    }
    expect(report.rejects[3]!.reason).toBe('Line 2 lists this asset with other values.');
  });

  test('the rejects file can be mended and imported again', async () => {
    const { rejectsFile } = await inventory.import(mixed);
    expect(rejectsFile).toBe(join(inventory.home, 'imports', '2-rejects.csv'));
    const text = readFileSync(rejectsFile!, 'utf8');
    expect(text.split('\r\n')[0]).toBe(
      `\uFEFF${HEADER},clearsite_line,clearsite_column,clearsite_reason,clearsite_hint`,
    );
    const mended = text
      .replace('12:34', '00:40:8c:00:00:02')
      .replace('S-9', 'S-1')
      .replace('03/04/2026', '2026-04-03')
      .replace('CAM-1,Dahua', 'CAM-5,Dahua')
      .replace('T-9', 'T-1');
    writeFileSync(rejectsFile!, mended);
    expect(await inventory.importPath(rejectsFile!)).toMatchObject({
      read: 3,
      accepted: 3,
      created: 3,
      ignoredColumns: [],
    });
    expect((await inventory.devices()).map(({ asset_id }) => asset_id)).toEqual([
      'CAM-1',
      'CAM-2',
      'CAM-3',
      'CAM-4',
      'CAM-5',
    ]);
  });

  test('the register keeps the report without the values of rejected lines', async () => {
    await inventory.import(mixed);
    const [kept] = await inventory.rows<{ report: { rejects: { value: string; line: number }[] } }>(
      'SELECT report FROM imports WHERE import_id = 2',
    );
    expect(kept!.report.rejects.map(({ line, value }) => [line, value])).toEqual(
      [3, 3, 3, 4, 5].map((line) => [line, '']),
    );
  });

  test('many are counted, the first thousand listed, all written', async () => {
    const lines = Array.from({ length: 2_500 }, (_, i) => `CAM-${i},Axis,,,bad,S-1,,,`);
    const report = await inventory.import(`${HEADER}\n${lines.join('\n')}\nCAM-X,Axis,,,,S-1,,,\n`);
    expect(report).toMatchObject({ accepted: 1, rejected: 2_500, rejectsOmitted: 1_500 });
    expect(report.rejects).toHaveLength(1_000);
    expect(readFileSync(report.rejectsFile!, 'utf8').trimEnd().split('\r\n')).toHaveLength(2_501);
  });

  test('an id that another department holds is never overwritten', async () => {
    await inventory.import(`${HEADER}\nCAM-1,Axis,,,,T-1,,,\n`);
    const report = await inventory.import(`${HEADER}\nCAM-1,Hikvision,,,,S-1,,,\nCAM-2,Axis,,,,S-1,,,\n`);
    expect(report).toMatchObject({
      accepted: 1,
      rejected: 1,
      rejects: [{ line: 2, column: 'asset_id', code: 'asset-id-taken' }],
    });
    expect(report.rejects[0]!.reason).toContain('D-HS');
    expect(report.rejects[0]!.hint).toContain('--asset-prefix');
    expect((await inventory.devices())[0]).toMatchObject({ make: 'Axis', site_id: 'T-1' });
  });

  test('within a department a device may move from site to site', async () => {
    await inventory.import(`${HEADER}\nCAM-1,Axis,,,,S-1,,,\n`);
    expect(await inventory.import(`${HEADER}\nCAM-1,Axis,,,,S-2,,,\n`)).toMatchObject({ updated: 1, rejected: 0 });
  });

  test('a line that says the same twice counts once, with a warning', async () => {
    const report = await inventory.import(`${HEADER}\nCAM-1,Axis,,,,S-1,,,\nCAM-1, Axis ,,,,S-1,,,\n`);
    expect(report).toMatchObject({ accepted: 2, created: 1, unchanged: 1, rejected: 0 });
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'repeated-line', line: 3, subject: 'CAM-1' })]);
  });

  test('a bad line does not take the place of a good one of the same asset', async () => {
    const report = await inventory.import(`${HEADER}\nCAM-1,Axis,,,bad,S-1,,,\nCAM-1,Axis,,,,S-1,,,\n`);
    expect(report).toMatchObject({ accepted: 1, created: 1, rejects: [{ line: 2, code: 'bad-mac' }] });
  });
});

describe('options', () => {
  test('--asset-prefix keeps departments apart that number alike', async () => {
    await inventory.import(`${HEADER}\nCAM-1,Axis,,,,T-1,,,\n`);
    expect(await inventory.import(`${HEADER}\nCAM-1,Hikvision,,,,S-1,,,\n`, { assetPrefix: 'AG-' })).toMatchObject({
      created: 1,
      rejected: 0,
    });
    expect((await inventory.devices()).map(({ asset_id }) => asset_id)).toEqual(['AG-CAM-1', 'CAM-1']);
  });

  test("--department refuses other departments' lines, and an unknown department", async () => {
    expect(
      await inventory.import(`${HEADER}\nCAM-1,Axis,,,,T-1,,,\nCAM-2,Axis,,,,S-1,,,\n`, { department: 'D-AG' }),
    ).toMatchObject({
      accepted: 1,
      rejects: [{ line: 2, code: 'other-department' }],
    });
    await expect(inventory.import(THREE, { department: 'D-XX' })).rejects.toMatchObject({
      code: 'unknown-department',
      exit: 2,
    });
  });

  test('--complete lists what is missing and removes nothing; what was removed is not expected', async () => {
    await inventory.import(
      `${HEADER}\nCAM-1,Hikvision,,,,S-1,,,\nCAM-2,Hikvision,,,,S-1,,,\nCAM-3,Hikvision,,,,S-1,,,\nCAM-4,Axis,,,,S-2,,,\nCAM-5,Axis,,,,T-1,,,\nCAM-6,Axis,,,,S-1,,,\n`,
    );
    await inventory.close('CAM-2', 'removed');
    const file = `${HEADER}\nCAM-1,Hikvision,,,,S-1,,,\nCAM-6,Axis,,,bad,S-1,,,\n`;
    expect((await inventory.import(file, { complete: true })).missing).toEqual({ assetIds: ['CAM-3'], omitted: 0 });
    expect((await inventory.import(file, { complete: true, department: 'D-AG' })).missing).toEqual({
      assetIds: ['CAM-3', 'CAM-4'],
      omitted: 0,
    });
    expect((await inventory.import(file)).missing).toBeUndefined();
    expect(await inventory.devices()).toHaveLength(6);
  });

  test('--complete makes no sense for rejected lines, nor for other kinds', async () => {
    const { rejectsFile } = await inventory.import(`${HEADER}\nCAM-1,Axis,,,bad,S-1,,,\n`);
    await expect(inventory.importPath(rejectsFile!, { complete: true })).rejects.toMatchObject({
      code: 'bad-usage',
      exit: 2,
    });
    await expect(
      inventory.import('site_id,name,department_id,nation\n', { kind: 'sites', complete: true }),
    ).rejects.toMatchObject({ code: 'bad-usage' });
  });

  test('--map names columns', async () => {
    expect(
      await inventory.import('Ref,Company,Place\nCAM-1,Hikvision,S-1\n', {
        map: ['Ref=asset_id', 'Company=make', 'Place=site_id'],
      }),
    ).toMatchObject({ created: 1, casesOpening: 1 });
  });

  test('--dry-run reports as the import does, and changes nothing', async () => {
    await inventory.import(`${HEADER}\nCAM-2,Canon,,,,S-1,,,\nCAM-9,Axis,,,,T-1,,,\n`);
    const file = inventory.write(`${THREE}CAM-9,Axis,,,,S-1,,,\nCAM-8,Axis,,,bad,S-1,,,\n`);
    const before = await inventory.everything();
    const rehearsed = await inventory.importPath(file, { dryRun: true });
    expect(await inventory.everything()).toEqual(before);
    expect(existsSync(join(inventory.home, 'imports', '0-rejects.csv'))).toBe(false);
    const real = await inventory.importPath(file);
    const dates = { looked: 0, cases: 0, waiting: 0, moves: [], movesOmitted: 0 };
    expect(rehearsed).toEqual({ ...real, importId: null, dryRun: true, rejectsFile: null, dates });
    expect(real).toMatchObject({ created: 2, updated: 1, rejected: 2, casesOpening: 2 });
  });

  test('--rejects names the file, for a dry run too', async () => {
    const rejectsPath = join(inventory.home, 'mine.csv');
    const report = await inventory.import(`${HEADER}\nCAM-1,Axis,,,bad,S-1,,,\n`, { dryRun: true, rejectsPath });
    expect(report.rejectsFile).toBe(rejectsPath);
    expect(readFileSync(rejectsPath, 'utf8')).toContain('CAM-1');
  });
});

describe('who gets a case', () => {
  const one = (make: string, rest = 'S-1,camera,core', mac = ''): string =>
    `asset_id,make,mac,site_id,device_type,network\nCAM-1,${make},${mac},${rest}\n`;

  test.each([
    [
      'covered on a sensitive site',
      one('Hikvision'),
      [{ finding: 'covered', off_core: false, status: 'opening', spell: 1 }],
    ],
    ['covered on a site not yet assessed', one('Hikvision', 'S-2,camera,core'), [{ finding: 'covered' }]],
    ['suspect', one('Hikvison'), [{ finding: 'suspect' }]],
    ['of unknown make', one(''), [{ finding: 'unknown-make' }]],
    ['off the core network', one('Hikvision', 'S-1,camera,air gapped'), [{ off_core: true }]],
    ['on an unknown network, which may be the core', one('Hikvision', 'S-1,camera,'), [{ off_core: false }]],
    ['covered on a site out of scope: none', one('Hikvision', 'S-3,camera,core'), []],
    ['clear: none', one('Axis Communications'), []],
  ])('%s', async (_, file, expected) => {
    expect(await inventory.import(file)).toMatchObject({ casesOpening: expected.length });
    expect(await inventory.cases()).toMatchObject(expected);
  });

  test('a live case is not doubled, whatever the inventory says anew', async () => {
    await inventory.import(one('Hikvison'));
    const report = await inventory.import(one('Hikvision'));
    expect(report).toMatchObject({ casesOpening: 0, warnings: [{ code: 'case-differs', subject: 'CAM-1' }] });
    expect(await inventory.cases()).toHaveLength(1);
  });

  test.each(['removed', 'not-found', 'duplicate', 'out-of-scope', 'withdrawn'])(
    'a case closed as %s stands, with a warning',
    async (outcome) => {
      await inventory.import(one('Hikvision'));
      await inventory.close('CAM-1', outcome);
      const { casesOpening, warnings } = await inventory.import(one('Hikvision'));
      expect(casesOpening).toBe(0);
      expect(warnings).toEqual([
        expect.objectContaining({
          code: 'listed-after-closing',
          line: 2,
          subject: 'CAM-1',
          hint: expect.stringContaining('reopen'),
        }),
      ]);
    },
  );

  test('a clearance stands until make, model, MAC or policy changes; then the next spell opens', async () => {
    await inventory.import(one('Hikvison'));
    await inventory.close('CAM-1', 'not-covered');
    expect(await inventory.import(one('Hikvison'))).toMatchObject({ casesOpening: 0, warnings: [] });
    expect(await inventory.import(one('Hikvison', 'S-1,camera,segregated'))).toMatchObject({
      casesOpening: 0,
      updated: 1,
    });
    expect(await inventory.import(one('Hikvison', 'S-1,camera,core', '44:19:b6:00:00:01'))).toMatchObject({
      casesOpening: 1,
    });
    expect(await inventory.cases()).toMatchObject([
      { spell: 1, status: 'closed', outcome: 'not-covered' },
      { spell: 2, status: 'opening', follows: true },
    ]);
  });

  test('a newer policy that says the same of a device keeps its clearance, and importing it again asks nobody', async () => {
    await inventory.import(one('Hikvison'));
    await inventory.close('CAM-1', 'not-covered');
    const version = /version: *(.+)/.exec(UK_TEXT)![0];
    await applyPolicyFile(
      inventory.services,
      NOBODY,
      inventory.write(edited(UK_TEXT, version, 'version: "later"'), 'later.yaml'),
    );
    expect(await inventory.import(one('Hikvison'))).toMatchObject({ updated: 0, casesOpening: 0 });
  });

  test('after any import no flagged device of it is without a case, by the rule that reconciliation uses', async () => {
    await inventory.import(THREE + 'CAM-7,Dahua,,,,T-1,,,\nCAM-8,Dahua,,,,S-3,,,\n');
    await inventory.close('CAM-1', 'not-covered');
    await inventory.close('CAM-7', 'removed');
    await inventory.import(THREE.replace('44:19:b6:00:00:01', '44:19:b6:00:00:09'));
    expect(await inventory.rows('SELECT asset_id FROM flagged_without_case')).toEqual([]);
  });
});

test('flagged devices where the policy asks for nothing are counted apart', async () => {
  const report = await inventory.import(
    'asset_id,make,site_id,device_type\nA,Hikvision,S-1,camera\nB,Hikvision,S-3,camera\nC,,S-3,camera\nD,Hikvision,S-1,bracket\nE,Axis,S-3,camera\n',
  );
  expect(report).toMatchObject({
    screening: { covered: 3, suspect: 0, clear: 1, unknownMake: 1 },
    outOfScope: { covered: 2, suspect: 0, clear: 1, unknownMake: 1 },
    casesOpening: 1,
  });
});

describe('warnings', () => {
  test('a serial or MAC that another asset has', async () => {
    await inventory.import('asset_id,make,serial,mac,site_id\nCAM-1,Axis,SN1,00:40:8c:00:00:01,S-1\n');
    const report = await inventory.import(
      'asset_id,make,serial,mac,site_id\nCAM-2,Axis,SN1,00:40:8c:00:00:02,S-1\nCAM-3,Axis,SN3,00:40:8c:00:00:01,S-1\nCAM-4,Axis,SN4,,S-1\nCAM-5,Axis,SN4,,S-1\n',
    );
    expect(report.warnings.map(({ code, line, subject, text }) => [code, line, subject, text])).toEqual([
      ['serial-known', 2, 'CAM-2', 'Asset CAM-1 has the same serial number.'],
      ['mac-known', 3, 'CAM-3', 'Asset CAM-1 has the same MAC address.'],
      ['serial-known', 4, 'CAM-4', 'Asset CAM-5 has the same serial number.'],
      ['serial-known', 5, 'CAM-5', 'Asset CAM-4 has the same serial number.'],
    ]);
  });

  test('a recorder that is not there', async () => {
    const report = await inventory.import(
      'asset_id,make,parent_asset_id,site_id\nCAM-1,Axis,NVR-1,S-1\nCAM-2,Axis,NVR-2,S-1\nNVR-2,Axis,,S-1\n',
    );
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'unknown-parent', subject: 'CAM-1' })]);
  });

  test('a device that was merged into another: it is updated and opens no case', async () => {
    await inventory.import('asset_id,make,site_id\nCAM-1,Axis,S-1\nCAM-2,Axis,S-1\n');
    await inventory.pool.query(`UPDATE devices SET merged_into = 'CAM-1' WHERE asset_id = 'CAM-2'`);
    const report = await inventory.import('asset_id,make,site_id\nCAM-2,Hikvision,S-1\n');
    expect(report).toMatchObject({
      updated: 1,
      casesOpening: 0,
      warnings: [{ code: 'merged-asset', subject: 'CAM-2' }],
    });
  });
});

describe('a file or register that cannot be used', () => {
  test('without a policy nothing is screened, and the hint says how to apply one', async () => {
    await inventory.pool.query('TRUNCATE programmes, policies CASCADE');
    const failure = (await inventory.import(THREE).catch((error: unknown) => error)) as Failure;
    expect(failure).toMatchObject({ code: 'no-policy', exit: 2 });
    expect(failure.hint).toContain('clearsite policy apply');
  });

  test('a file that breaks off in the middle applies nothing, and shows as refused', async () => {
    await expect(inventory.import(`${THREE}CAM-4,"Axis,S-1\n`)).rejects.toMatchObject({
      code: 'unclosed-quote',
      exit: 2,
    });
    expect(await inventory.devices()).toEqual([]);
    expect(
      await inventory.rows(`SELECT finished_at, report -> 'error' ->> 'code' AS code FROM imports WHERE import_id = 2`),
    ).toEqual([{ finished_at: null, code: 'unclosed-quote' }]);
  });

  test('staging is empty afterwards', async () => {
    await inventory.import(THREE);
    expect(await inventory.rows('SELECT FROM device_staging UNION ALL SELECT FROM verdict_staging')).toEqual([]);
  });
});

test('imports at the same time take turns, and all of them count', async () => {
  const files = Array.from(
    { length: 4 },
    (_, n) =>
      `${HEADER}\n${Array.from({ length: 300 }, (_, i) => `CAM-${i},Hikvision,M-${n},,,S-1,camera,core,`).join('\n')}\n`,
  );
  const reports = await Promise.all(files.map((file) => inventory.import(file)));
  expect(reports.map(({ created }) => created).sort((a, b) => b - a)).toEqual([300, 0, 0, 0]);
  expect(reports.reduce((sum, { updated }) => sum + updated, 0)).toBe(900);
  expect(reports.reduce((sum, { casesOpening }) => sum + casesOpening, 0)).toBe(300);
  expect(await inventory.cases()).toHaveLength(300);
});

test('what no database takes is refused line by line, wherever a workbook hides it', async () => {
  const odd = 'x_x0000_y_xD800_z';
  const devices = workbook({
    name: odd,
    rows: { 1: ['asset_x0000_id', 'make', 'site_id', odd], 2: [odd, odd, odd, odd], 3: ['CAM-1', 'Axis', 'S-1', odd] },
  });
  const report = await inventory.import(devices);
  expect(report).toMatchObject({ accepted: 1, rejected: 1, ignoredColumns: ['x y z'] });
  expect(new Set(report.rejects.map(({ code }) => code))).toEqual(new Set(['bad-characters']));
  const sites = workbook({
    name: 'S',
    rows: {
      1: ['site_id', 'name', 'department_id', 'nation'],
      2: ['X-1', odd, 'D-AG', 'England'],
      3: ['X-2', 'ok', 'D-AG', 'England'],
    },
  });
  expect(await inventory.import(sites, { kind: 'sites' })).toMatchObject({ created: 1, rejected: 1 });
});

test('an import that finds another at work says so and waits for it', async () => {
  const other = await inventory.pool.connect();
  await other.query('SELECT pg_advisory_lock(7311493)');
  const phases: string[] = [];
  const waiting = importFile(inventory.services, inventory.request(inventory.write(THREE)), ({ phase }) => {
    phases.push(phase);
    if (phase === 'waiting') void other.query('SELECT pg_advisory_unlock(7311493)').then(() => other.release());
  });
  expect(await waiting).toMatchObject({ created: 3 });
  expect([...new Set(phases)]).toEqual(['waiting', 'reading', 'checking', 'merging']);
});

describe('a register that goes away in the middle', () => {
  test.each(['reading', 'merging'] as const)(
    'while %s: exit 3, nothing applied, and the next import goes through',
    async (phase) => {
      const file = inventory.write(
        `${HEADER}\n${Array.from({ length: 20_000 }, (_, i) => `CAM-${i},Hikvision,M,,,S-1,camera,core,`).join('\n')}\n`,
      );
      const ended: Promise<unknown>[] = [];
      const cut = ({ phase: now }: { phase: string }): void => {
        if (now !== phase || ended.length > 0) return;
        ended.push(
          inventory.pool.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
          ),
        );
      };
      const failure = await importFile(inventory.services, inventory.request(file), cut).catch(
        (error: unknown) => error,
      );
      await Promise.all(ended);
      expect(failure).toMatchObject({ code: 'register-lost', exit: 3 });
      await inventory.reconnect();
      expect(await inventory.devices()).toEqual([]);
      expect(await inventory.importPath(file)).toMatchObject({ created: 20_000, casesOpening: 20_000 });
    },
  );
});

test('a table that was empty is not read anew for every row that is put into it', async () => {
  // Statistics that say "empty", as a dry run on a new register leaves them, once led to a scan a row: a million rows took hours.
  await inventory.pool.query('ANALYZE devices, cases, device_staging');
  const count = async (column: 'seq_scan' | 'n_tup_ins'): Promise<number> => {
    const [row] = await inventory.rows<{ sum: number }>(
      `SELECT sum(${column})::int AS sum FROM pg_stat_user_tables WHERE relname IN ('devices', 'cases', 'sites', 'device_staging')`,
    );
    return row!.sum;
  };
  const [scans, inserted] = [await count('seq_scan'), await count('n_tup_ins')];
  const lines = Array.from({ length: 3_000 }, (_, i) => `CAM-${i},Hikvision,M,SN${i},,S-1,camera,core,`);
  await inventory.import(`${HEADER}\n${lines.join('\n')}\n`);
  // The server counts a little later.
  await until(async () => (await count('n_tup_ins')) >= inserted + 9_000);
  expect((await count('seq_scan')) - scans).toBeLessThan(300);
});
