import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Inventory } from './inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

const sites = (text: string) => inventory.import(text, { kind: 'sites' });
const contacts = (text: string) => inventory.import(text, { kind: 'contacts' });

describe('sites', () => {
  const HEADER = 'site_id,name,department_id,nation,sensitivity';

  test('come with their departments; the same file again changes nothing', async () => {
    const file = `${HEADER},department_name\nX-1,Office,D-XX,Wales,sensitive,Transport\nX-2,Depot,D-XX,Scotland,,\n`;
    expect(await sites(file)).toMatchObject({ created: 2, updated: 0, departments: ['D-XX'], casesOpening: 0 });
    expect(await inventory.rows(`SELECT name FROM departments WHERE department_id = 'D-XX'`)).toEqual([
      { name: 'Transport' },
    ]);
    expect(
      await inventory.rows(`SELECT site_id, nation, sensitivity FROM sites WHERE department_id = 'D-XX' ORDER BY 1`),
    ).toEqual([
      { site_id: 'X-1', nation: 'england-and-wales', sensitivity: 'sensitive' },
      { site_id: 'X-2', nation: 'scotland', sensitivity: 'unassessed' },
    ]);
    expect(await sites(file)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  });

  test('need no policy', async () => {
    await inventory.pool.query('TRUNCATE programmes, policies CASCADE');
    expect(await sites(`${HEADER}\nX-1,Office,D-XX,Wales,sensitive\n`)).toMatchObject({ created: 1 });
  });

  test('a blank class does not undo an assessment, a stated one does', async () => {
    await sites(`${HEADER}\nS-1,Main building,D-AG,England,\n`);
    expect(await inventory.rows(`SELECT sensitivity FROM sites WHERE site_id = 'S-1'`)).toEqual([
      { sensitivity: 'sensitive' },
    ]);
    await sites(`${HEADER}\nS-1,Main building,D-AG,England,unassessed\n`);
    expect(await inventory.rows(`SELECT sensitivity FROM sites WHERE site_id = 'S-1'`)).toEqual([
      { sensitivity: 'unassessed' },
    ]);
  });

  test('a site that comes into scope opens cases for its devices, those of types out of scope apart', async () => {
    await inventory.import(
      'asset_id,make,site_id,device_type\nCAM-1,Hikvision,S-3,camera\nCAM-2,Axis,S-3,camera\nBRK-1,Hikvision,S-3,bracket\n',
    );
    expect(await inventory.cases()).toEqual([]);
    expect(await sites(`${HEADER}\nS-3,Store,D-AG,England,sensitive\n`)).toMatchObject({ updated: 1, casesOpening: 1 });
    expect(await inventory.cases()).toMatchObject([{ asset_id: 'CAM-1', status: 'opening', site_id: 'S-3' }]);
    expect(await inventory.rows(`SELECT asset_id FROM devices WHERE in_scope ORDER BY 1`)).toEqual([
      { asset_id: 'CAM-1' },
      { asset_id: 'CAM-2' },
    ]);
  });

  test('a site that leaves scope says which cases are still open on it', async () => {
    await inventory.import('asset_id,make,site_id\nCAM-1,Hikvision,S-1\n');
    const report = await sites(`${HEADER}\nS-1,Main building,D-AG,England,not sensitive\n`);
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'cases-out-of-scope', subject: 'S-1' })]);
    expect(await inventory.rows(`SELECT in_scope FROM devices`)).toEqual([{ in_scope: false }]);
  });

  test.each([
    ["another department's id", 'S-1,Elsewhere,D-HS,England,', 'site-id-taken'],
    ['a second line about the same site', 'X-1,One,D-AG,England,\nX-1,Two,D-AG,England,', 'duplicate-site'],
    ['an unknown nation', 'X-1,One,D-AG,France,', 'unknown-word'],
  ])('are refused for %s', async (_, lines, code) => {
    const report = await sites(`${HEADER}\n${lines}\n`);
    expect(report).toMatchObject({ rejected: 1, rejects: [{ code }] });
  });

  test('one department called by two names takes the first, with a warning', async () => {
    const report = await sites(`${HEADER},department_name\nX-1,a,D-XX,Wales,,Transport\nX-2,b,D-XX,Wales,,Transit\n`);
    expect(report.warnings).toEqual([
      expect.objectContaining({ code: 'department-name-differs', line: 3, subject: 'D-XX' }),
    ]);
  });

  test('a dry run changes nothing', async () => {
    const before = await inventory.everything();
    expect(
      await inventory.import(`${HEADER}\nX-1,Office,D-XX,Wales,sensitive\n`, { kind: 'sites', dryRun: true }),
    ).toMatchObject({ created: 1, importId: null });
    expect(await inventory.everything()).toEqual(before);
  });
});

describe('contacts', () => {
  const HEADER = 'department_id,role,name,email,site_id,deputy_email,away_from,away_to';
  const file = `${HEADER}\nD-AG,task-owner,Kim Example,Kim@ag.example,,,,\nD-AG,dso,Al Example,al@ag.example,S-1,,2026-12-20,2027-01-04\n,SRO,Jo Example,jo@centre.example,,,,\n`;

  test('fill posts; the same file again changes nothing', async () => {
    expect(await contacts(file)).toMatchObject({ created: 3, departments: ['D-AG'] });
    expect(
      await inventory.rows(`SELECT department_id, role, email, site_id, away_from::text FROM contacts ORDER BY email`),
    ).toEqual([
      { department_id: 'D-AG', role: 'task-owner', email: 'Kim@ag.example', site_id: null, away_from: null },
      {
        department_id: 'D-AG',
        role: 'security-officer',
        email: 'al@ag.example',
        site_id: 'S-1',
        away_from: '2026-12-20',
      },
      { department_id: null, role: 'sro', email: 'jo@centre.example', site_id: null, away_from: null },
    ]);
    expect(await contacts(file)).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
  });

  test('one person may hold several posts, and one post several people', async () => {
    expect(
      await contacts(
        `${HEADER}\nD-AG,head,Kim,kim@ag.example\nD-HS,head,Kim,kim@ag.example\nD-AG,head,Al,al@ag.example\n`,
      ),
    ).toMatchObject({ created: 3 });
  });

  test('a changed line changes the contact; what it was stays with the contact and nowhere else', async () => {
    await contacts(file);
    expect(await contacts(file.replace('Kim Example', 'Kim Sample'))).toMatchObject({ updated: 1, unchanged: 2 });
    expect(
      await inventory.rows(`SELECT name, before_import ->> 'name' AS before FROM contacts WHERE role = 'task-owner'`),
    ).toEqual([{ name: 'Kim Sample', before: 'Kim Example' }]);
    expect(await inventory.rows('SELECT FROM import_changes')).toEqual([]);
    expect(JSON.stringify(await inventory.rows('SELECT report FROM imports'))).not.toContain('ag.example');
  });

  test('somebody who has left is not put back by a file', async () => {
    await contacts(file);
    await inventory.pool.query(`UPDATE contacts SET left_at = now() WHERE role = 'task-owner'`);
    const report = await contacts(file);
    expect(report).toMatchObject({ created: 0, unchanged: 3, warnings: [{ code: 'has-left', line: 2 }] });
    expect(await inventory.rows(`SELECT count(*)::int AS there FROM contacts WHERE left_at IS NULL`)).toEqual([
      { there: 2 },
    ]);
  });

  test('a line twice, with other values, is refused', async () => {
    expect(await contacts(`${HEADER}\nD-AG,head,Kim,kim@ag.example\nD-AG,head,Kim K,KIM@ag.example\n`)).toMatchObject({
      created: 1,
      rejects: [{ line: 3, code: 'duplicate-contact' }],
    });
  });
});
