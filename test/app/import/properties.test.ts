import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { Inventory } from './inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

const HEADER = 'asset_id,make,mac,site_id,network,installed_on';

const asset = fc.constantFrom(...Array.from({ length: 12 }, (_, i) => `CAM-${i}`), '', 'x"y');
const line = fc.tuple(
  asset,
  fc.constantFrom('Hikvision', 'Axis', 'Hikvison', '', '=cmd', 'a\nb'),
  fc.constantFrom('', '44:19:b6:00:00:01', '4419.b600.0001', 'bad'),
  fc.constantFrom('S-1', 'S-2', 'S-3', 'T-1', 'S-9'),
  fc.constantFrom('', 'core', 'isolated', 'vlan'),
  fc.constantFrom('', '2019-12-25', '25/12/2019', '03/04/2019', '31/02/2019'),
);
const file = fc
  .array(line, { maxLength: 15 })
  .map(
    (lines) =>
      `${HEADER}\n${lines.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`,
  );

test('whatever the files, their lines add up, the second time changes nothing, and every flagged device has one live case at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (files) => {
      await inventory.reset();
      for (const text of files) {
        const { read, accepted, rejected, created, updated, unchanged } = await inventory.import(text);
        expect([accepted + rejected, created + updated + unchanged]).toEqual([read, accepted]);
        expect(unchanged).toBeGreaterThanOrEqual(0);
        const devices = await inventory.everything();
        const again = await inventory.import(text);
        expect(again).toMatchObject({ read, accepted, rejected, created: 0, updated: 0, casesOpening: 0 });
        const { imports: _, ...before } = devices as Record<string, unknown>;
        const { imports: __, ...after } = (await inventory.everything()) as Record<string, unknown>;
        expect(after).toEqual(before);
      }
      expect(await inventory.rows('SELECT asset_id FROM flagged_without_case')).toEqual([]);
      expect(
        await inventory.rows(
          `SELECT asset_id FROM cases WHERE status <> 'closed' GROUP BY asset_id HAVING count(*) > 1`,
        ),
      ).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('what a rejects file lists, imported again unmended, is rejected again for the same reasons', async () => {
  await fc.assert(
    fc.asyncProperty(file, async (text) => {
      await inventory.reset();
      const first = await inventory.import(text);
      if (first.rejectsFile === null) return;
      const second = await inventory.importPath(first.rejectsFile);
      const codes = (report: typeof first): string[] =>
        report.rejects.flatMap(({ code }) => (code === 'duplicate-asset' ? [] : [code]));
      // Only lines that the first file's own other lines refused may be good alone.
      const refused = codes(first).filter((code) => code !== 'asset-id-taken');
      expect(codes(second).filter((code) => code !== 'asset-id-taken')).toEqual(refused);
      if (second.rejectsFile === null) return;
      const header = (path: string): string => readFileSync(path, 'utf8').split('\r\n')[0]!;
      expect(header(second.rejectsFile)).toBe(header(first.rejectsFile));
    }),
    { numRuns: 25 },
  );
});

test('any import can be undone again: the register is as before', async () => {
  const state = async (): Promise<unknown> => {
    const {
      imports: _,
      import_changes: __,
      ...rest
    } = (await inventory.everything()) as Record<string, { row: Record<string, unknown> }[]>;
    for (const rows of Object.values(rest)) for (const { row } of rows) delete row['updated_at'];
    return rest;
  };
  await fc.assert(
    fc.asyncProperty(file, file, async (base, change) => {
      await inventory.reset();
      await inventory.import(base);
      const before = await state();
      const { importId } = await inventory.import(change);
      expect((await inventory.undo(importId!)).needsPerson).toEqual([]);
      expect(await state()).toEqual(before);
    }),
    { numRuns: 25 },
  );
});
