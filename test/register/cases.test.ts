import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Pool } from 'pg';
import { findAllCases, findCases } from '../../app/cases/list';
import { openServices, type Services } from '../../app/services';
import { DAY } from '../../domain/ladder/ladder';
import { ragOf } from '../../domain/rag';
import { RAGS, STAGES, type WorkStage } from '../../domain/vocabulary';
import { loadConfig } from '../../platform/config';
import { type CaseFilter, countCases, listCases, type RagBasis } from '../../register/case-list';
import { seedDevice, seedProgramme } from '../support/a-programme';
import { startRegister, type TestRegister } from '../support/stack';

const NOW = '2026-11-23T09:00:00.000Z';
const BASIS: RagBasis = { now: NOW, amberWithinDays: 10 };

let register: TestRegister;
let pool: Pool;
let services: Services;

function at(days: number): string {
  return new Date(Date.parse(NOW) + days * DAY).toISOString();
}

interface Dates {
  readonly due: number | null;
  readonly forecast: number | null;
  readonly actual: number | null;
  readonly skipped: boolean;
}

/** Days from now; null = not set. */
async function setMilestones(caseId: string, dates: Partial<Record<WorkStage, Dates>>): Promise<void> {
  await pool.query(`DELETE FROM case_milestones WHERE case_id = $1`, [caseId]);
  for (const [stage, { due, forecast, actual, skipped }] of Object.entries(dates)) {
    const instants = [due, forecast, actual].map((days) => (days === null ? null : at(days)));
    await pool.query(
      `INSERT INTO case_milestones (case_id, stage, baseline, due, forecast, actual, skipped) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
      [caseId, stage, ...instants, skipped],
    );
  }
}

async function setCase(
  caseId: string,
  columns: { status: string; stage: string; due: number | null; outcome?: string },
): Promise<void> {
  const { status, stage, due, outcome = null } = columns;
  await pool.query(
    `UPDATE cases SET status = $2, stage = $3, due_at = $4, outcome = $5, sequence = 1 WHERE case_id = $1`,
    [caseId, status, stage, due === null ? null : at(due), outcome],
  );
}

const ahead = (due: number): Dates => ({ due, forecast: due, actual: null, skipped: false });

beforeAll(async () => {
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const policy = await seedProgramme(pool);
  for (const [assetId, siteId, finding] of [
    ['LATE', 'S-1', 'covered'],
    ['SOON', 'S-2', 'covered'],
    ['CALM', 'S-3', 'suspect'],
    ['IDLE', 'S-3', 'unknown-make'],
    ['GONE', 'S-1', 'covered'],
  ] as const) {
    await seedDevice(pool, policy, { assetId, siteId, screening: finding });
  }
  await setCase('k_late', { status: 'open', stage: 'remove', due: -2 });
  await setMilestones('k_late', { assess: { ...ahead(-9), actual: -10 }, remove: ahead(-2), verify: ahead(8) });
  await setCase('k_soon', { status: 'open', stage: 'assess', due: 5 });
  await setMilestones('k_soon', { assess: ahead(5), remove: ahead(90) });
  await setCase('k_calm', { status: 'open', stage: 'assess', due: 20 });
  await setMilestones('k_calm', { assess: ahead(20), remove: ahead(90) });
  await setCase('k_gone', { status: 'closed', stage: 'closed', due: null, outcome: 'removed' });
  await setMilestones('k_gone', { assess: { ...ahead(-9), actual: -10 }, remove: ahead(-4) });
});

afterAll(async () => {
  await services?.close();
  await pool?.end();
  await register?.stop();
});

async function listed(filter: CaseFilter): Promise<string[]> {
  const cases = await listCases(pool, BASIS, filter, { limit: null, after: null });
  expect(await countCases(pool, BASIS, filter)).toBe(cases.length);
  return cases.map(({ assetId }) => assetId);
}

describe('a list of cases', () => {
  test.each<[string, CaseFilter, string[]]>([
    ['nothing: live cases first, the earliest due first', {}, ['LATE', 'SOON', 'CALM', 'IDLE', 'GONE']],
    ['a stage', { stage: 'assess' }, ['SOON', 'CALM', 'IDLE']],
    ['a department', { departmentId: 'D-HS' }, ['CALM', 'IDLE']],
    ['a site', { siteId: 'S-1' }, ['LATE', 'GONE']],
    ['late ones', { rag: 'red' }, ['LATE']],
    ['those at risk', { rag: 'amber' }, ['SOON']],
    ['those on track', { rag: 'green' }, ['CALM']],
    ['a due date', { dueBefore: at(6) }, ['LATE', 'SOON']],
    ['the status', { status: 'opening' }, ['IDLE']],
    ['a finding', { finding: 'unknown-make' }, ['IDLE']],
    ['several at once', { stage: 'assess', departmentId: 'D-HS', rag: 'green' }, ['CALM']],
    ['what no case is', { stage: 'verify' }, []],
  ])('narrowed to %s', async (_name, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });

  test('comes in pages that meet without gap or repeat', async () => {
    const whole = await findCases(services, { filter: {}, dueBefore: null, limit: null, after: null }, NOW);
    expect(whole.next).toBeNull();
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await findCases(services, { filter: {}, dueBefore: null, limit: 2, after }, NOW);
      expect(page.total).toBe(whole.total);
      seen.push(...page.cases.map(({ caseId }) => caseId));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual(whole.cases.map(({ caseId }) => caseId));
  });

  test('of all is handed over piece by piece, the same as in one, from any place on', async () => {
    const query = { filter: {}, dueBefore: null, after: null };
    const whole = await findCases(services, { ...query, limit: null }, NOW);
    for (const after of [null, ...whole.cases.map(({ caseId }) => caseId)]) {
      const seen: unknown[] = [];
      const rest = await findAllCases(services, { ...query, after }, NOW, async (cases) => {
        seen.push(...cases);
      });
      expect(rest).toEqual({ zone: whole.zone, total: whole.total, next: null });
      expect(seen).toEqual(whole.cases.slice(whole.cases.findIndex(({ caseId }) => caseId === after) + 1));
    }
  });

  test('of all is more than is read at a time, and of one instant', async () => {
    await pool.query(
      `INSERT INTO devices (asset_id, make, site_id, network, screening, in_scope, policy_version)
       SELECT 'MANY-' || i, 'X', 'S-4', 'core', 'covered', true, '1' FROM generate_series(1, 2500) i;
       INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version)
       SELECT 'k_many_' || i, programme_id, 'MANY-' || i, 'S-4', 'D-HS', 'covered', false, '1'
       FROM programmes, generate_series(1, 2500) i`,
    );
    try {
      const pieces: number[] = [];
      const seen = new Set<string>();
      const query = { filter: { siteId: 'S-4' }, dueBefore: null, after: null };
      const { total } = await findAllCases(services, query, NOW, async (cases) => {
        // What others do meanwhile is not seen.
        await pool.query(`DELETE FROM cases WHERE site_id = 'S-4'`);
        pieces.push(cases.length);
        for (const { caseId } of cases) seen.add(caseId);
      });
      expect([total, seen.size]).toEqual([2500, 2500]);
      expect(Math.max(...pieces)).toBeLessThan(2500);
    } finally {
      await pool.query(`DELETE FROM cases WHERE site_id = 'S-4'; DELETE FROM devices WHERE site_id = 'S-4'`);
    }
  });

  test('has every member of the contract, and five milestones even before a case is open', async () => {
    const { cases } = await findCases(
      services,
      { filter: { assetId: 'IDLE' }, dueBefore: null, limit: null, after: null },
      NOW,
    );
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({
      caseId: 'k_idle',
      assetId: 'IDLE',
      siteId: 'S-3',
      departmentId: 'D-HS',
      stage: 'assess',
      outcome: null,
      rag: null,
      revision: 0,
      status: 'opening',
      finding: 'unknown-make',
    });
    expect(cases[0]?.milestones.map(({ stage }) => stage)).toEqual(STAGES);
  });

  test('gives instants with milliseconds in UTC', async () => {
    const { cases } = await findCases(
      services,
      { filter: { assetId: 'LATE' }, dueBefore: null, limit: 1, after: null },
      NOW,
    );
    expect(cases[0]?.due).toBe(at(-2));
    expect(cases[0]?.milestones.find(({ stage }) => stage === 'assess')).toMatchObject({
      due: at(-9),
      actual: at(-10),
    });
  });

  test('narrowed to a due date counts that day out, by the programme’s zone', async () => {
    // 17:00 in London on the 28th of November.
    const before = async (dueBefore: string): Promise<string[]> =>
      (await findCases(services, { filter: {}, dueBefore, limit: null, after: null }, NOW)).cases.map(
        (one) => one.assetId,
      );
    expect(await before('2026-11-28')).toEqual(['LATE']);
    expect(await before('2026-11-29')).toEqual(['LATE', 'SOON']);
  });

  test.each([
    [{ filter: { departmentId: 'D-NO' } }, 'unknown-department'],
    [{ filter: { siteId: 'S-NO' } }, 'unknown-site'],
    [{ dueBefore: '2026-02-30' }, 'bad-date'],
    [{ after: 'k_nobody' }, 'unknown-case'],
  ])('refuses %j', async (wrong, code) => {
    const query = { filter: {}, dueBefore: null, limit: null, after: null, ...wrong };
    await expect(findCases(services, query, NOW)).rejects.toMatchObject({ code, exit: 2 });
  });
});

const dates = fc.record<Dates>({
  due: fc.option(fc.integer({ min: -3, max: 15 }), { freq: 5 }),
  forecast: fc.option(fc.integer({ min: -3, max: 18 }), { freq: 5 }),
  actual: fc.option(fc.integer({ min: -9, max: 0 }), { freq: 2 }),
  skipped: fc.boolean(),
});

describe('the colour of a case', () => {
  test('is the same by the rule in the domain and by the filter in SQL, at the edges too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(dates, { minLength: 0, maxLength: 5 }), async (all) => {
        const byStage = Object.fromEntries(all.map((one, index) => [STAGES[index], one]));
        await setMilestones('k_calm', byStage);
        const [record] = await listCases(pool, BASIS, { assetId: 'CALM' }, { limit: 1, after: null });
        const rag = ragOf(record?.milestones ?? [], NOW, BASIS.amberWithinDays);
        for (const colour of RAGS) {
          expect(await listed({ assetId: 'CALM', rag: colour })).toEqual(colour === rag ? ['CALM'] : []);
        }
      }),
      { numRuns: 150 },
    );
  });
});
