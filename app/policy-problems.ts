import { basename } from 'node:path';
import { type z } from 'zod';
import { Failure } from '../domain/errors';
import { type PolicyProblem } from '../domain/policy/check';
import { type Position, type YamlDocument } from './yaml-document';

/** So many are printed; `--json` has them all. */
const PRINTED = 30;

/** One thing wrong with a policy file, where it stands. */
export interface FileProblem extends Position {
  /** Of the value, e.g. `vendors[2].date`; empty for the text as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

type Issue = z.core.$ZodIssue;

/** What the schema refused, in a person's words. */
export function fromIssue(issue: Issue, document: YamlDocument): readonly FileProblem[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...document.locate(issue.path, key),
      path: pathText([...issue.path, key]),
      message: `There is no key "${key}" here.`,
      hint: 'Correct its spelling or remove it; docs for every key are in the shipped policy file.',
    }));
  }
  const position = document.locate(issue.path);
  if (valueAt(document.value, issue.path) === undefined && issue.path.length > 0) {
    return [{ ...position, path, message: 'It is missing.', hint: `Add ${String(issue.path.at(-1))} here.` }];
  }
  return [{ ...position, path, ...issueWords(issue) }];
}

function issueWords(issue: Issue): { readonly message: string; readonly hint: string } {
  switch (issue.code) {
    case 'invalid_value':
      return {
        message: 'It is none of the words known here.',
        hint: `Write one of: ${issue.values.map(String).join(', ')}.`,
      };
    case 'invalid_type':
      return {
        message: `It ${issue.message.startsWith('must') ? issue.message : `must be ${withArticle(issue.expected)}`}.`,
        hint: 'Write the value in that form.',
      };
    case 'invalid_format':
      return { message: `It ${issue.message}.`, hint: 'Write the value in that form.' };
    case 'too_small':
    case 'too_big':
      return { message: `It has a bad size: ${issue.message}.`, hint: 'Keep it within that limit.' };
    default:
      return { message: `It is not accepted: ${issue.message}.`, hint: 'Write it as in the shipped policy file.' };
  }
}

function withArticle(type: string): string {
  const words: Readonly<Record<string, string>> = {
    object: 'a map of keys and values',
    record: 'a map of keys and values',
    array: 'a list',
    string: 'text (put it in quotes)',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return words[type] ?? type;
}

/** Problems with where their values stand in the file. */
export function located(problems: readonly PolicyProblem[], document: YamlDocument): readonly FileProblem[] {
  return problems.map(({ path, message, hint }) => ({ ...document.locate(path), path: pathText(path), message, hint }));
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, step) => (node !== null && typeof node === 'object' ? Reflect.get(node, step) : undefined),
    value,
  );
}

/** The failure that lists every problem, in the file's order. */
export function invalid(fileName: string, problems: readonly FileProblem[]): Failure {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted
    .slice(0, PRINTED)
    .map(
      ({ line, column, path, message, hint }) =>
        `  line ${line}, column ${column}${path === '' ? '' : `, ${path}`}: ${message} ${hint}`,
    );
  if (sorted.length > PRINTED) lines.push(`  and ${sorted.length - PRINTED} more (see --json)`);
  const count = sorted.length === 1 ? 'one problem' : `${sorted.length} problems`;
  return new Failure('policy-invalid', `${basename(fileName)} has ${count}:\n${lines.join('\n')}\n`, {
    hint: `Mend what is named, then run "clearsite policy check ${fileName}".`,
    details: { file: fileName, problems: sorted },
  });
}
