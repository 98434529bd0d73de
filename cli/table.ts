import { printable, table as plainTable } from './output';

/** Longest cell, in characters: one row stays one line on a usual screen. */
const LONGEST = 60;

function cell(text: string): string {
  const clean = printable(text.trim());
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
}

/** A table of texts with short cells, without the columns in which every cell is empty. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const pick = (row: readonly string[]): string[] => row.filter((_, column) => used[column]);
  return plainTable(
    pick(head).map((name) => ({ head: name })),
    rows.map((row) => pick(row).map(cell)),
  );
}
