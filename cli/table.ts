import Table from 'cli-table3';

/** Without lines: easy on the eye, and easy to copy into a mail. */
const PLAIN = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** What would move the cursor or draw on a terminal has no place in a cell. */
const UNPRINTABLE = /\p{Cc}+/gu;

/** Longest cell, in characters: one row stays one line on a usual screen. */
const LONGEST = 60;

function cell(text: string): string {
  const clean = text.replace(UNPRINTABLE, ' ').trim();
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
}

/** A table for people: a header row, then rows of cells. Columns in which every cell is empty are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const pick = (row: readonly string[]): string[] => row.filter((_, column) => used[column]).map(cell);
  const drawn = new Table({
    head: pick(head),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...rows.map(pick));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
