import { afterAll, describe, expect, test } from '@jest/globals';
import { planColumns } from '../../importers/columns';
import { deviceReader } from '../../importers/devices';
import { damageProblem } from '../../importers/line';
import { Folder, open } from './files';
import { workbook } from './workbooks';

const folder = new Folder();
afterAll(() => folder.remove());

const departmentOf = new Map([['S-1', 'D-1']]);

/** What becomes of each line: the device's values that are there, or what is wrong, by column. */
async function read(content: string | Uint8Array): Promise<unknown[]> {
  const table = await open(folder.write(content));
  const plan = planColumns('devices', table.header, table.headerLine, []);
  const device = deviceReader(plan, { departmentOf, department: null, assetPrefix: '' });
  const found: unknown[] = [];
  for await (const { records, damaged } of table.batches()) {
    for (const [index, cells] of records.entries()) {
      const damage = damaged.find((one) => one.index === index);
      const line = damage === undefined ? device(cells) : null;
      if (line === null) found.push([[null, damageProblem(damage!.code, cells).code]]);
      else if (!line.ok) found.push(line.problems.map(({ column, code }) => [column, code]));
      else
        found.push(
          Object.fromEntries(
            Object.entries(line.device).filter(
              ([key, value]) => value !== null && key !== 'network' && key !== 'siteId',
            ),
          ),
        );
    }
  }
  return found;
}

const HEADER = 'asset_id,make,site_id,serial';
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const CAM = { assetId: 'CAM-1', make: 'Axis', serial: 'SN1' };

describe('files as departments really send them', () => {
  test.each<[string, string | Uint8Array, unknown[]]>([
    [
      'a footer is refused',
      `${HEADER}\nCAM-1,Axis,S-1,SN1\nTotal: 34\n,,,\nTotal,34,,\n`,
      [CAM, [['site_id', 'missing-value']], [['site_id', 'missing-value']]],
    ],
    [
      'UTF-16 of a spreadsheet, with tabs',
      utf16('asset_id\tmake\tsite_id\tserial\r\nCAM-1\tAxis\tS-1\tSN1\r\n'),
      [CAM],
    ],
    [
      'a semicolon file with decimal commas',
      'asset_id;make;site_id;serial;price\nCAM-1;Axis;S-1;SN1;1.234,50\n',
      [CAM],
    ],
    [
      'quoted headers over several lines',
      '"Asset\nID","Make\r\n(brand)",make,"site\n_id",serial\nCAM-1,x,Axis,S-1,SN1\n',
      [CAM],
    ],
    ['thousands of blank lines at the end', `${HEADER}\nCAM-1,Axis,S-1,SN1\n${',,,\n\n'.repeat(20_000)}`, [CAM]],
    [
      'no-break spaces and zero-width characters',
      `${HEADER}\n\u00A0CAM-1\u200B,\uFEFFAxis\u00A0,S\u200D-1,\u2060SN1\n`,
      [CAM],
    ],
    ['line ends of an old Mac', `${HEADER}\rCAM-1,Axis,S-1,SN1\r`, [CAM]],
    [
      'a byte-order mark in the middle, where files were joined',
      `${HEADER}\nCAM-1,Axis,S-1,SN1\n\uFEFFCAM-2,Axis,S-1,SN2\n`,
      [CAM, { assetId: 'CAM-2', make: 'Axis', serial: 'SN2' }],
    ],
    [
      'tabs in a quoted cell',
      `${HEADER}\nCAM-1,"Axis\tCommunications",S-1,SN1\n`,
      [{ ...CAM, make: 'Axis Communications' }],
    ],
    ['apostrophes and pictures', `${HEADER}\nCAM-1,O'Brien 📷,S-1,SN1\n`, [{ ...CAM, make: "O'Brien 📷" }]],
    [
      'long numbers that a spreadsheet has shortened',
      `${HEADER}\nCAM-1,Axis,S-1,1.23457E+12\n`,
      [[['serial', 'mangled-number']]],
    ],
    [
      'days as numbers of a spreadsheet',
      `${HEADER},installed_on\nCAM-1,Axis,S-1,SN1,43824\n`,
      [[['installed_on', 'bad-date']]],
    ],
    ['columns without a name at the end, empty', `${HEADER},,\nCAM-1,Axis,S-1,SN1,,\n`, [CAM]],
    [
      'a value that slid into a column without a name',
      `${HEADER},,\nCAM-1,Axis,S-1,SN1, rev 2,\n`,
      [[[null, 'too-many-cells']]],
    ],
    [
      'guards that keep leading zeros in a spreadsheet',
      `${HEADER}\n"=""0012""",Axis,S-1,="0034"\n="CAM-1",="Axis",="S-1",="SN1"\n`,
      [{ assetId: '0012', make: 'Axis', serial: '0034' }, CAM],
    ],
    [
      'a guard around a quote is left as it is',
      `${HEADER}\n"=""a""b""",Axis,S-1,SN1\n`,
      [[['asset_id', 'bad-characters']]],
    ],
  ])('%s', async (_what, content, expected) => {
    expect(await read(content)).toEqual(expected);
  });

  test('a title above the header is refused, with what to do', async () => {
    await expect(read(`Inventory 2026,,,\n,,,\n${HEADER}\nCAM-1,Axis,S-1,SN1\n`)).rejects.toMatchObject({
      code: 'missing-columns',
      hint: expect.stringContaining('Delete what stands above the header line'),
    });
  });
});

describe('numbers of a workbook', () => {
  // Excel computes with 15 digits: of a longer number it has kept no more, and fills up with zeros.
  test.each<[string, string, unknown]>([
    ['of at most 15 digits are whole', '4.41921000001E11', { ...CAM, serial: '441921000001' }],
    ['of 15 digits are whole', '1.23456789012345E14', { ...CAM, serial: '123456789012345' }],
    ['of more digits have lost the last ones', '1.23456789012345E15', [['serial', 'mangled-number']]],
    ['of far more digits too', '1.23456789012345E19', [['serial', 'mangled-number']]],
  ])('%s', async (_what, serial, expected) => {
    const rows = { 1: HEADER.split(','), 2: ['CAM-1', 'Axis', 'S-1', { number: serial }] };
    expect(await read(workbook({ name: 'A', rows }))).toEqual([expected]);
  });

  test('with zeros in front that only their format shows are read without, and that is said', async () => {
    const rows = {
      1: HEADER.split(','),
      2: [{ padded: 12 }, 'Axis', 'S-1', 'SN1'],
      3: ['CAM-1', 'Axis', 'S-1', 'SN1'],
    };
    const content = workbook({ name: 'A', rows });
    expect(await read(content)).toEqual([{ assetId: '12', make: 'Axis', serial: 'SN1' }, CAM]);
    const { notes } = await open(folder.write(content));
    expect(notes).toEqual([expect.stringMatching(/^1 cells show zeros in front that are not in them, as 0012 for 12/)]);
  });
});
