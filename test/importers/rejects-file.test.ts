import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planColumns } from '../../importers/columns';
import { escapeFormula, unescapeFormula } from '../../importers/formulas';
import { type LineProblem } from '../../importers/problem';
import { RejectsFile } from '../../importers/rejects-file';
import { all, Folder, open } from './files';

const folder = new Folder();
afterAll(() => folder.remove());

const PROBLEM: LineProblem = {
  column: 'make',
  value: 'x',
  code: 'bad-characters',
  reason: 'It is wrong.',
  hint: 'Mend it.',
};
const HEADER = ['asset_id', 'make', 'site_id'];

test.each(['=1+1', '+1', '-1', '@SUM', '\tx', '\rx', "'=1", "''=1"])(
  '%p cannot run as a formula, and comes back',
  (cell) => {
    expect(escapeFormula(cell)).toBe(`'${cell}`);
    expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
  },
);

test.each(['Axis', "O'Neil", "'quoted'", '', '1-2'])('%p is left as it is', (cell) => {
  expect(escapeFormula(cell)).toBe(cell);
});

test('whatever a cell holds, escaping it can be undone and leaves no formula', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^'{0,3}[=+@\t\r-].{0,5}$/)), (cell) => {
      expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
      expect(escapeFormula(cell)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test('whatever was in the lines is read back from the rejects file, cell by cell', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((cell) => cell.replaceAll('\0', ''));
  const cell = fc.oneof(text, fc.constantFrom('=1+1', "'=1", 'a\nb', 'a\r\nb', '"quoted"', ' a ', 'x;y,z\t', '-'));
  const line = fc.tuple(
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 5 }).map((id) => `C${id}`),
    cell,
    cell,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t', '|'),
      async (lines, delimiter) => {
        const path = join(folder.folder, `round-${Math.random()}.csv`);
        const file = await RejectsFile.create(path, { header: HEADER, delimiter }, (value) => value);
        for (const [index, cells] of lines.entries()) await file.add(index + 2, cells, [PROBLEM]);
        await file.finish();
        const table = await open(path);
        const plan = planColumns('devices', table.header, table.headerLine, []);
        expect(plan.isRejectsFile).toBe(true);
        expect(plan.ignored).toEqual([]);
        const { records } = await all(table);
        expect(records.map((cells) => cells.slice(0, 3).map(unescapeFormula))).toEqual(lines);
      },
    ),
    { numRuns: 40 },
  );
});

test('rejects of a rejects file have the original columns once, with the newer reasons', async () => {
  const path = join(folder.folder, 'second.csv');
  const file = await RejectsFile.create(
    path,
    { header: [...HEADER, 'clearsite_line', 'clearsite_column', 'clearsite_reason', 'clearsite_hint'], delimiter: ';' },
    unescapeFormula,
  );
  await file.add(7, ['CAM-1', "'=cmd", 'S-1', '3', 'make', 'old reason', 'old hint'], [PROBLEM]);
  await file.finish();
  expect(readFileSync(path, 'utf8')).toBe(
    "\uFEFFasset_id;make;site_id;clearsite_line;clearsite_column;clearsite_reason;clearsite_hint\r\nCAM-1;'=cmd;S-1;7;make;make: It is wrong.;Mend it.\r\n",
  );
});

test('it appears under its name only when it is complete', async () => {
  const path = join(folder.folder, 'deep', 'partial.csv');
  const file = await RejectsFile.create(path, { header: HEADER, delimiter: ',' }, (value) => value);
  await file.add(2, ['CAM-1', 'x', 'S-1'], [PROBLEM]);
  expect(existsSync(path)).toBe(false);
  await file.finish();
  expect(existsSync(path)).toBe(true);
  const given = await RejectsFile.create(`${path}.2`, { header: HEADER, delimiter: ',' }, (value) => value);
  await given.discard();
  expect(existsSync(`${path}.2`)).toBe(false);
  expect(existsSync(`${path}.2.partial`)).toBe(false);
});
