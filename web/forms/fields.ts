import { civilDate } from '../../domain/calendar';
import { LONGEST_TEXT } from '../../domain/lifecycle/text';
import { type IsoDate } from '../../domain/records';
import { type Typed } from './typed';

/** One of a question's answers. */
export interface Choice {
  readonly value: string;
  readonly text: string;
  readonly hint?: string;
}

/** A question of a form. `missing`: what is said where it has no answer; null = it may be left empty. */
export type Field =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly label: string;
      readonly hint: string;
      readonly rows: number;
      readonly missing: string | null;
    }
  | {
      readonly kind: 'date';
      readonly name: string;
      readonly label: string;
      readonly hint: string;
      /** The day, within a sentence: "the last day". */
      readonly what: string;
      /** No day is meant that lies after this one. */
      readonly latest: IsoDate;
      readonly missing: string | null;
    }
  | {
      readonly kind: 'choice';
      readonly name: string;
      readonly label: string;
      readonly hint: string;
      readonly choices: readonly Choice[];
      readonly missing: string;
    };

/** Something that is wrong with a field, for the summary at the top and beside the field. */
export interface FieldError {
  readonly field: string;
  readonly text: string;
  /** `#id` of the first control of the field. */
  readonly href: string;
}

/** Where a field's error leads: its first control. */
export function hrefOf(field: Field): string {
  return field.kind === 'date' ? `#${field.name}-day` : `#${field.name}`;
}

function error(field: Field, text: string, href = hrefOf(field)): FieldError {
  return { field: field.name, text, href };
}

function textOf(field: Extract<Field, { kind: 'text' }>, typed: Typed): string | FieldError | null {
  const value = (typed[field.name] ?? '').trim();
  if (value === '') return field.missing === null ? null : error(field, field.missing);
  if (value.length <= LONGEST_TEXT) return value;
  return error(
    field,
    `“${field.label}” must be ${LONGEST_TEXT.toLocaleString('en-GB')} characters or fewer: it has ${value.length.toLocaleString('en-GB')}`,
  );
}

const PARTS = ['day', 'month', 'year'] as const;

/** The three parts of a date as they were typed. */
export function datePartsOf(name: string, typed: Typed): Readonly<Record<(typeof PARTS)[number], string>> {
  const part = (which: string): string => (typed[`${name}-${which}`] ?? '').trim();
  return { day: part('day'), month: part('month'), year: part('year') };
}

function isoOf({ day, month, year }: { readonly day: string; readonly month: string; readonly year: string }) {
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return null;
  return civilDate(year, month, day);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function dateOf(field: Extract<Field, { kind: 'date' }>, typed: Typed): IsoDate | FieldError | null {
  const parts = datePartsOf(field.name, typed);
  const empty = PARTS.filter((part) => parts[part] === '');
  if (empty.length === PARTS.length) return field.missing === null ? null : error(field, field.missing);
  const [first] = empty;
  if (first !== undefined)
    return error(field, `${capital(field.what)} must include a ${first}`, `#${field.name}-${first}`);
  const date = isoOf(parts);
  if (date === null) return error(field, `${capital(field.what)} must be a real date, like 27 3 2027`);
  return date <= field.latest ? date : error(field, `${capital(field.what)} must be in the next ten years`);
}

function choiceOf(field: Extract<Field, { kind: 'choice' }>, typed: Typed): string | FieldError {
  const value = typed[field.name] ?? '';
  return field.choices.some((choice) => choice.value === value) ? value : error(field, field.missing);
}

function valueOf(field: Field, typed: Typed): string | FieldError | null {
  switch (field.kind) {
    case 'text':
      return textOf(field, typed);
    case 'date':
      return dateOf(field, typed);
    case 'choice':
      return choiceOf(field, typed);
  }
}

/** What a form says, checked field by field: values by name (those left empty are absent), and everything that is wrong. */
export interface Filled {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
}

/** Reads a form. Every mistake is told at once, so that nobody mends one to be told of the next. */
export function filledIn(fields: readonly Field[], typed: Typed): Filled {
  const values: Record<string, string> = {};
  const errors: FieldError[] = [];
  for (const field of fields) {
    const value = valueOf(field, typed);
    if (typeof value === 'string') values[field.name] = value;
    else if (value !== null) errors.push(value);
  }
  return { values, errors };
}

/** A field as its template shows it: with what was typed, and what is wrong with that. */
export function fieldView(field: Field, typed: Typed, errors: readonly FieldError[]) {
  const message = errors.find((one) => one.field === field.name)?.text ?? null;
  const wrong = message === null ? undefined : { text: message };
  const hint = field.hint === '' ? undefined : { text: field.hint };
  switch (field.kind) {
    case 'text':
      return { ...field, hint, value: typed[field.name] ?? '', error: wrong };
    case 'date': {
      const parts = datePartsOf(field.name, typed);
      const items = PARTS.map((part) => ({
        name: part,
        value: parts[part],
        classes: `govuk-input--width-${part === 'year' ? 4 : 2}${wrong === undefined ? '' : ' govuk-input--error'}`,
      }));
      return { ...field, hint, items, error: wrong };
    }
    case 'choice': {
      const items = field.choices.map(({ value, text, hint: about }) => ({
        value,
        text,
        hint: about === undefined ? undefined : { text: about },
        checked: typed[field.name] === value,
      }));
      return { ...field, hint, items, error: wrong };
    }
  }
}
