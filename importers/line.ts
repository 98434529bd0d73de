import { type ColumnPlan, type Field, type Kind } from './columns';
import { unescapeFormula } from './formulas';
import { CellProblem, lineProblem, type LineProblem } from './problem';
import { type Damage } from './raw';
import { type CellParser } from './values';

const TOO_MANY = new CellProblem(
  'too-many-cells',
  'The line has more cells than the header has names of columns.',
  'A value holds the delimiter: put that value in double quotes. If it is a column of its own, give it a name.',
);

const DAMAGE: Readonly<Record<Damage['code'], CellProblem>> = {
  'stray-quote': new CellProblem(
    'stray-quote',
    'A double quote that closes nothing makes several lines one.',
    'Mend the quotes on this line: put the value in double quotes and write each quote within it twice.',
  ),
  'truncated-line': new CellProblem(
    'truncated-line',
    'The last line is not complete: the file was cut off here.',
    'Get the whole file again.',
  ),
};

/** The problem with a record that must not be read. */
export function damageProblem(code: Damage['code'], cells: readonly string[]): LineProblem {
  return lineProblem(null, cells.find((cell) => cell.includes('\n')) ?? cells.at(-1) ?? '', DAMAGE[code]);
}

/** `="0012"` in a text file keeps a spreadsheet from taking the value for a number; the value is what it guards. */
const GUARDED = /^\s*="([^"]*)"\s*$/;

function unguarded(cell: string): string {
  return cell.includes('="') ? cell.replace(GUARDED, '$1') : cell;
}

/** How many columns have a name, or stand before one that has. */
function namedColumns(header: readonly string[]): number {
  return header.findLastIndex((name) => name !== '') + 1;
}

/** Reads the cells of one record by field and gathers what is wrong with them. */
export class LineReader<K extends Kind> {
  private cells: readonly string[] = [];
  private problems: LineProblem[] = [];
  private readonly columns: number;

  constructor(private readonly plan: ColumnPlan<K>) {
    // A value behind the last name has slid there, as a rule because of a delimiter in another value.
    this.columns = namedColumns(plan.header);
  }

  /** Goes on to the next record. */
  next(cells: readonly string[]): void {
    this.cells = this.plan.isRejectsFile ? cells.map(unescapeFormula) : cells;
    this.problems = [];
    if (cells.length <= this.columns) return;
    const extra = cells.slice(this.columns).find((cell) => cell.trim() !== '');
    if (extra !== undefined) this.problems.push(lineProblem(null, extra, TOO_MANY));
  }

  /** A field's parser, bound to its column; a file without the column always gives null. */
  field<T>(field: Field<K>, parse: CellParser<T>): () => T | null {
    const position = this.plan.positions.get(field);
    if (position === undefined) return () => null;
    const column = this.plan.header[position] ?? field;
    return () => {
      const cell = this.cells[position] ?? '';
      const value = parse(unguarded(cell));
      if (!(value instanceof CellProblem)) return value;
      this.problems.push(lineProblem(column, cell, value));
      return null;
    };
  }

  has(field: Field<K>): boolean {
    return this.plan.positions.has(field);
  }

  /** Adds a problem that only several values, or the register, can tell. */
  refuse(field: Field<K>, problem: CellProblem): void {
    const position = this.plan.positions.get(field);
    const column = position === undefined ? null : (this.plan.header[position] ?? field);
    this.problems.push(lineProblem(column, position === undefined ? '' : (this.cells[position] ?? ''), problem));
  }

  /** Null where nothing is wrong. */
  verdict(): readonly LineProblem[] | null {
    return this.problems.length === 0 ? null : this.problems;
  }
}
