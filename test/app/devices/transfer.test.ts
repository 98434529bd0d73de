import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { showCase, type ShownCase } from '../../../app/cases/show';
import { finishTransfers, transferDevice, type TransferAnswer } from '../../../app/devices/transfer';
import { openCases } from '../../../app/open-cases';
import { openServices, type Services } from '../../../app/services';
import { type Policy } from '../../../domain/policy/policy';
import { noteTransfer } from '../../../register/transfers';
import { PEOPLE, seedDevice, type SeedDevice, seedProgramme, type SiteId } from '../../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';

let stack: TestStack;
let pool: Pool;
let services: Services;
let worker: CaseWorker;
let policy: Policy;
let devices = 0;

async function device(options: Partial<SeedDevice> = {}): Promise<string> {
  const assetId = `DEV-${++devices}`;
  await seedDevice(pool, policy, { assetId, ...options });
  await openCases(services);
  await until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);
  return assetId;
}

const show = (id: string): Promise<ShownCase> => showCase(services, id, new Date().toISOString());
const transfer = (assetId: string, siteId: string, typist: string | null = null): Promise<TransferAnswer> =>
  transferDevice(services, { assetId, siteId, reason: 'Moved with the team.' }, { as: null, typist });
const siteOf = async (assetId: string): Promise<string> =>
  (await pool.query(`SELECT site_id FROM devices WHERE asset_id = $1`, [assetId])).rows[0].site_id;

beforeAll(async () => {
  stack = await startStack();
  pool = new Pool({ connectionString: stack.databaseUrl });
  services = openServices(stack.config);
  policy = await seedProgramme(pool, { startedAt: new Date(Date.now() - 86_400_000).toISOString() });
  worker = await startCaseWorker(stack, pool);
});

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await pool?.end();
  await stack?.stop();
});

describe('a device that moves to another department', () => {
  test('keeps its dates; the old owner’s mail ends, and the new owner gets one handover', async () => {
    const id = await device({ siteId: 'S-1' });
    const before = await show(id);
    expect(before.mail).toEqual([expect.objectContaining({ contactId: PEOPLE.owner.id, state: 'pending' })]);
    expect(await transfer(id, 'S-3')).toEqual({
      assetId: id,
      fromSiteId: 'S-1',
      siteId: 'S-3',
      departmentId: 'D-HS',
      caseId: before.caseId,
      opened: false,
    });
    const after = await show(id);
    expect(await siteOf(id)).toBe('S-3');
    expect(after).toMatchObject({ siteId: 'S-3', departmentId: 'D-HS', status: 'open' });
    expect(after.milestones).toEqual(before.milestones);
    expect(after.mail.map(({ contactId, kind, state }) => [contactId, kind, state])).toEqual([
      [PEOPLE.owner.id, 'task', 'superseded'],
      [PEOPLE.otherOwner.id, 'handover', 'pending'],
    ]);
    expect(after.turn[0]?.contacts).toEqual([expect.objectContaining({ contactId: PEOPLE.otherOwner.id })]);
  });

  test('and back again counts as another transfer', async () => {
    const id = await device({ siteId: 'S-1' });
    for (const site of ['S-3', 'S-1', 'S-3']) await transfer(id, site);
    const shown = await show(id);
    expect(shown.siteId).toBe('S-3');
    expect(shown.audit.filter(({ type }) => type === 'transferred')).toHaveLength(3);
  });

  test('on a second attempt is there already', async () => {
    const id = await device({ siteId: 'S-1' });
    await transfer(id, 'S-3');
    await expect(transfer(id, 'S-3')).rejects.toMatchObject({ code: 'unchanged', exit: 1 });
  });

  test('opens a case where the new site calls for one', async () => {
    const id = await device({ siteId: 'S-4' });
    const answer = await transfer(id, 'S-1');
    expect(answer).toMatchObject({ opened: true, caseId: expect.any(String) });
    await until(async () => (await show(id)).status === 'open');
    expect(await show(id)).toMatchObject({ siteId: 'S-1', stage: 'assess' });
  });

  test.each<[string, SiteId]>([
    ['left to whoever comes next after it was noted', 'S-3'],
    ['within its department', 'S-2'],
  ])('%s: its case follows', async (_how, siteId) => {
    const id = await device({ siteId: 'S-1' });
    await noteTransfer(pool, { assetId: id, siteId, actor: 'ops:test', reason: 'Moved.', inScope: () => true });
    expect((await show(id)).siteId).toBe('S-1');
    expect(await finishTransfers(services)).toEqual([id]);
    expect((await show(id)).siteId).toBe(siteId);
    expect(await finishTransfers(services)).toEqual([]);
  });

  test('is left alone where an import has moved it since', async () => {
    const id = await device({ siteId: 'S-1' });
    await noteTransfer(pool, { assetId: id, siteId: 'S-3', actor: 'ops:test', reason: 'Moved.', inScope: () => true });
    await pool.query(`UPDATE devices SET site_id = 'S-2' WHERE asset_id = $1`, [id]);
    expect(await finishTransfers(services)).toEqual([]);
  });

  test.each<[string, string, string | null, string]>([
    ['nobody knows the site', 'S-NO', null, 'unknown-site'],
    ['a task owner asks', 'S-3', PEOPLE.owner.email, 'not-allowed'],
  ])('is refused, and stays, where %s', async (_why, site, typist, code) => {
    const id = await device({ siteId: 'S-1' });
    await expect(transfer(id, site, typist)).rejects.toMatchObject({ code });
    expect(await siteOf(id)).toBe('S-1');
  });
});
