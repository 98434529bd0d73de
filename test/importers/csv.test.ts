import { afterAll, describe, expect, test } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { all, failureOf, Folder, open } from './files';

const folder = new Folder();
afterAll(() => folder.remove());

const HEADER = 'asset_id,make,site_id';

describe('what departments send is read as they meant it', () => {
  const table = 'asset_id,make,site_id\nCAM-1,Société Générale,S-1\n';
  const bom = Buffer.from([0xef, 0xbb, 0xbf]);
  test.each([
    ['UTF-8', Buffer.from(table), 'utf-8', ','],
    ['UTF-8 with a byte-order mark', Buffer.concat([bom, Buffer.from(table)]), 'utf-8', ','],
    ['Windows-1252', iconv.encode(table, 'win1252'), 'windows-1252', ','],
    ['UTF-16 little-endian', iconv.encode(table, 'utf-16le', { addBOM: true }), 'utf-16le', ','],
    ['UTF-16 big-endian', iconv.encode(table, 'utf-16be', { addBOM: true }), 'utf-16be', ','],
    ['semicolons', Buffer.from(table.replaceAll(',', ';')), 'utf-8', ';'],
    ['tabs', Buffer.from(table.replaceAll(',', '\t')), 'utf-8', '\t'],
    ['bars', Buffer.from(table.replaceAll(',', '|')), 'utf-8', '|'],
    ['CRLF', Buffer.from(table.replaceAll('\n', '\r\n')), 'utf-8', ','],
    ['CR alone', Buffer.from(table.replaceAll('\n', '\r')), 'utf-8', ','],
    ['no newline at the end', Buffer.from(table.trimEnd()), 'utf-8', ','],
    ['Excel\'s "sep=" line', Buffer.from(`sep=;\r\n${table.replaceAll(',', ';')}`), 'utf-8', ';'],
    ['every cell quoted', Buffer.from('"asset_id","make","site_id"\n"CAM-1","Société Générale","S-1"\n'), 'utf-8', ','],
    ['blank lines above the header', Buffer.from(`\n\n${table}`), 'utf-8', ','],
  ])('%s', async (_, bytes, encoding, delimiter) => {
    const opened = await open(folder.write(bytes));
    expect(opened).toMatchObject({ format: 'csv', encoding, delimiter, header: ['asset_id', 'make', 'site_id'] });
    expect((await all(opened)).records).toEqual([['CAM-1', 'Société Générale', 'S-1']]);
  });

  test('the 27 characters that Windows-1252 has where Latin-1 has none come out right', async () => {
    const text = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
    const opened = await open(folder.write(iconv.encode(`${HEADER}\nCAM-1,${text},S-1\n`, 'win1252')));
    expect((await all(opened)).records[0]![1]).toBe(text);
  });

  test('a character that a chunk boundary cuts in two is whole', async () => {
    const row = 'CAM-1,海康威视数字技术,S-1\n';
    const opened = await open(folder.write(`${HEADER}\n${row.repeat(15_000)}`));
    const { records } = await all(opened);
    expect(records).toHaveLength(15_000);
    expect(new Set(records.map((cells) => cells.join()))).toEqual(new Set(['CAM-1,海康威视数字技术,S-1']));
  });

  test('the delimiter is the one that gives known columns, not the commonest character', async () => {
    const opened = await open(
      folder.write('asset_id;make;site_id;notes, remarks, comments, and more\nCAM-1;Axis;S-1;a,b,c\n'),
    );
    expect(opened.delimiter).toBe(';');
  });
});

describe('letters that an earlier program has spoilt do not go unsaid', () => {
  test.each([
    ['lost', 'Soci\uFFFDt\uFFFD', '2 letters were lost'],
    ['converted twice', 'SociÃ©tÃ©', '2 letters seem to have been converted twice'],
  ])('%s', async (_, make, note) => {
    const { notes } = await open(folder.write(`${HEADER}\nCAM-1,${make},S-1\n`));
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  test('good letters need no note', async () => {
    expect((await open(folder.write(`${HEADER}\nCAM-1,Société à Ãlava,S-1\n`))).notes).toEqual([]);
  });
});

describe('line numbers are those of an editor', () => {
  test.each([
    ['plain', `${HEADER}\na,,\nb,,\n`, [2, 3]],
    ['blank lines between', `${HEADER}\na,,\n\n,,\n\nb,,\n`, [2, 6]],
    ['a quoted newline', `${HEADER}\n"a\nb",,\nc,,\n`, [2, 4]],
    ['a quoted CRLF', `${HEADER}\r\n"a\r\n\r\nb",,\r\nc,,\r\n`, [2, 5]],
    ['a quoted newline in the header', `asset_id,"make\nor brand",site_id\na,,\n`, [3]],
    ['CR alone', `${HEADER}\ra,,\rb,,\r`, [2, 3]],
    ['all kinds mixed', `${HEADER}\na,,\r\nb,,\rc,,\n`, [2, 3, 4]],
    ['a title above the header', `\n\n${HEADER}\na,,\n`, [4]],
  ])('%s', async (_, text, lines) => {
    const opened = await open(folder.write(text));
    expect((await all(opened)).lines).toEqual(lines);
  });

  test('they hold across chunks of a large file with quoted newlines', async () => {
    const rows = Array.from({ length: 12_000 }, (_, i) =>
      i % 7 === 0 ? `"C-${i}","x\ny\r\nz",S-1` : `C-${i},Axis,S-1`,
    );
    const path = folder.write(`${HEADER}\n${rows.join('\n')}\n`);
    const { records, lines } = await all(await open(path));
    let line = 2;
    const expected = rows.map((row) => {
      const begins = line;
      line += row.includes('x\ny') ? 3 : 1;
      return begins;
    });
    expect(records).toHaveLength(12_000);
    expect(lines).toEqual(expected);
  });
});

describe('quotes', () => {
  test.each([
    ['doubled', '"19"" rack",b', '19" rack'],
    ['in the middle of an unquoted cell', '19" rack,b', '19" rack'],
    ['a delimiter within', '"a,b",c', 'a,b'],
    ['text after the closing one stays text', '"Axis" Communications,b', '"Axis" Communications'],
  ])('%s', async (_, row, cell) => {
    const { records, damaged } = await all(await open(folder.write(`make,asset_id,site_id\n${row},S-1\n`)));
    expect(records[0]![0]).toBe(cell);
    expect(damaged).toEqual([]);
  });

  test('one that swallows lines until the next quote damages the lines it swallowed, and no others', async () => {
    const text = `${HEADER}\nCAM-1,Axis,S-1\nCAM-2,"Axis,S-1\nCAM-3,Axis,S-1\nCAM-4,"Axis",S-1\nCAM-5,Axis,S-1\n`;
    const { damaged, lines } = await all(await open(folder.write(text)));
    expect(damaged).toEqual([{ line: 3, code: 'stray-quote' }]);
    expect(lines).toEqual([2, 3, 6]);
  });

  test('one that is never closed makes the file unusable, and the line is named', async () => {
    const table = await open(folder.write(`${HEADER}\nCAM-1,Axis,S-1\n\nCAM-2,"Axis,S-1\nCAM-3,Axis,S-1\n`));
    const failure = await failureOf(() => all(table));
    expect(failure).toMatchObject({ code: 'unclosed-quote', exit: 2, details: { line: 4 } });
    expect(failure.message).toContain('line 4');
  });
});

describe('a file that was cut off', () => {
  test('its last line is refused where cells are missing', async () => {
    const { damaged } = await all(await open(folder.write(`${HEADER}\nCAM-1,Axis,S-1\nCAM-2,Ax`)));
    expect(damaged).toEqual([{ line: 3, code: 'truncated-line' }]);
  });

  test('trailing empty cells may be missing elsewhere, as Excel leaves them out', async () => {
    const { records, damaged } = await all(
      await open(folder.write(`${HEADER},notes\nCAM-1,Axis,S-1\nCAM-2,Axis,S-1,x\n`)),
    );
    expect(records[0]).toEqual(['CAM-1', 'Axis', 'S-1']);
    expect(damaged).toEqual([]);
  });
});

describe('a file that cannot be a table is refused in a sentence', () => {
  const giant = Buffer.alloc(70_000, 'x');
  test.each<[string, string | Uint8Array, string]>([
    ['empty', '', 'empty-file'],
    ['only a byte-order mark', Buffer.from([0xef, 0xbb, 0xbf]), 'empty-file'],
    ['only a UTF-16 byte-order mark', Buffer.from([0xff, 0xfe]), 'empty-file'],
    ['only blank lines', '\n \r\n\t\n', 'empty-file'],
    ['only delimiters', ',,,\n,,,\n', 'empty-file'],
    ['a NUL byte', `${HEADER}\nCAM-1,Ax\0is,S-1\n`, 'nul-byte'],
    ['UTF-16 without its mark', iconv.encode(`${HEADER}\n`, 'utf-16le'), 'nul-byte'],
    ['a NUL in UTF-16', iconv.encode(`${HEADER}\nCAM\0`, 'utf-16le', { addBOM: true }), 'nul-byte'],
    [
      'half a character of UTF-16',
      Buffer.concat([iconv.encode(HEADER, 'utf-16le', { addBOM: true }), Buffer.from([0x41])]),
      'bad-encoding',
    ],
    [
      'partly UTF-8',
      Buffer.concat([Buffer.from(`${HEADER}\nCAM-1,Générale,S-1\n`), Buffer.from([0x43, 0xe9, 0x0a])]),
      'mixed-encoding',
    ],
    [
      'neither UTF-8 nor Windows-1252',
      Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0x81, 0x20, 0x0a])]),
      'bad-encoding',
    ],
    ['an old Excel file', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'not-a-table'],
    ['a PDF', '%PDF-1.7\n%âãÏÓ', 'not-a-table'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'not-a-table'],
    ['a gzip file', Buffer.from('1f8b0800', 'hex'), 'not-a-table'],
    ['a sign-in page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'not-a-table'],
    ['XML', '<?xml version="1.0"?><nmaprun></nmaprun>', 'not-a-table'],
    ['JSON', '[{"asset_id": "CAM-1"}]', 'not-a-table'],
  ])('%s', async (_, content, code) => {
    const path = folder.write(content);
    const failure = await failureOf(async () => all(await open(path)));
    expect(failure).toMatchObject({ code, exit: 2 });
    expect(failure.hint).toBeTruthy();
  });

  test.each<[string, Uint8Array, string]>([
    [
      'a huge cell',
      Buffer.concat([Buffer.from(`${HEADER}\nCAM-1,Axis,S-1\nCAM-2,`), giant, Buffer.from(',S-1\n')]),
      'huge-cell',
    ],
    [
      'a huge quoted cell',
      Buffer.concat([Buffer.from(`${HEADER}\nCAM-1,Axis,S-1\nCAM-2,"`), giant, Buffer.from('",S-1\n')]),
      'huge-cell',
    ],
    [
      'a record without end',
      Buffer.concat([Buffer.from(`${HEADER}\nCAM-1,Axis,S-1\nCAM-2,`), Buffer.alloc(3_000_000, 'x')]),
      'record-too-long',
    ],
    [
      'delimiters without end',
      Buffer.concat([Buffer.from(`${HEADER}\nCAM-1,Axis,S-1\n`), Buffer.alloc(4_000_000, ',')]),
      'record-too-long',
    ],
  ])('%s, with its line', async (_, content, code) => {
    const failure = await failureOf(async () => all(await open(folder.write(content))));
    expect(failure).toMatchObject({ code, exit: 2, details: { line: 3 } });
  });

  test('a NUL byte is named with its line, also far into the file', async () => {
    const rows = 'CAM-1,Axis,S-1\n'.repeat(100_000);
    const failure = await failureOf(() => open(folder.write(`${HEADER}\n${rows}\0`)));
    expect(failure.message).toContain('line 100002');
  });

  test('more columns than any inventory has', async () => {
    const header = Array.from({ length: 501 }, (_, i) => `column${i}`).join(',');
    expect(await failureOf(() => open(folder.write(`${header}\n`)))).toMatchObject({ code: 'too-many-columns' });
  });

  test('a folder, and a file that is not there', async () => {
    expect(await failureOf(() => open(folder.folder))).toMatchObject({ code: 'not-a-file', exit: 2 });
    expect(await failureOf(() => open(`${folder.folder}/none.csv`))).toMatchObject({ code: 'no-such-file', exit: 2 });
  });

  test('a file that somebody writes to meanwhile', async () => {
    const path = folder.write(`${HEADER}\nCAM-1,Axis,S-1\n`);
    const table = await open(path);
    appendFileSync(path, 'CAM-2,Axis,S-1\n');
    expect(await failureOf(() => all(table))).toMatchObject({ code: 'file-changed' });
  });
});

describe('what the user says about the file', () => {
  test('an encoding that the user names is taken', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\nCAM-1,Générale,S-1\nCAM-2,C`),
      Buffer.from([0xe9]),
      Buffer.from(',S-1\n'),
    ]);
    const { records } = await all(await open(folder.write(bytes), { encoding: 'windows-1252' }));
    expect(records.map((cells) => cells[1])).toEqual(['GÃ©nÃ©rale', 'Cé']);
  });

  test.each([
    [{ encoding: 'ebcdic' }, 'unsupported-encoding'],
    [{ format: 'nmap' }, 'unsupported-format'],
    [{ format: 'xlsx' }, 'wrong-format'],
    [{ sheet: '2' }, 'no-such-sheet'],
    [{ encoding: 'utf-8' }, 'bad-encoding'],
  ])('%p is refused with %s', async (options, code) => {
    const path = folder.write(iconv.encode(`${HEADER}\nCAM-1,Société,S-1\n`, 'win1252'));
    const failure = await failureOf(() => open(path, options));
    expect(failure).toMatchObject({ code, exit: 2 });
  });

  test('an unknown format names those that are supported', async () => {
    expect((await failureOf(() => open(folder.write(HEADER), { format: 'netbox' }))).hint).toContain('csv, xlsx');
  });
});
