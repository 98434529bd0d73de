import { describe, expect, test } from '@jest/globals';
import { type Failure } from '../../domain/errors';
import { type Kind, planColumns } from '../../importers/columns';

function plan(header: readonly string[], map: readonly string[] = [], kind: Kind = 'devices'): Record<string, string> {
  const { positions } = planColumns(kind, header, 1, map);
  return Object.fromEntries([...positions].map(([field, position]) => [field, header[position]!]));
}

function refusal(header: readonly string[], map: readonly string[] = [], kind: Kind = 'devices'): Failure {
  try {
    planColumns(kind, header, 3, map);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it was accepted');
}

describe('headers are known in any case, spacing and punctuation, and by what departments call them', () => {
  test.each([
    [['asset_id', 'make', 'site_id']],
    [['ASSET_ID', 'MAKE', 'SITE_ID']],
    [['Asset ID', 'Make', 'Site ID']],
    [['asset-id', ' make ', 'site.id']],
    [['AssetId', 'Manufacturer', 'SiteCode']],
    [['Asset Tag', 'Brand', 'Location Code']],
    [['Ａｓｓｅｔ　ＩＤ', 'make', 'site id']],
  ])('%p', (header) => {
    expect(Object.keys(plan(header)).sort()).toEqual(['asset_id', 'make', 'site_id']);
  });

  test('columns that the import does not use are named', () => {
    expect(planColumns('devices', ['asset_id', 'make', 'site_id', 'Notes', '', 'Room'], 1, []).ignored).toEqual([
      'Notes',
      'Room',
    ]);
  });
});

describe('--map', () => {
  const header = ['Ref', 'Company', 'Place', 'Tag'];

  test('names columns', () => {
    expect(plan(header, ['Ref=asset_id', 'company=make', 'PLACE = site_id'])).toEqual({
      asset_id: 'Ref',
      make: 'Company',
      site_id: 'Place',
    });
  });

  test('goes before a column of the right name', () => {
    const { positions, ignored } = planColumns('devices', ['asset_id', 'make', 'site_id', 'Tag no'], 1, [
      'Tag no=asset_id',
    ]);
    expect(positions.get('asset_id')).toBe(3);
    expect(ignored).toEqual(['asset_id']);
  });

  test('leaves a column out', () => {
    expect(plan(['asset_id', 'make', 'site_id', 'mac'], ['mac='])).not.toHaveProperty('mac');
  });

  test('a column name may hold the equals sign', () => {
    expect(plan(['a=b', 'make', 'site_id'], ['a=b=asset_id'])).toMatchObject({ asset_id: 'a=b' });
  });

  test.each([
    ['Ref', 'bad-map'],
    ['Ref=colour', 'bad-map'],
    ['Nothing=asset_id', 'bad-map'],
  ])('%s is refused', (entry, code) => {
    expect(refusal(header, [entry])).toMatchObject({ code, exit: 2 });
  });
});

describe('what is missing or double is said with what was found', () => {
  test('columns that are needed', () => {
    const failure = refusal(['asset_id', 'Notes']);
    expect(failure).toMatchObject({
      code: 'missing-columns',
      exit: 2,
      details: { missing: ['site_id', 'make or mac'], headerLine: 3 },
    });
    expect(failure.message).toContain('Line 3 was read as the header: asset_id, Notes');
    expect(failure.hint).toContain('--map');
  });

  test('a title row in place of the header', () => {
    const failure = refusal(['CCTV inventory 2026', '', '']);
    expect(failure.message).toContain('CCTV inventory 2026');
    expect(failure.message).toContain('asset_id, site_id, make or mac');
    expect(failure.hint).toContain('Delete what stands above the header');
  });

  test('another kind of file', () => {
    expect(refusal(['site_id', 'name', 'department_id', 'nation']).hint).toContain('--kind sites');
    expect(refusal(['department_id', 'role', 'name', 'email']).hint).toContain('--kind contacts');
  });

  test('two columns for one field', () => {
    const failure = refusal(['asset_id', 'Asset Tag', 'make', 'site_id']);
    expect(failure).toMatchObject({ code: 'duplicate-column' });
    expect(failure.message).toContain('asset_id and Asset Tag');
  });

  test('a make is not needed where there is a MAC', () => {
    expect(Object.keys(plan(['asset_id', 'site_id', 'mac']))).toContain('mac');
  });
});
