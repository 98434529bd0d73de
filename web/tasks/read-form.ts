import { type TaskRequest, type SeenTask } from '../../app/tasks/act-on-tasks';
import { civilDate } from '../../domain/calendar';
import { type BulkAction } from '../../domain/tasks/words';
import { LONGEST_TEXT } from '../../domain/lifecycle/text';
import { type WorkStage } from '../../domain/vocabulary';
import { type Form } from '../form';
import { ACKNOWLEDGE_DAYS, isReason, isResult } from './fields';

/** Something that is wrong in a form, at the field that it is wrong in. */
export interface FieldError {
  readonly text: string;
  /** `#` and the id of the field. */
  readonly href: string;
}

/** What a form about many devices asks for, or what is wrong in it. */
export type ReadForm =
  | { readonly read: true; readonly tasks: readonly SeenTask[]; readonly input: TaskRequest['input'] }
  | { readonly read: false; readonly errors: readonly FieldError[] };

/** Dates far away are slips of the keyboard. */
const YEARS = { first: 2000, last: 2100 };

/** A date in three fields, as `YYYY-MM-DD`; null where it is none. */
export function readDate(form: Form, name: string): string | null {
  const [day, month, year] = ['day', 'month', 'year'].map((part) => form.one(`${name}-${part}`));
  if (![day, month, year].every((part) => /^\d{1,4}$/.test(part ?? ''))) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return y >= YEARS.first && y <= YEARS.last ? civilDate(y, m, d) : null;
}

/** The devices that are ticked, each with the revision that the page showed. */
export function readTasks(form: Form): SeenTask[] {
  const revisions = form.startingWith('revision-');
  return [...new Set(form.all('case'))].flatMap((caseId) => {
    const revision = Number(revisions.get(caseId));
    return Number.isSafeInteger(revision) && revision >= 0 && revision < 1e9 ? [{ caseId, revision }] : [];
  });
}

class Reader {
  readonly errors: FieldError[] = [];

  constructor(private readonly form: Form) {}

  problem(field: string, text: string): void {
    this.errors.push({ text, href: `#${field}` });
  }

  date(name: string, missing: string): string {
    const date = readDate(this.form, name);
    if (date === null) this.problem(`${name}-day`, missing);
    return date ?? '';
  }

  text(name: string, label: string): string {
    const text = this.form.one(name);
    if (text.length > LONGEST_TEXT) {
      this.problem(name, `${label} must have at most ${LONGEST_TEXT} characters. Attach a file for more.`);
    }
    return text;
  }
}

/** What is asked of the devices of a stage. */
export interface Asked {
  readonly action: BulkAction;
  readonly stage: WorkStage;
  /** Cases in which `not-covered` was proposed with evidence, and agreement is asked for. */
  readonly proposed: ReadonlySet<string>;
}

function readInput(
  { action, stage, proposed }: Asked,
  tasks: readonly SeenTask[],
  form: Form,
  hasFile: 'file' | 'no-file',
  reader: Reader,
): TaskRequest['input'] {
  switch (action) {
    case 'record-assessment': {
      const result = form.one('result');
      const note = reader.text('note', 'The note');
      if (!isResult(result)) reader.problem('result', 'Choose what you found');
      if (result === 'not-found' && note === '') reader.problem('note', 'Say where and when you looked');
      const agrees = tasks.every(({ caseId }) => proposed.has(caseId));
      if (result === 'not-covered' && !agrees && note === '' && hasFile === 'no-file')
        reader.problem('note', 'Add a photo of its label or an invoice, or say what you read and where');
      const words = result === 'not-covered' && hasFile === 'no-file' && note !== '' ? { evidence: note } : {};
      return { action, result: isResult(result) ? result : 'covered', note, ...words };
    }
    case 'confirm-disconnection':
    case 'confirm-removal':
    case 'verify-removal':
      return { action, note: reader.text('note', 'The note') };
    case 'schedule-replacement':
      return { action, on: reader.date('on', 'Enter the day of the replacement, like 27 3 2027') };
    case 'acknowledge': {
      const days = Number(form.one('days'));
      const known = ACKNOWLEDGE_DAYS.find((one) => one === days);
      if (known === undefined) reader.problem('days', 'Choose a number of working days');
      return { action, days: known ?? 1 };
    }
    case 'request-extension': {
      const on = reader.date('on', 'Enter the date that you need, like 27 3 2027');
      const reason = form.one('reason');
      const text = reader.text('text', 'What stands in the way');
      if (!isReason(reason)) reader.problem('reason', 'Choose a reason');
      if (text === '') reader.problem('text', 'Say what stands in the way, and what you are doing about it');
      return { action, stage, on, reason: isReason(reason) ? reason : 'other', text, note: '' };
    }
  }
}

/**
 * Reads a form about many devices.
 * @param most how many devices one form may name
 */
export function readForm(asked: Asked, form: Form, hasFile: 'file' | 'no-file', most: number): ReadForm {
  const reader = new Reader(form);
  const tasks = readTasks(form);
  if (tasks.length === 0) reader.problem('device-1', 'Choose at least one device');
  if (tasks.length > most) reader.problem('device-1', `Choose at most ${most} devices at a time`);
  const input = readInput(asked, tasks, form, hasFile, reader);
  return reader.errors.length > 0 ? { read: false, errors: reader.errors } : { read: true, tasks, input };
}
