/** Which column a list is in the order of. */
export interface Sorting<Column extends string> {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

/** A part of a list by place: `offset` rows are left out before it. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** How a list is put in the order of each of its columns: what comes first whichever way, what turns round, what is unique. */
export interface Orders<Column extends string> {
  /** Expressions that rise whichever way the column is sorted. */
  readonly first?: Partial<Record<Column, readonly string[]>>;
  readonly by: Readonly<Record<Column, readonly string[]>>;
  /** Decides between equals, so that pages neither lose nor double a row. */
  readonly unique: string;
}

/** `ORDER BY …` of a list. */
export function orderBy<Column extends string>(
  { first, by, unique }: Orders<Column>,
  { column, direction }: Sorting<Column>,
): string {
  const way = direction === 'ascending' ? 'ASC' : 'DESC';
  const turning = [...by[column], unique].map((expression) => `${expression} ${way}`);
  return `ORDER BY ${[...(first?.[column] ?? []), ...turning].join(', ')}`;
}
