import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { workbook } from '../../importers/workbooks';
import { Inventory } from './inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

const COLUMNS = ['asset_id', 'make', 'site_id'];
const HEADER = COLUMNS.join(',');
const SHEET = workbook({ name: 'Devices', rows: { 1: COLUMNS, 2: ['', ' ', ''] } });

describe.each<[string, string | Buffer]>([
  ['a text file', `${HEADER}\n`],
  ['a text file without a last line break', HEADER],
  ['a text file with blank lines', `${HEADER}\n\n,,\n , ,\n`],
  ['a workbook', SHEET],
])('%s that has a header and no lines', (_, content) => {
  test('is said to have none', async () => {
    expect(await inventory.import(content)).toMatchObject({
      read: 0,
      accepted: 0,
      rejected: 0,
      warnings: [
        {
          code: 'no-lines',
          line: null,
          text: 'The file has a header and no lines.',
          hint: expect.stringMatching(/export it again\.$/),
        },
      ],
      warningsOmitted: 0,
    });
  });

  test.each([null, 'D-AG'])('is refused as a complete inventory (of department %s)', async (department) => {
    await inventory.import(`${HEADER}\nCAM-1,Hikvision,S-1\n`);
    const before = await inventory.devices();
    for (const dryRun of [true, false]) {
      await expect(inventory.import(content, { complete: true, department, dryRun })).rejects.toMatchObject({
        code: 'no-lines',
        exit: 2,
      });
    }
    expect(await inventory.devices()).toEqual(before);
    expect(
      await inventory.rows(`SELECT finished_at, report -> 'error' ->> 'code' AS code FROM imports WHERE complete`),
    ).toEqual([{ finished_at: null, code: 'no-lines' }]);
  });
});

test.each([
  ['sites', 'site_id,name,department_id,nation\n'],
  ['contacts', 'department_id,role,name,email\n'],
] as const)('a file of %s with a header and no lines is said to have none', async (kind, content) => {
  expect(await inventory.import(content, { kind })).toMatchObject({ read: 0, warnings: [{ code: 'no-lines' }] });
});

test('a file whose only line is rejected has lines', async () => {
  const report = await inventory.import(`${HEADER}\nCAM-1,Hikvision,S-9\n`, { complete: true });
  expect(report).toMatchObject({ read: 1, rejected: 1, warnings: [] });
});
