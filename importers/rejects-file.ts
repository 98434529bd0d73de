import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { Failure } from '../domain/errors';
import { headerKey, REJECTS_COLUMNS } from './columns';
import { escapeFormula } from './formulas';
import { type LineProblem } from './problem';
import { type RawTable } from './raw';

/** Rows kept before they are written. */
const BATCH = 500;

/** Makes an error of the file system one that says which file and what to do. */
function explain(path: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure('rejects-unwritable', `Rejected lines cannot be written to ${path} (${code ?? 'unknown'}).`, {
      hint: 'Name another file with --rejects. Nothing was imported.',
      cause: error,
    });
  };
}

/** Which of the original columns are copied: all but the ones that an earlier rejects file added. */
function originalColumns(header: readonly string[]): number[] {
  const added = new Set(REJECTS_COLUMNS.map(headerKey));
  return header.flatMap((name, position) => (added.has(headerKey(name)) ? [] : [position]));
}

/**
 * Writes rejected lines as CSV that can be mended and imported again: the original columns and values, then where and
 * why. UTF-8 with a byte-order mark and the original delimiter, so that the sender's spreadsheet opens it; what could be
 * a formula is escaped. Appears under its name only when complete.
 */
export class RejectsFile {
  private rows: string[][] = [];
  private readonly columns: readonly number[];

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly delimiter: string,
    header: readonly string[],
    /** Takes an earlier escape off the cells of a file that clearsite wrote. */
    private readonly restore: (cell: string) => string,
  ) {
    this.columns = originalColumns(header);
  }

  /** @throws Failure (exit 2) where the file cannot be made */
  static async create(
    path: string,
    { header, delimiter }: Pick<RawTable, 'header' | 'delimiter'>,
    restore: (cell: string) => string,
  ): Promise<RejectsFile> {
    await mkdir(dirname(path), { recursive: true }).catch(explain(path));
    const file = await open(`${path}.partial`, 'w', 0o600).catch(explain(path));
    const rejects = new RejectsFile(path, file, delimiter ?? ',', header, restore);
    await rejects.file.write('\uFEFF');
    rejects.rows.push([
      ...rejects.columns.map((position) => escapeFormula(restore(header[position] ?? ''))),
      ...REJECTS_COLUMNS,
    ]);
    return rejects;
  }

  async add(line: number, cells: readonly string[], problems: readonly LineProblem[]): Promise<void> {
    const original = this.columns.map((position) => escapeFormula(this.restore(cells[position] ?? '')));
    // Cells beyond the header have no column of their own: they are kept where a person sees them.
    const beyond = cells
      .slice(this.columns.length === 0 ? 0 : Math.max(...this.columns) + 1)
      .filter((cell) => cell.trim() !== '');
    const reasons = problems.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`));
    const rest =
      problems.some(({ code }) => code === 'too-many-cells') && beyond.length > 0
        ? [`Left over: ${beyond.join(' ')}`]
        : [];
    this.rows.push([
      ...original,
      String(line),
      escapeFormula([...new Set(problems.flatMap(({ column }) => column ?? []))].join(', ')),
      escapeFormula([...reasons, ...rest].join(' ')),
      [...new Set(problems.map(({ hint }) => hint))].join(' '),
    ]);
    if (this.rows.length >= BATCH) await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.rows.length === 0) return;
    await this.file.write(
      stringify(this.rows, { delimiter: this.delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ }),
    );
    this.rows = [];
  }

  /** Puts the file in its place. */
  async finish(): Promise<void> {
    await this.flush();
    await this.file.sync();
    await this.file.close();
    await rename(`${this.path}.partial`, this.path).catch(explain(this.path));
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(`${this.path}.partial`, { force: true });
  }
}
