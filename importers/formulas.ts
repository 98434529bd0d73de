/** What a spreadsheet would run, behind any apostrophes. */
const RISKY = /^'*[=+\-@\t\r\n]/;
const ESCAPED = /^'+[=+\-@\t\r\n]/;

/**
 * Makes a cell harmless to open in a spreadsheet: an apostrophe goes before what could be a formula. A cell that
 * begins with an apostrophe and a formula gets one more, so that {@link unescapeFormula} always gives the cell back.
 */
export function escapeFormula(cell: string): string {
  return RISKY.test(cell) ? `'${cell}` : cell;
}

/** Takes off what {@link escapeFormula} put on; only for files that clearsite wrote. */
export function unescapeFormula(cell: string): string {
  return ESCAPED.test(cell) ? cell.slice(1) : cell;
}
