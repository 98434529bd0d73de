import { readFile } from 'node:fs/promises';
import { InvalidInputError, InvalidSpreadsheetError, readSheet, SheetNotFoundError } from 'read-excel-file/node';
import { Failure } from '../domain/errors';
import { headerName, isBlank, MAX_CELL, type RawBatch, type RawTable } from './raw';
import { type FileFacts } from './sniff';
import { inspectWorkbook } from './workbook';

const BATCH = 2_000;

type Cell = string | number | boolean | Date | null;

/** A cell as a person would type it. Numbers come as the file spells them, so that no digit is lost. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) {
    if (Number.isNaN(cell.valueOf())) return '#DATE';
    const iso = cell.toISOString();
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
  }
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return String(cell);
}

/** From here on a number has more digits than Excel keeps: the last ones have become zeros. */
const FIRST_CUT_SHORT = 1e15;

/** Excel writes 441921000001 as 4.41921000001E11: the same whole number. One cut short stays as it is written, to be refused. */
function plainNumber(text: string): string {
  if (!/e/i.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) && Math.abs(value) < FIRST_CUT_SHORT ? String(value) : text;
}

async function readRows(bytes: Buffer, sheet: string | null, name: string): Promise<readonly (readonly Cell[])[]> {
  const options = { trim: false, parseNumber: plainNumber };
  try {
    if (sheet === null) return (await readSheet(bytes, 1, options)) as Cell[][];
    try {
      return (await readSheet(bytes, sheet, options)) as Cell[][];
    } catch (error) {
      if (!(error instanceof SheetNotFoundError) || !/^[1-9]\d{0,3}$/.test(sheet)) throw error;
      return (await readSheet(bytes, Number(sheet), options)) as Cell[][];
    }
  } catch (error) {
    throw explain(error, sheet, name);
  }
}

function explain(error: unknown, sheet: string | null, name: string): unknown {
  if (error instanceof SheetNotFoundError) {
    return new Failure('no-such-sheet', `${name} has no sheet ${sheet ?? '1'}.`, { hint: error.message, cause: error });
  }
  const known = error instanceof InvalidInputError || error instanceof InvalidSpreadsheetError;
  const reason = known ? ` (${error.message})` : '';
  return new Failure('damaged-workbook', `${name} cannot be read as an Excel workbook${reason}.`, {
    hint: 'Open it in Excel and save it again, or save the sheet as "CSV UTF-8".',
    cause: error,
  });
}

/**
 * Opens an Excel workbook (.xlsx): the sheet named or numbered from 1, else the first. Formulas count by the value
 * that Excel saved, and a cell with an Excel error as blank.
 * @throws Failure (exit 2): damaged, protected, too large, no such sheet, no header
 */
export async function openXlsx(facts: FileFacts, sheet: string | null): Promise<RawTable> {
  const { sheets, errorCells, paddedCells } = await inspectWorkbook(facts.path, facts.name, facts.size);
  const rows = await readRows(await readFile(facts.path), sheet, facts.name);
  const headerIndex = rows.findIndex((row) => row.some((cell) => cellText(cell).trim() !== ''));
  const header = rows[headerIndex];
  if (header === undefined)
    throw new Failure('empty-file', `${facts.name}: sheet ${sheet ?? '1'} is empty.`, {
      hint: 'Name another sheet with --sheet.',
    });
  return {
    format: 'xlsx',
    encoding: 'utf-8',
    delimiter: null,
    sheet: sheet ?? '1',
    fileName: facts.name,
    sha256: facts.sha256,
    totalBytes: facts.size,
    header: header.map((cell) => headerName(cellText(cell))),
    headerLine: headerIndex + 1,
    notes: [
      ...(sheet === null && sheets > 1
        ? [`The workbook has ${sheets} sheets; the first one was read (--sheet NAME|N reads another).`]
        : []),
      ...(errorCells > 0 ? [`${errorCells} cells hold an Excel error such as #N/A; they were read as blank.`] : []),
      ...(paddedCells > 0
        ? [
            `${paddedCells} cells show zeros in front that are not in them, as 0012 for 12; they were read without. If they are identifiers, format them as text in Excel and type the zeros.`,
          ]
        : []),
    ],
    batches: () => body(rows, headerIndex + 1, facts),
  };
}

async function* body(rows: readonly (readonly Cell[])[], from: number, facts: FileFacts): AsyncGenerator<RawBatch> {
  for (let start = from; start < rows.length; start += BATCH) {
    const records: string[][] = [];
    const lines: number[] = [];
    for (const [offset, row] of rows.slice(start, start + BATCH).entries()) {
      const cells = row.map(cellText);
      const line = start + offset + 1;
      if (cells.some((cell) => cell.length > MAX_CELL)) {
        throw new Failure(
          'huge-cell',
          `${facts.name}: a cell in row ${line} is longer than ${MAX_CELL.toLocaleString('en-GB')} characters.`,
          { details: { line } },
        );
      }
      if (isBlank(cells)) continue;
      records.push(cells);
      lines.push(line);
    }
    yield {
      records,
      lines,
      damaged: [],
      bytesRead: Math.round((facts.size * Math.min(start + BATCH, rows.length)) / rows.length),
    };
  }
}
