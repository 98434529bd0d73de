import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkDeployment, checksOf, showCheck } from '../../app/deployment-check';
import { type HeldRole, type UserRole, type Viewer } from '../../domain/access/roles';
import { type DeploymentCheck, type Question } from '../../domain/deployment-check';
import { Inventory } from './import/inventory';

const NOW = new Date('2026-11-26T10:00:00Z');
const ASKED: Question = { make: 'Hikvision', model: null, mac: null, deviceType: 'camera', site: null };

function person(id: string, role: UserRole, departmentId: string | null = null, siteId: string | null = null): Viewer {
  const held: HeldRole = { role, departmentId, siteId, deputyFor: null };
  return { email: `${id}@example.test`, name: `Name of ${id}`, id, roles: [held] };
}

const BUYER = person('u_buyer', 'procurement');
const OWN_BUYER = person('u_own', 'procurement', 'D-AG');
const OWNER = person('c_owner', 'task-owner', 'D-AG');
const SITE_OWNER = person('c_site', 'task-owner', 'D-AG', 'S-3');
const OTHER = person('c_other', 'head', 'D-HS');
const VIEWER = person('u_viewer', 'viewer');

describe('may we install this?', () => {
  let inventory: Inventory;
  beforeAll(async () => {
    inventory = await Inventory.start();
    await inventory.reset();
    await inventory.import(
      `department_id,role,name,email
D-AG,security-officer,Otto Officer,otto@ag.example
D-HS,security-officer,Hugo Officer,hugo@hs.example
,programme-manager,Mara Manager,mara@programme.example
`,
      { kind: 'contacts' },
    );
  });
  afterAll(() => inventory?.stop());

  const ask = (viewer: Viewer, question: Partial<Question>): Promise<DeploymentCheck> =>
    checkDeployment(inventory.services, viewer, { ...ASKED, ...question }, NOW);

  test('the answer is kept as it was given, under a reference', async () => {
    const check = await ask(OWNER, { model: 'DS-2CD', mac: '44:19:b6:00:00:01', site: 'S-1' });
    expect(check).toMatchObject({
      reference: expect.stringMatching(/^DC-2026-/),
      at: NOW.toISOString(),
      decision: 'block',
      result: 'covered',
      site: { known: true, siteId: 'S-1', name: 'Main building', sensitivity: 'sensitive' },
      policyVersion: expect.stringMatching(/./),
      askedBy: 'c_owner',
    });
    expect(check.reasons.length).toBeGreaterThan(0);
    const shown = await showCheck(inventory.services, OWNER, check.reference);
    expect(shown?.check).toEqual({ ...check, askedByName: 'Name of c_owner' });
  });

  test.each([
    ['of the own department, by id', OWNER, 'S-3', 'refer'],
    ['of the own department, by name in any case', OWNER, 'sTORE', 'refer'],
    ['for which somebody is responsible alone', SITE_OWNER, 'S-3', 'refer'],
    ['for which somebody buys', OWN_BUYER, 'S-3', 'refer'],
    ['that a viewer of the programme sees', VIEWER, 'S-3', 'refer'],
    ['that another department has', OTHER, 'S-3', 'block'],
    ['that a buyer for the whole programme names', BUYER, 'S-3', 'block'],
    ['that does not exist', OTHER, 'S-999', 'block'],
  ] as const)('a site %s', async (_, viewer, site, decision) => {
    expect((await ask(viewer, { site })).decision).toBe(decision);
  });

  test("an unknown site and another department's are answered alike in every word", async () => {
    const [unknown, others] = [await ask(OTHER, { site: 'S-999' }), await ask(OTHER, { site: 'S-3' })];
    const told = ({ site, decision, result, reasons, inScope }: DeploymentCheck) => ({
      site,
      decision,
      result,
      reasons,
      inScope,
    });
    expect(told(others)).toEqual(told(unknown));
    const advised = async ({ reference }: DeploymentCheck) =>
      (await showCheck(inventory.services, OTHER, reference))?.advisers;
    expect(await advised(others)).toEqual(await advised(unknown));
  });

  test('an answer for a site that may be sensitive is in the access log, once an hour', async () => {
    const reader = person('c_reader', 'task-owner', 'D-AG');
    for (const site of ['S-1', 'S-1', 'S-2', 'S-3', 'T-1']) await ask(reader, { site });
    const read = await inventory.rows<{ subject: string }>(
      `SELECT subject FROM access_log WHERE who = 'c_reader' ORDER BY 1`,
    );
    expect(read.map(({ subject }) => subject)).toEqual(['S-1', 'S-2']);
  });

  test('a name that several sites have is no name of one', async () => {
    await inventory.import(
      'site_id,name,department_id,nation,sensitivity\nS-8,Twin,D-AG,England,no\nS-9,Twin,D-AG,England,no\n',
      { kind: 'sites' },
    );
    expect((await ask(OWNER, { site: 'Twin' })).site).toEqual({ known: false });
    expect((await ask(OWNER, { site: 'S-9' })).site).toMatchObject({ siteId: 'S-9' });
  });

  test('a make that is not on the list may be installed; one that nobody states is to be asked about', async () => {
    expect((await ask(BUYER, { make: 'Axis Communications' })).decision).toBe('allow');
    expect((await ask(BUYER, { make: null, model: 'X-1' })).decision).toBe('refer');
  });

  test('whom to ask: the security officer of the site, then the programme manager', async () => {
    const of = async (viewer: Viewer, site: string | null): Promise<string[] | undefined> => {
      const { reference } = await ask(viewer, { site });
      return (await showCheck(inventory.services, viewer, reference))?.advisers.map(({ name }) => name);
    };
    expect(await of(OWNER, 'S-1')).toEqual(['Otto Officer', 'Mara Manager']);
    expect(await of(BUYER, 'S-1')).toEqual(['Mara Manager']);
  });

  test('a check is read by who asked, by who sees the programme, and by whose site it is; to others it does not exist', async () => {
    const { reference } = await ask(VIEWER, { site: 'S-3' });
    const seen = async (viewer: Viewer): Promise<boolean> =>
      (await showCheck(inventory.services, viewer, reference)) !== null;
    expect(await seen(VIEWER)).toBe(true);
    expect(await seen(person('u_auditor', 'auditor'))).toBe(true);
    expect(await seen(OWNER)).toBe(true);
    expect(await seen(SITE_OWNER)).toBe(true);
    expect(await seen(OTHER)).toBe(false);
    expect(await seen(BUYER)).toBe(false);
    expect(await seen(person('u_admin', 'admin'))).toBe(false);
    expect(await showCheck(inventory.services, VIEWER, 'DC-2026-222222')).toBeNull();
  });

  test('a list shows the newest first, by pages, and everybody’s only to who sees the programme', async () => {
    const asker = person('u_many', 'procurement');
    const references: string[] = [];
    for (let count = 0; count < 51; count += 1) references.unshift((await ask(asker, {})).reference);
    const first = await checksOf(inventory.services, asker, { whose: 'all', page: 1 });
    expect(first).toMatchObject({ total: 51, page: 1, pages: 2 });
    const last = await checksOf(inventory.services, asker, { whose: 'mine', page: 99 });
    expect(last.page).toBe(2);
    expect([...first.checks, ...last.checks].map(({ reference }) => reference)).toEqual(references);
    expect((await checksOf(inventory.services, VIEWER, { whose: 'all', page: 1 })).total).toBeGreaterThan(51);
  });
});
