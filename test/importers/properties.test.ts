import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../domain/errors';
import { contactReader } from '../../importers/contacts';
import { KINDS, planColumns } from '../../importers/columns';
import { date } from '../../importers/dates';
import { deviceReader } from '../../importers/devices';
import { CellProblem } from '../../importers/problem';
import { siteReader } from '../../importers/sites';
import { email, identifier, ip, mac, text } from '../../importers/values';
import { Folder, open } from './files';
import { workbookParts, zip } from './workbooks';

const folder = new Folder();
afterAll(() => folder.remove());

const nobody = {
  departmentOf: new Map([['S-1', 'D-1']]),
  departments: new Set(['D-1']),
  department: null,
  assetPrefix: '',
};

/** Reads a file to its end, as an import does; every way to end but a Failure with exit 2 is an error. */
async function readThrough(bytes: Uint8Array): Promise<'read' | Failure> {
  const path = folder.write(bytes);
  try {
    for (const kind of KINDS) {
      const table = await open(path, { kind });
      let read: ((cells: readonly string[]) => unknown) | null = null;
      try {
        if (kind === 'devices') read = deviceReader(planColumns('devices', table.header, 1, []), nobody);
        if (kind === 'sites') read = siteReader(planColumns('sites', table.header, 1, []), nobody);
        if (kind === 'contacts') read = contactReader(planColumns('contacts', table.header, 1, []), nobody);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
      let last = table.headerLine;
      for await (const { records, lines } of table.batches()) {
        expect(lines).toHaveLength(records.length);
        for (const line of lines) {
          expect(line).toBeGreaterThan(last);
          last = line;
        }
        for (const cells of records) read?.(cells);
      }
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.exit).toBe(2);
    expect(error.message).toMatch(/\.$/);
    return error;
  }
}

test('any bytes are either read or refused with a sentence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => void (await readThrough(bytes))),
    { numRuns: 300 },
  );
});

test('any text below a good header is read, or refused with a sentence', async () => {
  const scrap = fc.oneof(
    fc.constantFrom(
      ',',
      ';',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      ' ',
      "'",
      '=',
      'CAM-1',
      'S-1',
      '\u00e9',
      '\u{1F4F7}',
      '\u202e',
      '\x1a',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(scrap, { maxLength: 40 }), async (scraps) => {
      await readThrough(Buffer.from(`asset_id,make,site_id,name,department_id,nation,role,email\n${scraps.join('')}`));
    }),
    { numRuns: 300 },
  );
});

test('a workbook with any byte changed, or cut anywhere, is read or refused with a sentence', async () => {
  const whole = zip(
    workbookParts([{ name: 'Devices', rows: { 1: ['asset_id', 'make', 'site_id'], 2: ['CAM-1', 'Axis', 'S-1'] } }]),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
      if (!cut) bytes[at] = byte;
      await readThrough(bytes);
    }),
    { numRuns: 300 },
  );
});

const parsers = { date, mac, ip, email, identifier, text: text(50) };

test.each(Object.entries(parsers))(
  '%s: any text gives a value, nothing or a problem, and a value is read as itself again',
  (_, parse) => {
    const likely = fc.stringMatching(/^[\d]{1,4}[-/. :][\da-f]{1,2}[-/. :@][\da-f]{1,6}(?:\.[a-z]{2})?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), likely), (cell) => {
        const value = parse(cell);
        if (value === null || value instanceof CellProblem) return;
        expect(parse(value)).toBe(value);
        expect(value).not.toMatch(/[\p{Cc}\r\n\t]/u);
      }),
      { numRuns: 2000 },
    );
  },
);

test('a day and a month that can be exchanged are never guessed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1990, max: 2100 }),
      (first, second, year) => {
        const result = date(`${first}/${second}/${year}`);
        if (first === second) expect(typeof result).toBe('string');
        else expect(result).toMatchObject({ code: 'ambiguous-date' });
      },
    ),
  );
});
