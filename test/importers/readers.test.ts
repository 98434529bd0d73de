import { describe, expect, test } from '@jest/globals';
import { planColumns } from '../../importers/columns';
import { contactReader } from '../../importers/contacts';
import { type DeviceContext, deviceReader } from '../../importers/devices';
import { type LineProblem } from '../../importers/problem';
import { siteReader } from '../../importers/sites';

const departmentOf = new Map([
  ['S-1', 'D-1'],
  ['S-2', 'D-2'],
]);

const DEVICE = ['asset_id', 'make', 'model', 'mac', 'site_id', 'network', 'parent_asset_id', 'installed_on'];

function device(cells: readonly string[], context: Partial<DeviceContext> = {}, header = DEVICE) {
  return deviceReader(planColumns('devices', header, 1, []), {
    departmentOf,
    department: null,
    assetPrefix: '',
    ...context,
  })(cells);
}

function problems(line: ReturnType<typeof device>): [string | null, string][] {
  return line.ok ? [] : line.problems.map(({ column, code }) => [column, code]);
}

describe('a device line', () => {
  const good = ['CAM-1', ' Hikvision ', 'DS-2', '4419.b600.0001', 'S-1', 'Core', 'NVR-1', '25/12/2019'];

  test('is read into one record', () => {
    expect(device(good)).toEqual({
      ok: true,
      device: {
        assetId: 'CAM-1',
        make: 'Hikvision',
        model: 'DS-2',
        serial: null,
        mac: '44:19:b6:00:00:01',
        ip: null,
        siteId: 'S-1',
        deviceType: null,
        network: 'core',
        parentAssetId: 'NVR-1',
        installedOn: '2019-12-25',
        scheduledUpgradeOn: null,
      },
    });
  });

  test('may lack its last cells', () => {
    expect(device(['CAM-1', 'Axis', '', '', 'S-1'])).toMatchObject({
      ok: true,
      device: { network: 'unknown', parentAssetId: null },
    });
  });

  test('tells everything that is wrong with it at once, by the column names of the file', () => {
    const line = device(['', 'Axis', '', '12:34', 'S-9', 'VLAN', '', '03/04/2026'], {}, [
      'Asset Tag',
      'Brand',
      'model',
      'MAC address',
      'Site Code',
      'network',
      'parent',
      'Installed',
    ]);
    expect(problems(line)).toEqual([
      ['Asset Tag', 'missing-value'],
      ['MAC address', 'bad-mac'],
      ['network', 'unknown-word'],
      ['Installed', 'ambiguous-date'],
      ['Site Code', 'unknown-site'],
    ]);
  });

  test.each([
    ['an unknown site', ['CAM-1', 'Axis', '', '', 'S-9'], {}, [['site_id', 'unknown-site']]],
    [
      "another department's site",
      ['CAM-1', 'Axis', '', '', 'S-2'],
      { department: 'D-1' },
      [['site_id', 'other-department']],
    ],
    ['itself as its recorder', ['CAM-1', 'Axis', '', '', 'S-1', '', 'CAM-1'], {}, [['parent_asset_id', 'own-parent']]],
    ['a value that spilled into another cell', [...good, 'spilled'], {}, [[null, 'too-many-cells']]],
    [
      'an asset id that its prefix makes too long',
      ['x'.repeat(100), 'Axis', '', '', 'S-1'],
      { assetPrefix: 'AG-' },
      [['asset_id', 'too-long']],
    ],
  ])('is refused for %s', (_, cells, context, expected) => {
    expect(problems(device(cells, context))).toEqual(expected);
  });

  test('empty cells beyond the header are nothing', () => {
    expect(device([...good, '', ' ']).ok).toBe(true);
  });

  test('a site whose id differs only in case is named', () => {
    const line = device(['CAM-1', 'Axis', '', '', 's-1']);
    expect(line.ok ? null : line.problems[0]!.hint).toContain('S-1');
  });

  test('the prefix goes before the asset and its recorder', () => {
    expect(device(good, { assetPrefix: 'AG-' })).toMatchObject({
      device: { assetId: 'AG-CAM-1', parentAssetId: 'AG-NVR-1' },
    });
  });

  test('keeps its asset id where something else is wrong, so that it does not count as missing', () => {
    expect(device(['CAM-1', 'Axis', '', 'x', 'S-1'])).toMatchObject({ ok: false, assetId: 'CAM-1' });
  });
});

describe('a site line', () => {
  const header = ['site_id', 'name', 'department_id', 'nation', 'sensitivity', 'controlled_by', 'access_lead_days'];
  const read = (cells: readonly string[], department: string | null = null) =>
    siteReader(planColumns('sites', header, 1, []), { departmentOf, department })(cells);
  const codes = (result: ReturnType<typeof read>) => (result as readonly LineProblem[]).map(({ code }) => code);

  test('is read; a blank class says nothing', () => {
    expect(read(['S-3', 'Main building', 'D-1', 'England', '', 'landlord', '10'])).toMatchObject({
      siteId: 'S-3',
      nation: 'england-and-wales',
      sensitivity: null,
      controlledBy: 'landlord',
      accessLeadDays: 10,
    });
  });

  test('of an id that another department holds is refused', () => {
    expect(codes(read(['S-2', 'x', 'D-1', 'England', '', '', '']))).toEqual(['site-id-taken']);
  });

  test('of another department is refused where one is named', () => {
    expect(codes(read(['S-2', 'x', 'D-2', 'England', '', '', ''], 'D-1'))).toEqual(['other-department']);
  });

  test('without nation is refused', () => {
    expect(codes(read(['S-3', 'x', 'D-1', '', '', '', '']))).toEqual(['missing-value']);
  });
});

describe('a contact line', () => {
  const header = ['department_id', 'role', 'name', 'email', 'site_id', 'away_from', 'away_to'];
  const read = (...cells: string[]) =>
    contactReader(planColumns('contacts', header, 1, []), {
      departments: new Set(['D-1', 'D-2']),
      departmentOf,
      department: null,
    })(cells);
  const codes = (result: ReturnType<typeof read>) => (result as readonly LineProblem[]).map(({ code }) => code);

  test('is read', () => {
    expect(read('D-1', 'Owner', 'Kim Example', 'kim@d1.example', 'S-1')).toMatchObject({
      departmentId: 'D-1',
      role: 'task-owner',
      siteId: 'S-1',
    });
  });

  test('without department is a programme-wide post', () => {
    expect(read('', 'SRO', 'Jo', 'jo@centre.example')).toMatchObject({ departmentId: null, role: 'sro' });
  });

  test.each([
    ['a department post without department', ['', 'head', 'Jo', 'jo@d1.example'], ['wrong-post']],
    ['an unknown department', ['D-9', 'head', 'Jo', 'jo@d9.example'], ['unknown-department']],
    ['an unknown site', ['D-1', 'task-owner', 'Jo', 'jo@d1.example', 'S-9'], ['unknown-site']],
    ["another department's site", ['D-1', 'task-owner', 'Jo', 'jo@d1.example', 'S-2'], ['wrong-post']],
    ['an address that is none', ['D-1', 'head', 'Jo', 'jo at d1'], ['bad-email']],
    ['a second header in the address', ['D-1', 'head', 'Jo', 'jo@d1.example\nBcc: x@y.example'], ['bad-email']],
    [
      'a return before the departure',
      ['D-1', 'head', 'Jo', 'jo@d1.example', '', '2026-12-20', '2026-12-19'],
      ['bad-date'],
    ],
  ])('is refused for %s', (_, cells, expected) => {
    expect(codes(read(...cells))).toEqual(expected);
  });

  test('a name is one line, whatever was in the cell', () => {
    expect(read('D-1', 'head', 'Jo\r\nBcc: all@d1.example', 'jo@d1.example')).toMatchObject({
      name: 'Jo Bcc: all@d1.example',
    });
  });
});
