import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UK_FILE } from '../support/policies';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand, startRegister, type TestRegister } from '../support/stack';

let command: string;
let register: TestRegister;
const folder = mkdtempSync(join(tmpdir(), 'clearsite-import-cli-'));
const home = join(folder, 'home');

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const clearsite = (...args: string[]): Promise<Ran> =>
  runCli(command, args, { CLEARSITE_HOME: home, DATABASE_URL: register.databaseUrl });
const json = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

const SITES =
  'site_id,name,department_id,department_name,nation,sensitivity\nS-1,Main building,D-AG,Agriculture,England,sensitive\nS-2,Annexe,D-AG,Agriculture,England,no\n';
const DEVICES =
  'Asset ID;Manufacturer;Site;Network;Notes\r\nCAM-1;Hikvision;S-1;core;x\r\nCAM-2;Axis;S-1;vlan;y\r\nCAM-3;Axis;S-9;core;z\r\nCAM-4;Axis;S-1;core;\r\n';

beforeAll(async () => {
  [command, register] = await Promise.all([builtCommand(), startRegister()]);
  await clearsite('policy', 'apply', UK_FILE);
}, 600_000);

afterAll(async () => {
  await register.stop();
  rmSync(folder, { recursive: true });
});

describe('clearsite import, one department from file to register', () => {
  test('sites first', async () => {
    const ran = await clearsite('import', file('sites.csv', SITES), '--kind', 'sites');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('sites.csv (CSV, utf-8, comma): 2 lines of sites read.');
    expect(ran.stdout).toContain('2 lines accepted: 2 created, 0 updated, 0 unchanged. 0 lines rejected.');
  });

  test('--dry-run says what would happen', async () => {
    const ran = await clearsite('import', file('devices.csv', DEVICES), '--dry-run');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('Dry run: nothing has been changed.');
    expect(ran.stdout).toContain('2 lines would be accepted: 2 created');
    expect(ran.stdout).toContain('1 case would open.');
    expect(json(await clearsite('devices', 'list', '--json'))).toEqual({ devices: [], total: 0, next: null });
  });

  test('rejected lines are a table with what to do, the rest goes in, exit 1', async () => {
    const { code, stdout, stderr } = await clearsite('import', join(folder, 'devices.csv'));
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toContain('devices.csv (CSV, utf-8, semicolon): 4 lines of devices read.');
    expect(stdout).toMatch(/line +column +value +reason +what to do\n/);
    expect(stdout).toMatch(
      /3 +Network +vlan +It is not a word that the import knows\. +Write one of core, segregated, isolated, unknown\.\n/,
    );
    expect(stdout).toMatch(/4 +Site +S-9 +No site of this id is known\./);
    expect(stdout).toContain('Columns not used: Notes.');
    expect(stdout).toContain(
      '1 case asked for. Temporal is not running, so they wait: "clearsite reconcile" opens them once it is.',
    );
    expect(stdout).toContain(`To mend them: correct ${join(home, 'imports', '2-rejects.csv')}`);
    expect(stdout).toContain('clearsite imports undo 2 --reason');
    expect(stdout).not.toContain('\u001b');
  });

  test('the mended rejects go in, by the command that was printed', async () => {
    const path = join(home, 'imports', '2-rejects.csv');
    writeFileSync(path, readFileSync(path, 'utf8').replace('vlan', 'segregated').replace('S-9', 'S-2'));
    const ran = await clearsite('import', path, '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(json(ran)).toMatchObject({ importId: 3, created: 2, rejected: 0, rejects: [], opening: null });
  });

  test('--json is one document with the members of the contract', async () => {
    const ran = await clearsite('import', join(folder, 'devices.csv'), '--json', '--verbose');
    expect(ran.code).toBe(1);
    expect(json(ran)).toMatchObject({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ';',
      read: 4,
      accepted: 2,
      rejected: 2,
      created: 0,
      updated: 0,
      unchanged: 2,
      screening: { covered: 1, suspect: 0, clear: 1, unknownMake: 0 },
      devices: [
        { line: 2, assetId: 'CAM-1', result: 'covered' },
        { line: 5, assetId: 'CAM-4', result: 'clear' },
      ],
      rejects: [
        {
          line: 3,
          column: 'Network',
          value: 'vlan',
          code: 'unknown-word',
          reason: expect.any(String),
          hint: expect.any(String),
        },
        {
          line: 4,
          column: 'Site',
          value: 'S-9',
          code: 'unknown-site',
          reason: expect.any(String),
          hint: expect.any(String),
        },
      ],
      importId: 4,
      file: 'devices.csv',
      dryRun: false,
      casesOpening: 0,
      warnings: [],
    });
  });

  test.each([
    ['a file that is not there', ['none.csv'], 'no-such-file'],
    ['an unknown format', ['devices.csv', '--format', 'nmap'], 'unsupported-format'],
    ['a header without what is needed', ['sites.csv'], 'missing-columns'],
    ['a wrong --map', ['devices.csv', '--map', 'Colour=make'], 'bad-map'],
    ['an unknown department', ['devices.csv', '--department', 'D-XX'], 'unknown-department'],
  ])('%s is exit 2, with a code, a sentence and a hint', async (_, [name, ...rest], code) => {
    const ran = await clearsite('import', join(folder, name!), ...rest, '--json');
    expect(ran.code).toBe(2);
    expect(json(ran)).toMatchObject({
      error: { code, message: expect.stringMatching(/\.$/), hint: expect.any(String) },
    });
    expect(ran.stderr).toContain('What to do:');
  });

  test('an unknown kind is bad usage', async () => {
    expect((await clearsite('import', 'x.csv', '--kind', 'people')).code).toBe(2);
  });

  test('a register that is not there is exit 3, within ten seconds', async () => {
    const began = Date.now();
    const ran = await runCli(command, ['import', join(folder, 'devices.csv'), '--json'], {
      CLEARSITE_HOME: home,
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
    });
    expect(ran.code).toBe(3);
    expect(json(ran)).toMatchObject({ error: { hint: expect.any(String) } });
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});

describe('clearsite imports', () => {
  test('list shows the newest first, for people and programs', async () => {
    const ran = await clearsite('imports', 'list');
    expect(ran.code).toBe(0);
    expect(ran.stdout.split('\n')[0]).toMatch(/^import +when +kind +file +accepted +rejected +by +state$/);
    expect(json(await clearsite('imports', 'list', '--json'))).toMatchObject({
      imports: [
        { importId: 4, kind: 'devices', file: 'devices.csv', state: 'applied', read: 4, accepted: 2, rejected: 2 },
        { importId: 3 },
        { importId: 2 },
        { importId: 1, kind: 'sites' },
      ],
    });
  });

  test('show has the report, without the values of rejected lines', async () => {
    const shown = await clearsite('imports', 'show', '2', '--json');
    expect(json(shown)).toMatchObject({
      importId: 2,
      fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      report: { rejected: 2, rejects: [{ value: '' }, { value: '' }] },
    });
    expect((await clearsite('imports', 'show', '2')).stdout).toContain(
      '4 read, 2 accepted (2 created, 0 updated, 0 unchanged), 2 rejected',
    );
    expect(await clearsite('imports', 'show', '99')).toMatchObject({ code: 2 });
  });

  test('undo takes it back, the newest first', async () => {
    const early = await clearsite('imports', 'undo', '2', '--reason', 'wrong file', '--json');
    expect(early.code).toBe(1);
    expect(json(early)).toMatchObject({ error: { code: 'later-imports', laterImports: [4] } });
    expect((await clearsite('imports', 'undo', '4', '--reason', 'wrong file')).code).toBe(0);
    const ran = await clearsite('imports', 'undo', '2', '--reason', 'wrong file');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe('Import 2 (devices) is undone: 0 rows restored, 2 removed, 1 case withdrawn.\n');
    expect((await clearsite('imports', 'list')).stdout).toContain('undone');
  });

  test('undone already, it says when, by whom and why, and ends as it did the first time', async () => {
    const ran = await clearsite('imports', 'undo', '2', '--reason', 'again');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(
      /^Import 2 \(devices\) was undone already, on \d+ \w{3} \d{4} \d\d:\d\d by ops:\S+: wrong file\. Nothing has been changed\.\n$/,
    );
    expect(json(await clearsite('imports', 'undo', '2', '--reason', 'again', '--json'))).toMatchObject({
      undoneNow: false,
      undoneAt: expect.stringMatching(/Z$/),
      undoneBy: expect.stringMatching(/^ops:/),
      reason: 'wrong file',
    });
  });

  test('undo asks for a reason', async () => {
    expect((await clearsite('imports', 'undo', '3')).code).toBe(2);
  });
});

describe('clearsite devices and sites', () => {
  test('list narrows, counts and pages', async () => {
    await clearsite(
      'import',
      file('more.csv', 'asset_id,make,site_id,serial\nA-1,Hikvision,S-1,SN9\nA-2,Dahua,S-2,\nA-3,Axis,S-1,\n'),
    );
    const list = async (...args: string[]): Promise<unknown[]> =>
      (json(await clearsite('devices', 'list', ...args, '--json'))['devices'] as { assetId: string }[]).map(
        ({ assetId }) => assetId,
      );
    expect(await list()).toEqual(['A-1', 'A-2', 'A-3', 'CAM-2', 'CAM-3']);
    expect(await list('--screening', 'covered')).toEqual(['A-1', 'A-2']);
    expect(await list('--screening', 'covered', '--in-scope')).toEqual(['A-1']);
    expect(await list('--screening', 'covered', '--out-of-scope')).toEqual(['A-2']);
    expect(await list('--site', 'S-2')).toEqual(['A-2', 'CAM-3']);
    expect(await list('--department', 'D-AG', '--search', 'sn9')).toEqual(['A-1']);
    expect(json(await clearsite('devices', 'list', '--limit', '2', '--json'))).toMatchObject({ total: 5, next: 'A-2' });
    expect(await list('--limit', '2', '--after', 'A-2')).toEqual(['A-3', 'CAM-2']);
    expect((await clearsite('devices', 'list', '--limit', '2')).stdout).toContain('2 of 5. More: --after A-2');
    expect((await clearsite('devices', 'list', '--department', 'D-XX')).code).toBe(2);
  });

  test('people read what it means, not the words of the code', async () => {
    const { stdout } = await clearsite('devices', 'list');
    expect(stdout).toMatch(/A-1 .*Must be removed/);
    expect(stdout).toMatch(/A-2 .*Listed make, no removal required/);
    expect(stdout).toMatch(/A-3 .*Not on the list/);
  });

  test('show says why a device is flagged, by which source, and what case it has', async () => {
    const shown = json(await clearsite('devices', 'show', 'A-1', '--json'));
    expect(shown).toMatchObject({
      assetId: 'A-1',
      screening: 'covered',
      inScope: true,
      reasons: [{ rule: 'make-listed', strength: 'strong' }],
      cases: [{ status: 'opening', spell: 1 }],
    });
    const { stdout } = await clearsite('devices', 'show', 'A-1');
    expect(stdout).toContain('Source:');
    expect(stdout).toContain('Being opened');
    expect(await clearsite('devices', 'show', 'X')).toMatchObject({ code: 2 });
  });

  test('sites list and show count what is on them', async () => {
    expect(json(await clearsite('sites', 'list', '--json'))).toMatchObject({
      sites: [
        { siteId: 'S-1', devices: 3, liveCases: 1 },
        { siteId: 'S-2', devices: 2, liveCases: 0 },
      ],
      total: 2,
    });
    expect((await clearsite('sites', 'show', 'S-1')).stdout).toContain(
      '3: 1 covered, 0 suspect, 0 of unknown make, 2 clear',
    );
    expect(json(await clearsite('sites', 'list', '--sensitivity', 'sensitive', '--json'))).toMatchObject({ total: 1 });
  });
});

describe('clearsite contacts', () => {
  test('set adds, changes and says when nothing changed', async () => {
    const set = (...args: string[]): Promise<Ran> =>
      clearsite(
        'contacts',
        'set',
        '--department',
        'D-AG',
        '--role',
        'task-owner',
        '--email',
        'kim@ag.example',
        ...args,
        '--json',
      );
    expect(json(await set())).toMatchObject({ error: { code: 'name-needed' } });
    expect(json(await set('--name', 'Kim Example'))).toMatchObject({
      outcome: 'created',
      contact: { name: 'Kim Example', departmentId: 'D-AG' },
    });
    expect(
      json(await set('--away-from', '2026-12-20', '--away-to', '2027-01-04', '--deputy-email', 'al@ag.example')),
    ).toMatchObject({
      outcome: 'updated',
      contact: { name: 'Kim Example', awayFrom: '2026-12-20', deputyEmail: 'al@ag.example' },
    });
    expect(json(await set('--deputy-email', ''))).toMatchObject({
      contact: { deputyEmail: null, awayTo: '2027-01-04' },
    });
    expect(json(await set())).toMatchObject({ outcome: 'unchanged' });
  });

  test.each([
    ['an address that is none', ['--department', 'D-AG', '--role', 'head', '--email', 'x', '--name', 'X'], 'bad-email'],
    [
      'a department post without department',
      ['--role', 'head', '--email', 'x@ag.example', '--name', 'X'],
      'wrong-post',
    ],
    [
      'an unknown department',
      ['--department', 'D-XX', '--role', 'head', '--email', 'x@ag.example', '--name', 'X'],
      'unknown-department',
    ],
    [
      "another department's site",
      ['--department', 'D-AG', '--site', 'S-9', '--role', 'head', '--email', 'x@ag.example', '--name', 'X'],
      'unknown-site',
    ],
    [
      'an ambiguous date',
      ['--department', 'D-AG', '--role', 'head', '--email', 'x@ag.example', '--name', 'X', '--away-from', '03/04/2026'],
      'ambiguous-date',
    ],
  ])('set refuses %s', async (_, args, code) => {
    const ran = await clearsite('contacts', 'set', ...args, '--json');
    expect(ran.code).toBe(2);
    expect(json(ran)).toMatchObject({ error: { code } });
  });

  test('list shows programme-wide posts first', async () => {
    await clearsite('contacts', 'set', '--role', 'sro', '--email', 'jo@centre.example', '--name', 'Jo');
    expect(json(await clearsite('contacts', 'list', '--json'))).toMatchObject({
      contacts: [{ role: 'sro', departmentId: null }, { role: 'task-owner' }],
      total: 2,
    });
    expect((await clearsite('contacts', 'list', '--department', 'D-AG')).stdout).toMatch(
      /D-AG +- +task owner +Kim Example +kim@ag\.example/,
    );
  });
});

describe('clearsite imports undo, where a person has to look', () => {
  test('names a contact by name and post and a case by its device; the ids are in --json', async () => {
    const contacts = await clearsite(
      'import',
      file('people.csv', 'department_id,role,name,email\nD-AG,head,Al Alder,al@ag.example\n'),
      '--kind',
      'contacts',
      '--json',
    );
    const as = { CLEARSITE_HOME: home, DATABASE_URL: register.databaseUrl, CLEARSITE_ACTOR: 'al@ag.example' };
    const text = 'asset_id,make,model,site_id\nZ-1,Hikvision,A,S-1\n';
    const devices = await runCli(command, ['import', file('undo-me.csv', text), '--json'], as);
    await clearsite('import', file('since.csv', text.replace(',A,', ',B,')));
    const undo = (ran: Ran, ...args: string[]): Promise<Ran> =>
      runCli(command, ['imports', 'undo', String(json(ran)['importId']), '--reason', 'x', ...args], as);

    const ofDevices = await undo(devices);
    expect(ofDevices.code).toBe(1);
    expect(ofDevices.stdout).toContain('2 need a person:');
    expect(ofDevices.stdout).toMatch(/^Z-1 +It has been changed since/m);
    expect(ofDevices.stdout).toMatch(/^Z-1 \(case k_\w+\) +A later import flagged the device too/m);
    expect((await undo(devices)).stdout).toContain(' by Al Alder: x.');

    const ofContacts = await undo(contacts);
    expect(ofContacts.code).toBe(1);
    expect(ofContacts.stdout).toContain('1 needs a person:');
    expect(ofContacts.stdout).toMatch(/^Al Alder \(head of department, D-AG\) +Other records refer to it/m);
    expect(json(await undo(contacts, '--json'))).toMatchObject({
      undoneByName: 'Al Alder',
      needsPerson: [
        {
          subject: expect.stringMatching(/^c_/),
          contact: { departmentId: 'D-AG', siteId: null, role: 'head', name: 'Al Alder' },
        },
      ],
    });
  });
});
