import { join } from 'node:path';
import { unescapeFormula } from '../../importers/formulas';
import { type LineProblem, type Reject } from '../../importers/problem';
import { type RawTable } from '../../importers/raw';
import { RejectsFile } from '../../importers/rejects-file';
import { LISTED } from './report';

/** Takes rejected lines in the order of the file: lists the first, counts all, and writes all to a file that can be mended. */
export class RejectCollector {
  readonly listed: Reject[] = [];
  /** Rejected lines. */
  lines = 0;
  private problems = 0;
  private file: RejectsFile | null = null;

  /** @param path null = write no file */
  constructor(
    private readonly table: Pick<RawTable, 'header' | 'delimiter'>,
    private readonly isRejectsFile: boolean,
    readonly path: string | null,
  ) {}

  async add(line: number, cells: readonly string[], problems: readonly LineProblem[]): Promise<void> {
    this.lines += 1;
    this.problems += problems.length;
    for (const problem of problems) if (this.listed.length < LISTED) this.listed.push({ line, ...problem });
    if (this.path === null) return;
    this.file ??= await RejectsFile.create(
      this.path,
      this.table,
      this.isRejectsFile ? unescapeFormula : (cell) => cell,
    );
    await this.file.add(line, cells, problems);
  }

  get omitted(): number {
    return this.problems - this.listed.length;
  }

  /** Puts the file in its place. @returns its path; null where there is none */
  async finish(): Promise<string | null> {
    if (this.file === null) return null;
    await this.file.finish();
    return this.path;
  }

  async discard(): Promise<void> {
    await this.file?.discard();
  }
}

/** Where an import's rejected lines go unless the user says otherwise. */
export function defaultRejectsPath(home: string, importId: number): string {
  return join(home, 'imports', `${importId}-rejects.csv`);
}
