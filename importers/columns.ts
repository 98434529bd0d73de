import { Failure } from '../domain/errors';
import { COLUMNS, type Field, type Kind, KINDS } from './column-names';
import { shown } from './problem';

export { type Field, type Kind, KINDS } from './column-names';

/** Columns without which nothing can be imported; of the inner lists one is enough. */
const REQUIRED: { readonly [K in Kind]: readonly (readonly Field<K>[])[] } = {
  devices: [['asset_id'], ['site_id'], ['make', 'mac']],
  sites: [['site_id'], ['name'], ['department_id'], ['nation']],
  contacts: [['role'], ['name'], ['email']],
};

/** Columns that a rejects file has besides the original ones. */
export const REJECTS_COLUMNS = ['clearsite_line', 'clearsite_column', 'clearsite_reason', 'clearsite_hint'] as const;

/** A header name without case, spacing, punctuation and accents of typing. */
export function headerKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function vocabulary(kind: Kind): ReadonlyMap<string, string> {
  const columns: Readonly<Record<string, readonly string[]>> = COLUMNS[kind];
  return new Map(
    Object.entries(columns).flatMap(([field, names]) =>
      [field, ...names].map((name): [string, string] => [headerKey(name), field]),
    ),
  );
}

const REJECTS_KEYS: ReadonlySet<string> = new Set(REJECTS_COLUMNS.map(headerKey));

/** How many cells of a header are known columns of `kind`, for finding the delimiter. */
export function recognisedColumns(kind: Kind, header: readonly string[]): number {
  const known = vocabulary(kind);
  return header.filter((name) => known.has(headerKey(name)) || REJECTS_KEYS.has(headerKey(name))).length;
}

/** Which cell of a record is which field. */
export interface ColumnPlan<K extends Kind> {
  readonly kind: K;
  readonly header: readonly string[];
  /** Positions by field; a field that the file has no column for is absent. */
  readonly positions: ReadonlyMap<Field<K>, number>;
  /** Columns that the import does not use, as the file names them. */
  readonly ignored: readonly string[];
  /** A file of rejected lines that clearsite wrote: its formula escapes are taken off again. */
  readonly isRejectsFile: boolean;
}

/** What the user says about columns: `column=field`; an empty field leaves the column out. */
export type ColumnMap = readonly string[];

function badMap(message: string, hint: string): Failure {
  return new Failure('bad-map', message, { hint });
}

function parseMap(kind: Kind, header: readonly string[], map: ColumnMap): Map<number, string> {
  const fields = Object.keys(COLUMNS[kind]);
  const chosen = new Map<number, string>();
  for (const entry of map) {
    const cut = entry.lastIndexOf('=');
    if (cut < 1)
      throw badMap(
        `--map ${entry} has no "=".`,
        'Write --map "column in the file=field", such as --map "Tag No=asset_id".',
      );
    const column = entry.slice(0, cut).trim();
    const field = entry
      .slice(cut + 1)
      .trim()
      .toLowerCase();
    if (field !== '' && !fields.includes(field))
      throw badMap(`--map ${entry}: there is no field ${field}.`, `Fields of ${kind}: ${fields.join(', ')}.`);
    const exact = header.indexOf(column);
    const position = exact === -1 ? header.findIndex((name) => headerKey(name) === headerKey(column)) : exact;
    if (position === -1)
      throw badMap(
        `--map ${entry}: the file has no column ${column}.`,
        `Its columns are ${header.map(shown).join(', ')}.`,
      );
    chosen.set(position, field);
  }
  return chosen;
}

function missing(kind: Kind, header: readonly string[], headerLine: number, fields: readonly string[]): Failure {
  const listed = header
    .filter((name) => name !== '')
    .map(shown)
    .slice(0, 20)
    .join(', ');
  const fits = KINDS.find(
    (other) =>
      other !== kind && REQUIRED[other].every((some) => some.some((field) => recognisedAs(other, header).has(field))),
  );
  const known = recognisedColumns(kind, header) > 0;
  const what = known
    ? `The file has no column for ${fields.join(', ')}.`
    : `Line ${headerLine} is no header that the import knows.`;
  const lookLike = fits === undefined ? '' : ` It looks like ${fits}: add --kind ${fits}.`;
  return new Failure(
    'missing-columns',
    `${what} Line ${headerLine} was read as the header: ${listed}. Needed: ${needed(kind)}.`,
    {
      hint: known
        ? `Name the column with --map, such as --map "${header.find((name) => name !== '') ?? 'Column'}=${fields[0] ?? ''}".${lookLike}`
        : `Delete what stands above the header line (a title, a date), or name the columns with --map "column=field".${lookLike}`,
      details: { missing: fields, header: header.map(shown), headerLine },
    },
  );
}

function needed(kind: Kind): string {
  return REQUIRED[kind].map((some) => some.join(' or ')).join(', ');
}

function recognisedAs(kind: Kind, header: readonly string[]): ReadonlySet<string> {
  const known = vocabulary(kind);
  return new Set(header.flatMap((name) => known.get(headerKey(name)) ?? []));
}

/**
 * Finds the columns of a file by its header and by what the user says; what the user says goes first.
 * @throws Failure `bad-map`, `duplicate-column` or `missing-columns`, each naming what the file has
 */
export function planColumns<K extends Kind>(
  kind: K,
  header: readonly string[],
  headerLine: number,
  map: ColumnMap,
): ColumnPlan<K> {
  const known = vocabulary(kind);
  const chosen = parseMap(kind, header, map);
  const taken = new Set([...chosen.values()].filter((field) => field !== ''));
  const positions = new Map<string, number>();
  const ignored: string[] = [];
  const place = (field: string, position: number): void => {
    const before = positions.get(field);
    if (before !== undefined) {
      throw new Failure(
        'duplicate-column',
        `Columns ${shown(header[before] ?? '')} and ${shown(header[position] ?? '')} are both ${field}.`,
        {
          hint: `Leave one out with --map "${header[position] ?? ''}=", or delete it from the file.`,
        },
      );
    }
    positions.set(field, position);
  };
  for (const [position, name] of header.entries()) {
    const mapped = chosen.get(position);
    const field = mapped ?? known.get(headerKey(name));
    if (mapped !== undefined && mapped !== '') place(mapped, position);
    else if (mapped === undefined && field !== undefined && !taken.has(field)) place(field, position);
    else if (name !== '' && !REJECTS_KEYS.has(headerKey(name))) ignored.push(shown(name));
  }
  const lacking = REQUIRED[kind].filter((some) => !some.some((field) => positions.has(field)));
  if (lacking.length > 0)
    throw missing(
      kind,
      header,
      headerLine,
      lacking.map((some) => some.join(' or ')),
    );
  return {
    kind,
    header,
    positions: positions as Map<Field<K>, number>,
    ignored,
    isRejectsFile: header.some((name) => headerKey(name) === headerKey('clearsite_reason')),
  };
}
