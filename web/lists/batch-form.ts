import { z } from 'zod';
import { type BatchAction, type BatchInput } from '../../app/cases/batches';
import { DAY_HINT, typedDay } from './day';
import { NO_DAY } from './query';
import { parseAction } from '../../app/cases/action-input';
import { LONGEST_ACKNOWLEDGEMENT } from '../../app/command-body';
import { ASSESSMENT_RESULTS, type AssessmentResult } from '../../domain/vocabulary';

/** A field of the form of an action. */
export interface BatchField {
  readonly name: string;
  readonly label: string;
  readonly as: 'radios' | 'textarea' | 'text';
  readonly hint?: string;
  readonly choices?: readonly { readonly value: string; readonly text: string }[];
}

export const RESULT_SHOWN: Readonly<Record<AssessmentResult, string>> = {
  covered: 'On the list: they must be removed',
  'not-covered': 'Not on the list',
  'not-found': 'Not there: nobody can find them',
  'already-removed': 'Already removed',
};

const NOTE: BatchField = {
  name: 'note',
  label: 'What was seen or done (optional)',
  as: 'textarea',
  hint: 'For example, who did it, and where. It stays on record with each case.',
};
const EVIDENCE: BatchField = {
  name: 'evidence',
  label: 'Evidence in words (optional)',
  as: 'textarea',
  hint: 'For example, the number of a work order. Files are added on the page of each case.',
};

/** What each action asks for. */
export const BATCH_FIELDS: Readonly<Record<BatchAction, readonly BatchField[]>> = {
  'record-assessment': [
    {
      name: 'result',
      label: 'What are they?',
      as: 'radios',
      hint: 'Go by the label on the device. “Not on the list” needs evidence, and your security officer agrees.',
      choices: ASSESSMENT_RESULTS.map((value) => ({ value, text: RESULT_SHOWN[value] })),
    },
    NOTE,
    EVIDENCE,
  ],
  'confirm-disconnection': [NOTE, EVIDENCE],
  'schedule-replacement': [{ name: 'on', label: 'On which day are they replaced?', as: 'text', hint: DAY_HINT }],
  'confirm-removal': [NOTE, { ...EVIDENCE, hint: 'For example, the number of the disposal papers.' }],
  acknowledge: [
    {
      name: 'days',
      label: 'For how many working days shall we stop the reminders?',
      as: 'radios',
      hint: 'The date that it is due stays as it is.',
      choices: Array.from({ length: LONGEST_ACKNOWLEDGEMENT }, (_, index) => ({
        value: String(index + 1),
        text: index === 0 ? '1 working day' : `${index + 1} working days`,
      })),
    },
  ],
  reassign: [
    {
      name: 'to',
      label: 'E-mail address of whoever takes over',
      as: 'text',
      hint: 'Somebody of the same department, or of the programme',
    },
  ],
};

const LONGEST = 2_000;
const text = z
  .string()
  .trim()
  .max(LONGEST, `Use at most ${LONGEST.toLocaleString('en-GB')} characters`)
  .default('');
const evidence = text.transform((value) => (value === '' ? undefined : value));

const FORMS = {
  'record-assessment': z
    .object({
      result: z.enum(ASSESSMENT_RESULTS, { error: 'Say what they are' }),
      note: text,
      evidence,
    })
    .refine((form) => form.result !== 'not-covered' || form.evidence !== undefined, {
      path: ['evidence'],
      message: 'Say how you know that they are not on the list',
    }),
  'confirm-disconnection': z.object({ note: text, evidence }),
  'schedule-replacement': z.object({
    on: z.string({ error: NO_DAY }).transform((value, context) => {
      const found = typedDay(value);
      if (found === null) context.addIssue({ code: 'custom', message: NO_DAY });
      return found ?? value;
    }),
  }),
  'confirm-removal': z.object({ note: text, evidence }),
  acknowledge: z.object({
    days: z.enum(['1', '2', '3', '4', '5'], { error: 'Choose for how many working days' }),
  }),
  reassign: z.object({ to: z.email({ error: 'Enter an e-mail address, such as name@department.example' }) }),
} as const satisfies Record<BatchAction, z.ZodType>;

export type BatchAsked =
  | { readonly outcome: 'read'; readonly input: BatchInput }
  | { readonly outcome: 'wrong'; readonly problems: readonly { readonly name: string; readonly message: string }[] };

/** Reads the form of an action. @param body as it was sent */
export function readBatchForm(action: BatchAction, body: unknown): BatchAsked {
  const parsed = FORMS[action].safeParse(body ?? {});
  if (parsed.success) return { outcome: 'read', input: parseAction(action, parsed.data) as BatchInput };
  return {
    outcome: 'wrong',
    problems: parsed.error.issues.map(({ path, message }) => ({
      name: String(path[0] ?? ''),
      message: message.startsWith('Invalid') ? 'Send each field once' : message,
    })),
  };
}
