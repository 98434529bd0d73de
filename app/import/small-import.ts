import { Failure } from '../../domain/errors';
import { damageProblem } from '../../importers/line';
import { type LineProblem } from '../../importers/problem';
import { type RawTable } from '../../importers/raw';
import { type OnProgress } from './request';

/** Most lines of a file of sites or contacts: those are kept in memory while they are checked. */
export const MAX_SMALL = 200_000;

/** A line that was read, with its cells for the rejects file. */
export interface SmallLine<T> {
  readonly line: number;
  readonly value: T;
}

export interface SmallReject {
  readonly line: number;
  readonly cells: readonly string[];
  readonly problems: readonly LineProblem[];
}

/** A file that was read as a whole. */
export interface SmallFile<T> {
  readonly read: number;
  readonly good: readonly SmallLine<T>[];
  readonly bad: readonly SmallReject[];
  /** Lines that say the same as an earlier one, with that one's number. */
  readonly repeated: readonly { readonly line: number; readonly firstLine: number; readonly key: string }[];
}

/** How lines are read and told apart. */
export interface SmallRules<T> {
  readonly read: (cells: readonly string[]) => T | readonly LineProblem[];
  /** What a line is about; no two may be about the same. */
  readonly keyOf: (value: T) => string;
  readonly same: (a: T, b: T) => boolean;
  readonly duplicate: (value: T, cells: readonly string[], firstLine: number) => LineProblem;
}

const isProblems = <T>(value: T | readonly LineProblem[]): value is readonly LineProblem[] => Array.isArray(value);

/**
 * Reads all lines of a small file.
 * @throws Failure `too-many-lines`
 */
export async function readSmall<T extends object>(
  table: RawTable,
  rules: SmallRules<T>,
  onProgress: OnProgress,
): Promise<SmallFile<T>> {
  const good: SmallLine<T>[] = [];
  const bad: SmallReject[] = [];
  const repeated: { line: number; firstLine: number; key: string }[] = [];
  const first = new Map<string, SmallLine<T>>();
  let read = 0;
  const take = (line: number, cells: readonly string[], value: T): void => {
    const key = rules.keyOf(value);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, { line, value });
      good.push({ line, value });
    } else if (rules.same(before.value, value)) repeated.push({ line, firstLine: before.line, key });
    else bad.push({ line, cells, problems: [rules.duplicate(value, cells, before.line)] });
  };
  for await (const batch of table.batches()) {
    for (const [index, cells] of batch.records.entries()) {
      const line = batch.lines[index] ?? 0;
      read += 1;
      if (read > MAX_SMALL) {
        throw new Failure(
          'too-many-lines',
          `${table.fileName} has more than ${MAX_SMALL.toLocaleString('en-GB')} lines.`,
          { hint: 'Split the file.' },
        );
      }
      const damage = batch.damaged.find((one) => one.index === index);
      const value = damage === undefined ? rules.read(cells) : [damageProblem(damage.code, cells)];
      if (isProblems(value)) bad.push({ line, cells, problems: value });
      else take(line, cells, value);
    }
    onProgress({ phase: 'reading', bytesRead: batch.bytesRead, totalBytes: table.totalBytes });
  }
  return { read, good, bad, repeated };
}
