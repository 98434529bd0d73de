import { z } from 'zod';
import { typedDay } from './day';

/** What a list was asked for, as it came: only names and texts. */
export type Typed = Readonly<Record<string, string>>;

/** A value that a list does not take: which, and what to do. */
export interface Wrong {
  readonly name: string;
  readonly message: string;
}

export type Asked<Query> =
  | { readonly outcome: 'read'; readonly query: Query; readonly typed: Typed }
  | { readonly outcome: 'wrong'; readonly problems: readonly Wrong[]; readonly typed: Typed };

/** One of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: 'Choose one of those that are offered' }).optional();
}

const NO_CONTROLS = /^[^\p{Cc}]*$/u;

/** Words to look for, or an id. */
export const words = z
  .string()
  .max(100, 'Use at most 100 characters')
  .regex(NO_CONTROLS, 'Use letters, digits and signs only')
  .optional();

/** What is said of something that is no day. */
export const NO_DAY = 'Enter a real date, such as 27 3 2027';

/** A day of the calendar, as people write it. */
export const day = z
  .string()
  .transform((value, context) => {
    const found = typedDay(value);
    if (found === null) context.addIssue({ code: 'custom', message: NO_DAY });
    return found ?? value;
  })
  .optional();

/** The page of a list, and its order by one of these columns. */
export function placing<const Columns extends readonly [string, ...string[]]>(columns: Columns) {
  return {
    sort: z.enum(columns, { error: 'Choose one of the columns to sort by' }).default(columns[0] as Columns[number]),
    order: z.enum(['ascending', 'descending'], { error: 'The order is ascending or descending' }).default('ascending'),
    page: z.coerce
      .number({ error: 'The page is a number' })
      .int('The page is a whole number')
      .min(1, 'Pages are counted from 1')
      .max(1_000_000, 'There is no such page')
      .default(1),
  };
}

function problemsOf(issue: z.core.$ZodIssue): Wrong[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ name, message: `This list has no filter called “${name.slice(0, 40)}”` }));
  return [{ name: String(issue.path[0] ?? ''), message: issue.message }];
}

/**
 * Reads what a list was asked for. Blank fields, which a form sends too, narrow nothing; what is given twice, is not
 * known or is not right is named, since a list that silently ignored it would be taken for another.
 */
export function readQuery<Schema extends z.ZodType>(schema: Schema, raw: unknown): Asked<z.output<Schema>> {
  const given = Object.entries((raw ?? {}) as Readonly<Record<string, unknown>>);
  const twice = given.flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [{ name, message: 'Choose one value only' }],
  );
  const typed = Object.fromEntries(
    given.flatMap(([name, value]) => (typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [])),
  );
  const parsed = schema.safeParse(typed);
  if (parsed.success && twice.length === 0) return { outcome: 'read', query: parsed.data, typed };
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(problemsOf);
  return { outcome: 'wrong', problems: [...twice, ...problems], typed };
}
