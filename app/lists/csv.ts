import { stringify } from 'csv-stringify/sync';
import { escapeFormula } from '../../importers/formulas';

/** A cell: null is blank. Numbers stay numbers, since a spreadsheet runs only text. */
export type Cell = string | number | null;

/** A column of an export: its name, as imports know it where they do, and what it says of a row. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => Cell;
}

/** Without this mark spreadsheets take UTF-8 for something else; our own import skips it. */
const BYTE_ORDER_MARK = '\uFEFF';

function lines(rows: readonly (readonly Cell[])[]): string {
  const harmless = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? escapeFormula(cell) : cell)));
  return stringify(harmless, { record_delimiter: '\r\n' });
}

/** The first line of a file, which is there even where no other follows. */
export function csvHead<Row>(columns: readonly CsvColumn<Row>[]): string {
  return BYTE_ORDER_MARK + lines([columns.map(({ name }) => name)]);
}

/** Lines of a file; what a spreadsheet would run is made text. */
export function csvLines<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  return lines(rows.map((row) => columns.map(({ of }) => of(row))));
}
