import { z } from 'zod';
import { CASE_ACTIONS, type CaseAction } from '../../domain/case-actions';
import { Failure } from '../../domain/errors';
import { FILE_KINDS } from '../../domain/evidence';
import { EXTENSION_REASONS } from '../../domain/lifecycle';
import { ASSESSMENT_RESULTS, STAGES } from '../../domain/vocabulary';
import { LONGEST_ACKNOWLEDGEMENT } from '../command-body';

const note = z.string().default('');
const reason = z.string();
/** Words, or a file of a kind; not both. */
const evidence = {
  evidence: z.string().optional(),
  evidenceFile: z.string().optional(),
  kind: z.enum(FILE_KINDS, { error: `one of ${FILE_KINDS.join(', ')}` }).optional(),
};
const verdict = z.enum(['agree', 'refuse'], { error: 'agree or refuse' });
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date, written YYYY-MM-DD');

/** What each action is asked with. Members are named as the command line's options. */
const INPUTS = {
  'record-assessment': z.strictObject({
    result: z.enum(ASSESSMENT_RESULTS, { error: `one of ${ASSESSMENT_RESULTS.join(', ')}` }),
    note,
    ...evidence,
  }),
  'confirm-disconnection': z.strictObject({ note, ...evidence }),
  'schedule-replacement': z.strictObject({ on: day }),
  'confirm-removal': z.strictObject({ note, ...evidence }),
  'submit-evidence': z.strictObject({ note, ...evidence }),
  'verify-removal': z.strictObject({ note, ...evidence }),
  'request-extension': z.strictObject({
    stage: z.enum(STAGES, { error: `one of ${STAGES.join(', ')}` }),
    on: day,
    reason: z.enum(EXTENSION_REASONS, { error: `one of ${EXTENSION_REASONS.join(', ')}` }),
    text: z.string(),
    note,
    ...evidence,
  }),
  'decide-extension': z.strictObject({ request: z.string().optional(), verdict, conditions: note }),
  'request-exception': z.strictObject({ until: day, control: z.string(), text: z.string(), note, ...evidence }),
  'decide-exception': z.strictObject({ request: z.string().optional(), verdict, conditions: note }),
  'move-upgrade': z.strictObject({
    to: z.union([day, z.literal('none')], { error: 'a date, written YYYY-MM-DD, or none' }),
    reason,
  }),
  acknowledge: z.strictObject({
    days: z.coerce
      .number('a number of days')
      .int('a whole number of days')
      .min(1, 'at least 1 day')
      .max(
        LONGEST_ACKNOWLEDGEMENT,
        `at most ${LONGEST_ACKNOWLEDGEMENT} working days: it quietens reminders and then expires`,
      )
      .default(LONGEST_ACKNOWLEDGEMENT),
  }),
  reassign: z.strictObject({ to: z.string() }),
  retract: z.strictObject({ stage: z.enum(STAGES, { error: `one of ${STAGES.join(', ')}` }), reason }),
  withdraw: z.strictObject({ reason }),
  reopen: z.strictObject({ reason }),
} as const satisfies Record<CaseAction, z.ZodType>;

/** An action with what it needs, checked. */
export type ActionInput = {
  [Action in CaseAction]: { readonly action: Action } & z.output<(typeof INPUTS)[Action]>;
}[CaseAction];

/** An option as the command line names it. */
function flag(member: PropertyKey | undefined): string {
  return `--${String(member).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function problem(action: CaseAction, issue: z.core.$ZodIssue): string {
  const takes = Object.keys(INPUTS[action].shape).map(flag).join(', ');
  if (issue.code === 'unrecognized_keys')
    return `${action} takes no ${issue.keys.map(flag).join(', ')}; it takes ${takes}.`;
  const option = flag(issue.path[0]);
  return issue.input === undefined
    ? `${action} needs ${option}: ${issue.message.startsWith('Invalid') ? 'a text' : issue.message}.`
    : `${option} has to be ${issue.message}.`;
}

/** The actions that there are, for a person who named another. */
function isAction(name: string): name is CaseAction {
  return CASE_ACTIONS.some((action) => action === name);
}

/**
 * Parses an action and its options, as a form or the command line gives them.
 * @throws Failure `unknown-action`, `bad-usage` (exit 2)
 */
export function parseAction(name: string, options: Readonly<Record<string, unknown>>): ActionInput {
  if (!isAction(name)) {
    throw new Failure('unknown-action', `There is no action "${name}".`, {
      hint: `One of: ${CASE_ACTIONS.join(', ')}.`,
    });
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const parsed = INPUTS[name].safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new Failure('bad-usage', first === undefined ? `${name} was asked wrongly.` : problem(name, first), {
      hint: 'clearsite cases act --help',
    });
  }
  return { action: name, ...parsed.data } as ActionInput;
}
