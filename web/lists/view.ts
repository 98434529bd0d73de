import { count } from '../../domain/counted';
import { pageLinks } from '../forms/paging';
import { type Typed, type Wrong } from './query';

/** Something to choose from. */
export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** A field of a list's filter. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly as: 'radios' | 'select' | 'text';
  /** Of radios and select; "any" comes by itself. */
  readonly choices?: readonly Choice[];
  readonly hint?: string;
}

/** A column of a list's table. */
export interface Column {
  readonly label: string;
  /** What `sort` calls it; null = it cannot be sorted by. */
  readonly sort: string | null;
}

/** What a list is about, whoever looks at it. */
export interface ListShape {
  readonly path: string;
  readonly fields: readonly FilterField[];
  readonly columns: readonly Column[];
  /** "case": what its rows are. */
  readonly of: string;
}

/** Where in its pages a list is. */
export interface Place {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly sort: string;
  readonly order: 'ascending' | 'descending';
}

const PLACING: readonly string[] = ['sort', 'order', 'page'];

/** The address of a list with something changed; null takes a parameter away. Anything but another page begins at the first. */
export function hrefOf(path: string, typed: Typed, changes: Readonly<Record<string, string | null>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...typed, page: null, tick: null, ...changes }))
    if (value !== null) params.set(name, value);
  const query = params.toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Whether every box of a page is ticked, and where they are the other way round. */
export function tickView(path: string, typed: Typed) {
  const all = typed['tick'] === 'all';
  return { all, href: hrefOf(path, typed, { page: typed['page'] ?? null, tick: all ? null : 'all' }) };
}

function fieldView(field: FilterField, typed: Typed, problems: readonly Wrong[]) {
  const { name, label, as, choices = [], hint } = field;
  const value = typed[name] ?? '';
  const any =
    as === 'radios'
      ? [{ value: '', text: 'Any', checked: value === '' }]
      : [{ value: '', text: 'Any', selected: value === '' }];
  return {
    name,
    label,
    as,
    value,
    hint,
    id: `filter-${name}`,
    error: problems.find((problem) => problem.name === name)?.message ?? null,
    items: [
      ...any,
      ...choices.map((choice) => ({ ...choice, checked: choice.value === value, selected: choice.value === value })),
    ],
  };
}

/** The filter that is in force, each part with the address of the list without it. */
function tagsOf({ path, fields }: ListShape, typed: Typed) {
  return fields.flatMap(({ name, label, choices = [] }) => {
    const value = typed[name];
    if (value === undefined) return [];
    const text = choices.find((choice) => choice.value === value)?.text ?? value;
    return [{ label, text, href: hrefOf(path, typed, { [name]: null }) }];
  });
}

function headingOf({ path }: ListShape, typed: Typed, { sort, order }: Place, { label, sort: by }: Column) {
  if (by === null) return { label, href: null, aria: null };
  const sorted = by === sort;
  const next = sorted && order === 'ascending' ? 'descending' : 'ascending';
  return { label, href: hrefOf(path, typed, { sort: by, order: next }), aria: sorted ? order : 'none' };
}

function paginationOf({ path, of }: ListShape, typed: Typed, { page, pages }: Place) {
  const to = (number: number): string => hrefOf(path, typed, { page: number === 1 ? null : String(number) });
  const links = pageLinks(page, pages, to);
  return links === null ? null : { landmarkLabel: `Pages of ${of}s`, ...links };
}

/** "Cases 51 to 100 of 1,234". */
function summaryOf(of: string, { total, page }: Place, shown: number, size: number): string {
  const first = (page - 1) * size + 1;
  if (total <= shown) return count(total, of);
  const number = (value: number): string => value.toLocaleString('en-GB');
  return `${number(first)} to ${number(first + shown - 1)} of ${count(total, of)}`;
}

/** What the templates of parts/list show of a list; rows are the page's own. */
export function listView(
  shape: ListShape,
  typed: Typed,
  place: Place,
  shown: number,
  { size, exports }: { readonly size: number; readonly exports: 'offered' | 'none' },
) {
  const bare = Object.fromEntries(Object.entries(typed).filter(([name]) => name !== 'page' && name !== 'tick'));
  return {
    filter: {
      path: shape.path,
      fields: shape.fields.map((field) => fieldView(field, typed, [])),
      kept: PLACING.filter((name) => name !== 'page').flatMap((name) => {
        const value = typed[name];
        return value === undefined ? [] : [{ name, value }];
      }),
      tags: tagsOf(shape, typed),
    },
    headings: shape.columns.map((column) => headingOf(shape, typed, place, column)),
    pagination: paginationOf(shape, typed, place),
    summary: summaryOf(shape.of, place, shown, size),
    exports:
      exports === 'none' || place.total === 0
        ? []
        : ['csv', 'json'].map((format) => ({
            text: format.toUpperCase(),
            href: hrefOf(`${shape.path}.${format}`, bare, {}),
          })),
  };
}

/** The filter of a list that was asked for wrongly, with what is wrong where it was typed. */
export function wrongListView({ path, fields }: ListShape, typed: Typed, problems: readonly Wrong[]) {
  const known = new Set(fields.map(({ name }) => name));
  return {
    filter: { path, fields: fields.map((field) => fieldView(field, typed, problems)), kept: [], tags: [] },
    errors: problems.map(({ name, message }) => ({
      text: message,
      href: known.has(name) ? `#filter-${name}` : '#list-filter',
    })),
  };
}
