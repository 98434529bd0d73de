import { afterAll, describe, expect, test } from '@jest/globals';
import { all, failureOf, Folder, open } from './files';
import { type Sheet, workbook, workbookParts, zip } from './workbooks';

const folder = new Folder();
afterAll(() => folder.remove());

const HEADER = ['asset_id', 'make', 'site_id', 'installed_on'];
const sheet = (rows: Sheet['rows'], name = 'Devices'): Sheet => ({ name, rows });
const write = (...sheets: Sheet[]): string => folder.write(workbook(...sheets), `book-${Math.random()}.xlsx`);

describe('an Excel workbook', () => {
  test('is recognised by its content and read row by row, by the row numbers that Excel shows', async () => {
    const path = write(sheet({ 2: HEADER, 3: ['CAM-1', 'Axis', 'S-1', null], 6: ['CAM-2', 'Axis', 'S-1'] }));
    const table = await open(path);
    expect(table).toMatchObject({ format: 'xlsx', delimiter: null, sheet: '1', header: HEADER, headerLine: 2 });
    const { records, lines } = await all(table);
    expect(lines).toEqual([3, 6]);
    expect(records.map((cells) => cells.slice(0, 3))).toEqual([
      ['CAM-1', 'Axis', 'S-1'],
      ['CAM-2', 'Axis', 'S-1'],
    ]);
  });

  test('its dates come as days, whatever the reader sees in Excel', async () => {
    const { records } = await all(
      await open(
        write(
          sheet({
            1: HEADER,
            2: ['CAM-1', 'Axis', 'S-1', { serial: 43824 }],
            3: ['CAM-2', 'Axis', 'S-1', { serial: 43824.5 }],
          }),
        ),
      ),
    );
    expect(records.map((cells) => cells[3])).toEqual(['2019-12-25', '2019-12-25T12:00:00']);
  });

  test('its numbers keep every digit', async () => {
    const { records } = await all(
      await open(write(sheet({ 1: HEADER, 2: [1234567890123, 7, 'S-1'], 3: [4.4192e11, 0.5, 'S-1'] }))),
    );
    expect(records.map((cells) => cells.slice(0, 2))).toEqual([
      ['1234567890123', '7'],
      ['441920000000', '0.5'],
    ]);
  });

  test('a cell with an Excel error is blank, and that is said', async () => {
    const table = await open(write(sheet({ 1: HEADER, 2: ['CAM-1', { error: '#N/A' }, 'S-1'] })));
    expect((await all(table)).records[0]![1]).toBe('');
    expect(table.notes).toEqual(['1 cells hold an Excel error such as #N/A; they were read as blank.']);
  });

  test('its sheets are chosen by name or number, and the first is read with a note', async () => {
    const path = write(
      sheet({ 1: HEADER, 2: ['CAM-1', 'Axis', 'S-1'] }, 'North'),
      sheet({ 1: HEADER, 2: ['CAM-2', 'Axis', 'S-2'] }, 'South'),
    );
    expect((await open(path)).notes[0]).toContain('2 sheets');
    for (const [name, asset] of [
      ['South', 'CAM-2'],
      ['2', 'CAM-2'],
      ['1', 'CAM-1'],
    ]) {
      const { records } = await all(await open(path, { sheet: name! }));
      expect(records[0]![0]).toBe(asset);
    }
  });

  test('a sheet that is not there is named with those that are', async () => {
    const failure = await failureOf(() => open(write(sheet({ 1: HEADER }, 'North')), { sheet: 'West' }));
    expect(failure).toMatchObject({ code: 'no-such-sheet', exit: 2 });
    expect(failure.hint).toContain('North');
    expect(await failureOf(() => open(write(sheet({ 1: HEADER })), { sheet: '7' }))).toMatchObject({
      code: 'no-such-sheet',
    });
  });
});

describe('a workbook that cannot be read is refused in a sentence, in bounded memory', () => {
  const parts = workbookParts([sheet({ 1: HEADER, 2: ['CAM-1', 'Axis', 'S-1'] })]);
  const whole = zip(parts);
  const replaced = (name: string, data: string): Buffer =>
    zip(parts.map((part) => (part.name === name ? { name, data } : part)));
  const grid = (cell: string): string =>
    `<worksheet><sheetData><row r="${cell.replace(/\D/g, '')}"><c r="${cell}" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>`;

  test.each<[string, Buffer, string]>([
    ['cut off', whole.subarray(0, whole.length - 40), 'damaged-workbook'],
    ['cut off in the middle', whole.subarray(0, 200), 'damaged-workbook'],
    ['a zip of something else', zip([{ name: 'report.txt', data: 'x' }]), 'not-a-table'],
    ['a Word document', zip([{ name: 'word/document.xml', data: '<w/>' }]), 'not-a-table'],
    ['an OpenDocument file', zip([{ name: 'content.xml', data: '<w/>' }]), 'not-a-table'],
    ['an .xlsb', zip([{ name: 'xl/workbook.bin', data: 'x' }]), 'not-a-table'],
    ['protected with a password', zip(parts.map((part) => ({ ...part, flags: 1 }))), 'encrypted-workbook'],
    ['a sheet that is no XML', replaced('xl/worksheets/sheet1.xml', '<worksheet><sheetData><row'), 'damaged-workbook'],
    ['a value in the last column', replaced('xl/worksheets/sheet1.xml', grid('XFD1')), 'sheet-too-large'],
    ['a row far beyond Excel', replaced('xl/worksheets/sheet1.xml', grid('A99999999999')), 'sheet-too-large'],
    ['a grid of many cells', replaced('xl/worksheets/sheet1.xml', grid('CV1048576')), 'sheet-too-large'],
    ['no sheet', zip(parts.filter(({ name }) => !name.includes('sheet1'))), 'damaged-workbook'],
    ['an empty sheet', replaced('xl/worksheets/sheet1.xml', '<worksheet><sheetData/></worksheet>'), 'empty-file'],
    ['a directory that lies about sizes', zip(parts.map((part) => ({ ...part, claims: 5 }))), 'damaged-workbook'],
  ])('%s', async (_, bytes, code) => {
    const failure = await failureOf(async () => all(await open(folder.write(bytes, `bad-${Math.random()}.xlsx`))));
    expect(failure).toMatchObject({ code, exit: 2 });
    expect(failure.hint).toBeTruthy();
  });

  test('one that unpacks to more than the limit is refused by its directory, before anything is unpacked', async () => {
    const bomb = zip([...parts, { name: 'xl/media.xml', data: Buffer.alloc(70 * 1024 * 1024, 'x') }]);
    expect(bomb.length).toBeLessThan(1_000_000);
    const path = folder.write(bomb, 'bomb.xlsx');
    const before = process.memoryUsage().rss;
    expect(await failureOf(() => open(path))).toMatchObject({ code: 'workbook-too-large', exit: 2 });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  test('parts that the directory does not name are refused', async () => {
    const hidden = zip([{ name: 'xl/worksheets/sheet1.xml', data: 'hidden' }]);
    const smuggled = Buffer.concat([hidden.subarray(0, hidden.length - 22), whole]);
    // The directory's offsets count from the start of the file.
    const end = smuggled.length - 22;
    const shift = hidden.length - 22;
    const directory = smuggled.readUInt32LE(end + 16) + shift;
    smuggled.writeUInt32LE(directory, end + 16);
    for (let at = directory; smuggled.readUInt32LE(at) === 0x02014b50; at += 46 + smuggled.readUInt16LE(at + 28)) {
      smuggled.writeUInt32LE(smuggled.readUInt32LE(at + 42) + shift, at + 42);
    }
    expect(await failureOf(() => open(folder.write(smuggled, 'smuggled.xlsx')))).toMatchObject({
      code: 'damaged-workbook',
    });
  });
});
