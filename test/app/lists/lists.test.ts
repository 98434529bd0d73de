import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { Pool } from 'pg';
import { type CaseListQuery, casePage, CASE_SORTS, chosenCases, everyCaseRow } from '../../../app/lists/cases';
import { caseColumns, DEVICE_COLUMNS, siteColumns } from '../../../app/lists/columns';
import { DEVICE_SORTS, devicePage, everyDeviceRow } from '../../../app/lists/devices';
import { writeCsv, writeJson } from '../../../app/lists/export';
import { everySiteRow, SITE_SORTS, sitePage } from '../../../app/lists/sites';
import { openServices, type Services } from '../../../app/services';
import { type Scope } from '../../../domain/access/permissions';
import { NETWORKS, RAGS, SCREENING_RESULTS, SENSITIVITIES, STAGES } from '../../../domain/vocabulary';
import { loadConfig } from '../../../platform/config';
import { type CaseFilter, countCases, type RagBasis } from '../../../register/case-list';
import { sliceOfCases } from '../../../register/lists/cases';
import { countListedDevices, type DeviceListFilter, sliceOfDevices } from '../../../register/lists/devices';
import { type Slice } from '../../../register/lists/order';
import { countListedSites, type SiteListFilter, sliceOfSites } from '../../../register/lists/sites';
import { seedProgramme } from '../../support/a-programme';
import { startRegister, type TestRegister } from '../../support/stack';

const NOW = '2026-11-23T09:00:00.000Z';
const BASIS: RagBasis = { now: NOW, amberWithinDays: 10 };
const EVERYWHERE: Scope = { everything: true };
const AG: Scope = { everything: false, places: [{ departmentId: 'D-AG', siteId: null }] };
const ONE_SITE: Scope = { everything: false, places: [{ departmentId: 'D-HS', siteId: 'S-3' }] };
const NOWHERE: Scope = { everything: false, places: [] };

let register: TestRegister;
let pool: Pool;
let services: Services;

/** Few different values, so that most keys of every order are equal. */
const DEVICES = `
  INSERT INTO devices (asset_id, make, model, serial, site_id, device_type, network, screening, in_scope, policy_version)
  SELECT 'CAM-' || lpad(i::text, 4, '0'), (ARRAY['Hikvision', 'Axis', NULL, '50%_off\\'])[1 + i % 4], (ARRAY['A', 'B'])[1 + i % 2], 'SN' || i,
    'S-' || 1 + i % 4, (ARRAY['camera', 'Camera', NULL])[1 + i % 3], (ARRAY['core', 'segregated', 'isolated', 'unknown'])[1 + i / 3 % 4],
    (ARRAY['covered', 'suspect', 'unknown-make', 'clear'])[1 + i % 5 % 4], i % 7 <> 0, '1' FROM generate_series(1, 230) i`;
const CASES = `
  INSERT INTO cases (case_id, programme_id, asset_id, site_id, department_id, finding, off_core, policy_version, status, stage, due_at, outcome)
  SELECT 'k_' || md5(asset_id), $1, asset_id, site_id, department_id, screening, false, '1',
    CASE WHEN device_id % 9 = 0 THEN 'closed' WHEN device_id % 11 = 0 THEN 'opening' ELSE 'open' END,
    CASE WHEN device_id % 9 = 0 THEN 'closed' ELSE (ARRAY['assess', 'disconnect', 'schedule', 'remove', 'verify'])[1 + device_id % 5] END,
    CASE WHEN device_id % 9 <> 0 AND device_id % 13 <> 0 THEN $2::timestamptz + (device_id % 6 - 2) * interval '8 days' END,
    CASE WHEN device_id % 9 = 0 THEN 'removed' END
  FROM devices JOIN sites USING (site_id) WHERE screening <> 'clear'`;
const MILESTONES = `
  INSERT INTO case_milestones (case_id, stage, baseline, due, forecast)
  SELECT case_id, 'remove', due_at, due_at, due_at + (hashtext(case_id) % 2) * interval '1 day' FROM cases WHERE status = 'open'`;

beforeAll(async () => {
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const { id } = await seedProgramme(pool);
  await pool.query(DEVICES);
  await pool.query(CASES, [id, NOW]);
  await pool.query(MILESTONES);
  await pool.query(`UPDATE devices SET merged_into = 'CAM-0001' WHERE asset_id IN ('CAM-0002', 'CAM-0003')`);
});
afterAll(async () => {
  await services?.close();
  await pool?.end();
  await register?.stop();
});

/** Every page, one after the other, of so many rows. */
async function walked<T>(total: number, limit: number, slice: (slice: Slice) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let offset = 0; offset < total; offset += limit) found.push(...(await slice({ offset, limit })));
  return found;
}

async function collected<T>(walk: (onRows: (rows: readonly T[]) => Promise<void>) => Promise<void>): Promise<T[]> {
  const all: T[] = [];
  await walk((rows) => {
    all.push(...rows);
    return Promise.resolve();
  });
  return all;
}

const direction = fc.constantFrom('ascending' as const, 'descending' as const);
const scope = fc.constantFrom(EVERYWHERE, AG, ONE_SITE, NOWHERE);
const option = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

/** Without members that narrow nothing. */
function given<T extends object>(filter: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as never;
}

const places = (of: Scope): readonly string[] =>
  of === EVERYWHERE ? ['S-1', 'S-2', 'S-3', 'S-4'] : of === AG ? ['S-1', 'S-2'] : of === ONE_SITE ? ['S-3'] : [];

describe('pages lose nothing and double nothing, whatever the filter, the order and the size of a page', () => {
  const RUNS = { numRuns: 120 };

  test('of cases', async () => {
    const filters = fc.record({
      scope,
      stage: option(...STAGES),
      rag: option(...RAGS),
      status: option('open' as const, 'opening' as const, 'closed' as const),
      finding: option('covered' as const, 'suspect' as const, 'unknown-make' as const),
      siteId: option('S-1', 'S-3'),
      search: option('hik', 'cam-00', 'building s-2', '%', '_'),
    });
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...CASE_SORTS),
        direction,
        fc.integer({ min: 1, max: 60 }),
        async (made, column, way, limit) => {
          const filter: CaseFilter = given(made);
          const sorting = { column, direction: way };
          const total = await countCases(pool, BASIS, filter);
          const ids = (rows: readonly { caseId: string }[]) => rows.map(({ caseId }) => caseId);
          for (const matching of [0, 100_000]) {
            const pages = await walked(total, limit, (slice) =>
              sliceOfCases(pool, BASIS, filter, sorting, slice, matching),
            );
            const whole = await sliceOfCases(pool, BASIS, filter, sorting, { offset: 0, limit: 1_000 }, matching);
            expect(ids(pages)).toEqual(ids(whole));
            expect([new Set(ids(pages)).size, pages.length]).toEqual([total, total]);
            expect(pages.filter(({ siteId }) => !places(made.scope).includes(siteId))).toEqual([]);
          }
        },
      ),
      RUNS,
    );
  });

  test('of devices', async () => {
    const filters = fc.record({
      scope,
      screening: option(...SCREENING_RESULTS),
      within: option('in' as const, 'out' as const),
      deviceType: option('CAMERA'),
      network: option(...NETWORKS),
      departmentId: option('D-AG', 'D-HS', 'D-NO'),
      search: option('axis', '%_off\\', 'sn12'),
    });
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...DEVICE_SORTS),
        direction,
        fc.integer({ min: 1, max: 60 }),
        async (made, column, way, limit) => {
          const filter: DeviceListFilter = given(made);
          const sorting = { column, direction: way };
          const total = await countListedDevices(pool, filter);
          const pages = await walked(total, limit, (slice) => sliceOfDevices(pool, filter, sorting, slice));
          const whole = await collected<{ assetId: string }>((onRows) =>
            everyDeviceRow(services, filter.scope, { filter, sorting }, onRows),
          );
          const ids = (rows: readonly { assetId: string }[]) => rows.map(({ assetId }) => assetId);
          expect(ids(pages)).toEqual(ids(whole));
          expect([new Set(ids(pages)).size, pages.length]).toEqual([total, total]);
          expect(pages.filter(({ siteId }) => !places(made.scope).includes(siteId))).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  test('of sites', async () => {
    const filters = fc.record({
      scope,
      sensitivity: option(...SENSITIVITIES),
      nation: option('england-and-wales' as const, 'scotland' as const),
      cases: option('some' as const, 'none' as const),
      search: option('building', 's-2', '%'),
    });
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...SITE_SORTS),
        direction,
        fc.integer({ min: 1, max: 3 }),
        async (made, column, way, limit) => {
          const filter: SiteListFilter = given(made);
          const sorting = { column, direction: way };
          const total = await countListedSites(pool, filter);
          const pages = await walked(total, limit, (slice) => sliceOfSites(pool, filter, sorting, slice, NOW));
          const whole = await collected<{ siteId: string }>((onRows) =>
            everySiteRow(services, filter.scope, { filter, sorting }, NOW, onRows),
          );
          const ids = (rows: readonly { siteId: string }[]) => rows.map(({ siteId }) => siteId);
          expect(ids(pages)).toEqual(ids(whole));
          expect([new Set(ids(pages)).size, pages.length]).toEqual([total, total]);
          expect(ids(pages).filter((siteId) => !places(made.scope).includes(siteId))).toEqual([]);
        },
      ),
      RUNS,
    );
  });
});

const BY_DATE: CaseListQuery = { filter: {}, dueBefore: null, sorting: { column: 'due', direction: 'ascending' } };

describe('what a page is', () => {
  test('live cases before closed ones whichever way the dates run, and the dates in order', async () => {
    for (const way of ['ascending', 'descending'] as const) {
      const rows = await collected<{ status: string; due: string | null }>((onRows) =>
        everyCaseRow(services, EVERYWHERE, { ...BY_DATE, sorting: { column: 'due', direction: way } }, NOW, onRows),
      );
      const closed = rows.map(({ status }) => status === 'closed');
      expect(closed).toEqual([...closed].sort());
      const dates = rows.filter(({ status }) => status !== 'closed').map(({ due }) => due ?? '9999');
      expect(dates).toEqual(way === 'ascending' ? [...dates].sort() : [...dates].sort().reverse());
    }
  });

  test('beyond the end it is the last one; nothing found is one empty page', async () => {
    const first = await casePage(services, EVERYWHERE, BY_DATE, 1, NOW);
    const last = await casePage(services, EVERYWHERE, BY_DATE, 10_000, NOW);
    expect([first.items.length, first.page, last.page]).toEqual([50, 1, first.pages]);
    expect(last.items.length).toBe(first.total - (first.pages - 1) * 50);
    const none = await casePage(services, EVERYWHERE, { ...BY_DATE, filter: { search: 'no such thing' } }, 3, NOW);
    expect(none).toMatchObject({ items: [], total: 0, page: 1, pages: 1 });
  });

  test('due before a day means before it begins where the policy is at home', async () => {
    const query = { ...BY_DATE, dueBefore: '2026-11-24', filter: { status: 'open' as const } };
    const rows = await collected<{ due: string | null }>((onRows) =>
      everyCaseRow(services, EVERYWHERE, query, NOW, onRows),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ due }) => due !== null && due < '2026-11-24T00:00:00.000Z')).toBe(true);
  });

  test('what became late since a day is what was due first then or later, and is late now', async () => {
    const of = async (status: string, count: number): Promise<string[]> =>
      (
        await pool.query<{ id: string }>(
          `SELECT case_id AS id FROM cases WHERE status = $1 ORDER BY asset_id LIMIT ${count}`,
          [status],
        )
      ).rows.map(({ id }) => id);
    const [summer, midnight, week, now, ...others] = await of('open', 8);
    const set = async (ids: readonly (string | undefined)[], due: string | null): Promise<void> => {
      await pool.query(`UPDATE cases SET first_due = $2 WHERE case_id = ANY($1)`, [ids, due]);
    };
    const since = async (lateSince: string): Promise<string[]> =>
      (
        await collected<{ caseId: string }>((onRows) =>
          everyCaseRow(services, EVERYWHERE, { ...BY_DATE, lateSince }, NOW, onRows),
        )
      )
        .map(({ caseId }) => caseId)
        .sort();
    // In London it is the 6th already.
    await set([summer], '2026-07-05T23:30:00Z');
    await set([midnight], '2026-11-16T00:00:00Z');
    await set([week], '2026-11-20T17:00:00Z');
    await set([now], NOW);
    await set(others, '2026-11-24T17:00:00Z');
    // Not open: never late.
    await set([...(await of('closed', 3)), ...(await of('opening', 3))], '2026-11-20T17:00:00Z');
    try {
      expect(await since('2026-07-06')).toEqual([summer, midnight, week].sort());
      expect(await since('2026-07-07')).toEqual([midnight, week].sort());
      expect(await since('2026-11-16')).toEqual([midnight, week].sort());
      expect(await since('2026-11-17')).toEqual([week]);
      expect(await since('2026-11-21')).toEqual([]);
    } finally {
      await pool.query('UPDATE cases SET first_due = NULL');
    }
  });

  test('a merged record is in no list; its site counts it no more', async () => {
    const query = { filter: {}, sorting: { column: 'asset', direction: 'ascending' } } as const;
    const { total, items } = await devicePage(services, EVERYWHERE, query, 1);
    expect([total, items.map(({ assetId }) => assetId).includes('CAM-0002')]).toEqual([228, false]);
    const sites = await sitePage(
      services,
      EVERYWHERE,
      { filter: {}, sorting: { column: 'name', direction: 'ascending' } },
      1,
      NOW,
    );
    expect(sites.items.reduce((sum, { devices }) => sum + devices, 0)).toBe(228);
  });

  test('chosen cases are those that somebody may see; the rest is as if it were not there', async () => {
    const { items } = await casePage(services, EVERYWHERE, BY_DATE, 1, NOW);
    const ids = [...items.map(({ caseId }) => caseId), 'k_nowhere'];
    const mine = await chosenCases(services, AG, ids, NOW);
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.map(({ caseId }) => caseId).sort()).toEqual(
      items
        .filter(({ departmentId }) => departmentId === 'D-AG')
        .map(({ caseId }) => caseId)
        .sort(),
    );
  });
});

describe('exports', () => {
  async function written(write: (piece: (text: string) => Promise<void>) => Promise<void>): Promise<string> {
    let text = '';
    await write((piece) => {
      text += piece;
      return Promise.resolve();
    });
    return text;
  }
  const all = { filter: {}, sorting: { column: 'asset', direction: 'ascending' } } as const;

  test('say in CSV and in JSON what the list says, in its order, within what somebody may see', async () => {
    const { total } = await casePage(services, AG, BY_DATE, 1, NOW);
    const walk = (onRows: Parameters<typeof everyCaseRow>[4]) => everyCaseRow(services, AG, BY_DATE, NOW, onRows);
    const rows = await collected(walk);
    const csv = await written((write) => writeCsv(caseColumns('Europe/London'), walk, write));
    expect(csv.startsWith('\uFEFFcase_id,asset_id,')).toBe(true);
    const read = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
    expect(read.map((line) => line['case_id'])).toEqual(rows.map(({ caseId }) => caseId));
    expect(read).toHaveLength(total);
    expect(new Set(read.map((line) => line['department_id']))).toEqual(new Set(['D-AG']));
    const json = JSON.parse(await written((write) => writeJson('cases', NOW, walk, write))) as {
      cases: object[];
      total: number;
    };
    expect([json.cases.length, json.total]).toEqual([total, total]);
    expect(json.cases[0]).toMatchObject({ caseId: rows[0]?.caseId, siteName: rows[0]?.siteName });
  });

  test('what a spreadsheet would run is text, and comes back as it was', async () => {
    const nasty = ['=1+1', '+44', '-2', '@SUM(A1)', '\tx', '\rx', '"quoted", with; comma', 'line\nbreak', "'=x"];
    for (const [index, make] of nasty.entries())
      await pool.query(`UPDATE devices SET make = $2 WHERE asset_id = $1`, [
        `CAM-01${String(index).padStart(2, '0')}`,
        make,
      ]);
    const csv = await written((write) =>
      writeCsv(DEVICE_COLUMNS, (onRows) => everyDeviceRow(services, EVERYWHERE, all, onRows), write),
    );
    const read = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
    const cells = nasty.map(
      (_, index) => read.find((line) => line['asset_id'] === `CAM-01${String(index).padStart(2, '0')}`)?.['make'],
    );
    expect(cells).toEqual([
      "'=1+1",
      "'+44",
      "'-2",
      "'@SUM(A1)",
      "'\tx",
      "'\rx",
      '"quoted", with; comma',
      'line\nbreak',
      "''=x",
    ]);
    expect(read.flatMap((line) => Object.values(line)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(read).toHaveLength(228);
  });

  test('of nothing are a head alone, and an empty list', async () => {
    const walk = (onRows: Parameters<typeof everySiteRow>[4]) =>
      everySiteRow(services, NOWHERE, { filter: {}, sorting: { column: 'name', direction: 'ascending' } }, NOW, onRows);
    expect(
      parse(await written((write) => writeCsv(siteColumns('Europe/London'), walk, write)), { bom: true }),
    ).toHaveLength(1);
    expect(JSON.parse(await written((write) => writeJson('sites', NOW, walk, write)))).toEqual({
      sites: [],
      asOf: NOW,
      total: 0,
    });
  });
});
