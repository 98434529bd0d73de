import { deflateRawSync, crc32 } from 'node:zlib';

/** A part of a zip file; `method` and `claims` let a test lie. */
export interface Part {
  readonly name: string;
  readonly data: string | Buffer;
  readonly flags?: number;
  /** Uncompressed size as the directory says. */
  readonly claims?: number;
}

/** A zip file of these parts, deflated. */
export function zip(parts: readonly Part[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, flags = 0, claims } of parts) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw, { level: 1 });
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(flags, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(claims ?? raw.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    shared.copy(local, 4);
    bodies.push(local, Buffer.from(name), packed);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(20, 4);
    shared.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

/** A cell: text, a number, a number as the file spells it or shown as 0000, a date as Excel keeps it, an error, or nothing. */
export type SheetCell =
  | string
  | number
  | { readonly number: string }
  | { readonly padded: number }
  | { readonly serial: number }
  | { readonly error: string }
  | null;

export interface Sheet {
  readonly name: string;
  /** By row number from 1; a row that is left out is not in the file. */
  readonly rows: Readonly<Record<number, readonly SheetCell[]>>;
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
}

function cellXml(cell: SheetCell, reference: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string')
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escape(cell)}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  if ('padded' in cell) return `<c r="${reference}" s="2"><v>${cell.padded}</v></c>`;
  if ('number' in cell) return `<c r="${reference}"><v>${cell.number}</v></c>`;
  return 'serial' in cell
    ? `<c r="${reference}" s="1"><v>${cell.serial}</v></c>`
    : `<c r="${reference}" t="e"><v>${cell.error}</v></c>`;
}

export function sheetXml(rows: Sheet['rows']): string {
  const drawn = Object.entries(rows).map(
    ([number, cells]) =>
      `<row r="${number}">${cells.map((cell, index) => cellXml(cell, `${columnName(index)}${number}`)).join('')}</row>`,
  );
  return `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${drawn.join('')}</sheetData></worksheet>`;
}

/** The parts of a workbook, as Excel would write them. */
export function workbookParts(sheets: readonly Sheet[]): Part[] {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const list = sheets
    .map(({ name }, index) => `<sheet name="${escape(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
    .join('');
  const relations = sheets
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="${relation}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join('');
  return [
    {
      name: '[Content_Types].xml',
      data: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns="${main}" xmlns:r="${relation}"><sheets>${list}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations}</Relationships>`,
    },
    {
      name: 'xl/styles.xml',
      data: `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0000"/></numFmts><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    },
    ...sheets.map(({ rows }, index) => ({ name: `xl/worksheets/sheet${index + 1}.xml`, data: sheetXml(rows) })),
  ];
}

/** A workbook of these sheets. */
export function workbook(...sheets: readonly Sheet[]): Buffer {
  return zip(workbookParts(sheets));
}
