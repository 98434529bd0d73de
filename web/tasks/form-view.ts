import { type TaskView } from '../../app/tasks/task-view';
import { EXTENSION_REASON_SHOWN } from '../../domain/case-words';
import { count } from '../../domain/counted';
import { FILE_KINDS } from '../../domain/evidence';
import { EXTENSION_REASONS } from '../../domain/lifecycle';
import { type BulkAction, TASK_ACTION } from '../../domain/tasks/words';
import { ASSESSMENT_RESULTS } from '../../domain/vocabulary';
import { type Form } from '../form';
import { ACKNOWLEDGE_DAYS, FIELDS, KIND_SHOWN, RESULT_HINT, RESULT_SHOWN } from './fields';
import { type FieldError } from './read-form';

function deviceItems(tasks: readonly TaskView[], chosen: ReadonlySet<string> | null) {
  return tasks.map(({ caseId, reference, notes, due, limits }, index) => ({
    id: `device-${index + 1}`,
    value: caseId,
    text: reference,
    hint: {
      text: [
        due.date === null ? 'No date yet' : `Due ${due.date}${due.when === '' ? '' : ` (${due.when})`}`,
        ...limits,
        ...notes,
      ].join(' · '),
    },
    checked: chosen === null || chosen.has(caseId),
  }));
}

/** Under what name each field's error is found, for the macro of the field. */
function byField(errors: readonly FieldError[]): Record<string, { readonly text: string }> {
  return Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }]));
}

/** What was typed, so that nothing has to be typed again. */
function valuesOf(form: Form | null) {
  const one = (name: string): string => form?.one(name) ?? '';
  return {
    result: one('result'),
    note: one('note'),
    reason: one('reason'),
    text: one('text'),
    days: form === null ? String(ACKNOWLEDGE_DAYS[0]) : one('days'),
    kind: form === null ? 'photo' : one('kind'),
    day: one('on-day'),
    month: one('on-month'),
    year: one('on-year'),
  };
}

/**
 * What the form of an action shows.
 * @param tasks everything that may be ticked
 * @param ticked which are to begin with, where nothing has been sent yet; null = all
 * @param form what was sent; null = nothing yet
 */
export function formView(
  action: BulkAction,
  tasks: readonly TaskView[],
  ticked: ReadonlySet<string> | null,
  form: Form | null,
  errors: readonly FieldError[],
) {
  const values = valuesOf(form);
  const items = <T extends string>(
    all: readonly T[],
    shown: Readonly<Record<T, string>>,
    value: string,
    name: string,
  ) =>
    all.map((one, index) => ({
      id: index === 0 ? name : `${name}-${index + 1}`,
      value: one,
      text: shown[one],
      checked: one === value,
    }));
  return {
    action,
    button: TASK_ACTION[action].button,
    fields: FIELDS[action],
    devices: deviceItems(tasks, form === null ? ticked : new Set(form.all('case'))),
    revisions: tasks.map(({ caseId, revision }) => ({ caseId, revision })),
    values,
    results: items(ASSESSMENT_RESULTS, RESULT_SHOWN, values.result, 'result').map((item) => ({
      ...item,
      ...(RESULT_HINT[item.value] === '' ? {} : { hint: { text: RESULT_HINT[item.value] } }),
    })),
    reasons: items(EXTENSION_REASONS, EXTENSION_REASON_SHOWN, values.reason, 'reason'),
    kinds: items(FILE_KINDS, KIND_SHOWN, values.kind, 'kind'),
    days: ACKNOWLEDGE_DAYS.map((days) => ({
      value: String(days),
      text: count(days, 'working day'),
      selected: String(days) === values.days,
    })),
    errors,
    error: byField(errors),
  };
}
