import { type ViewedCase } from '../../app/cases/for-viewer';
import { type Colleague } from '../../app/cases/takers';
import { LONGEST_ACKNOWLEDGEMENT } from '../../app/command-body';
import { EXTENSION_REASON_SHOWN, RESULT_SHOWN } from '../../domain/case-words';
import { type CaseAction } from '../../domain/case-actions';
import { count } from '../../domain/counted';
import { EXTENSION_REASONS } from '../../domain/lifecycle';
import { ASSESSMENT_RESULTS, type AssessmentResult, type WorkStage } from '../../domain/vocabulary';
import { ROLE_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { type IsoDate } from '../../domain/records';
import { type Choice, type Field } from '../forms/fields';

/** Actions that have a form of their own; decisions are taken on the page of what was asked for. */
export type FormAction = Exclude<CaseAction, 'decide-extension' | 'decide-exception'>;

/** What a form asks, and how. */
export interface ActionForm {
  /** What somebody is told before they fill it in, a sentence each. */
  readonly intro: readonly string[];
  /** What cannot be taken back lightly; empty = nothing. */
  readonly warning: string;
  readonly fields: readonly Field[];
  /** True where evidence may be handed in with it. */
  readonly takesEvidence: 'no' | 'optional' | 'needed';
  readonly button: string;
}

/** What a form is made for. */
export interface FormContext {
  readonly viewed: ViewedCase;
  /** Who can take over; empty where nobody is asked. */
  readonly takers: readonly Colleague[];
  /** How a day is written. */
  readonly day: (instant: string) => string;
  /** No day that a form asks for lies after this one. */
  readonly latest: IsoDate;
}

const NOTE: Field = {
  kind: 'text',
  name: 'note',
  label: 'Note (optional)',
  hint: 'What you did or saw, and where. It stays in the audit trail.',
  rows: 3,
  missing: null,
};

function why(label: string, hint: string, missing: string, name = 'reason'): Field {
  return { kind: 'text', name, label, hint, rows: 4, missing };
}

function date(latest: IsoDate, name: string, label: string, hint: string, what: string): Field {
  return { kind: 'date', name, label, hint, what, latest, missing: `Enter ${what}` };
}

const RESULT_HINTS: Readonly<Record<AssessmentResult, string>> = {
  covered: 'You looked at its label, and the make is one that has to go.',
  'not-covered': 'Needs evidence: what the label says, a photo of it or an invoice. The security officer has to agree.',
  'not-found': 'You looked for it and it is not there. Say in the note where and when: this closes the case.',
  'already-removed': 'It was taken away before. Somebody else then checks that it has gone.',
};

/** Stages that more time can be asked for: a clock runs and they are still to be done. */
function stagesWithClock({ shown }: ViewedCase, day: FormContext['day']): Choice[] {
  const asked = shown.requests.flatMap(({ ask, state }) =>
    state === 'pending' && ask.kind === 'extension' ? [ask.stage] : [],
  );
  return shown.milestones.flatMap(({ stage, due, actual, skipped }) =>
    due === null || actual !== null || skipped || asked.includes(stage)
      ? []
      : [{ value: stage, text: STAGE_SHOWN[stage], hint: `Now due on ${day(due)}` }],
  );
}

/** Confirmations that there are to take back. */
function confirmedStages({ shown, proposed }: ViewedCase, day: FormContext['day']): Choice[] {
  const done = shown.milestones.flatMap(({ stage, actual }): { stage: WorkStage; hint: string }[] =>
    actual === null ? [] : [{ stage, hint: `Confirmed on ${day(actual)}` }],
  );
  const all = proposed ? [{ stage: 'assess' as const, hint: 'Proposed: it is not on the list' }, ...done] : done;
  return all.map(({ stage, hint }) => ({ value: stage, text: STAGE_SHOWN[stage], hint }));
}

const EVIDENCE_LATER = 'Evidence makes it easier to check, and can also be added later.';

/** The form of an action on a case as it is now. */
export function formOf(action: FormAction, { viewed, takers, day, latest }: FormContext): ActionForm {
  const plain = { intro: [], warning: '', takesEvidence: 'no' as const };
  const { shown } = viewed;
  switch (action) {
    case 'record-assessment':
      return {
        ...plain,
        intro: ['Go to the device and look at its label. Then say what it is.'],
        fields: [
          {
            kind: 'choice',
            name: 'result',
            label: 'What is it?',
            hint: '',
            choices: ASSESSMENT_RESULTS.map((value) => ({
              value,
              text: RESULT_SHOWN[value],
              hint: RESULT_HINTS[value],
            })),
            missing: 'Select what it is',
          },
          NOTE,
        ],
        takesEvidence: 'optional',
        button: 'Record it',
      };
    case 'confirm-disconnection':
      return {
        ...plain,
        intro: [`Confirm this only once ${shown.assetId} is off the core network. ${EVIDENCE_LATER}`],
        fields: [NOTE],
        takesEvidence: 'optional',
        button: 'Confirm that it is off',
      };
    case 'schedule-replacement': {
      const before = shown.milestones.find(({ stage }) => stage === 'remove')?.due ?? null;
      return {
        ...plain,
        intro: before === null ? [] : [`The device has to be gone by ${day(before)}.`],
        fields: [
          date(
            latest,
            'on',
            'On which day will it be replaced?',
            'For example, 27 3 2027. Before the next scheduled upgrade.',
            'the day of the replacement',
          ),
        ],
        button: 'Book it',
      };
    }
    case 'confirm-removal':
      return {
        ...plain,
        intro: [
          `Confirm this only once ${shown.assetId} has been taken away. Somebody else then checks that it has gone.`,
          'Keep the disposal papers: they are the best proof.',
        ],
        fields: [NOTE],
        takesEvidence: 'optional',
        button: 'Confirm that it has been removed',
      };
    case 'submit-evidence':
      return { ...plain, intro: [], fields: [], takesEvidence: 'needed', button: 'Add it' };
    case 'verify-removal':
      return {
        ...plain,
        intro: ['You say that you, and not whoever removed it, checked that the device has gone.'],
        warning: 'This closes the case.',
        fields: [NOTE],
        takesEvidence: 'optional',
        button: 'Confirm that it has gone',
      };
    case 'request-extension':
      return {
        ...plain,
        intro: [
          'More time is a new date: the duty stands. A programme manager decides, or beyond the limits the SRO. Until then the date stays.',
        ],
        fields: [
          {
            kind: 'choice',
            name: 'stage',
            label: 'More time for what?',
            hint: '',
            choices: stagesWithClock(viewed, day),
            missing: 'Select what needs more time',
          },
          date(latest, 'on', 'Until which day?', 'For example, 27 3 2027', 'the day until which you need more time'),
          {
            kind: 'choice',
            name: 'reason',
            label: 'What stands in the way?',
            hint: '',
            choices: EXTENSION_REASONS.map((value) => ({ value, text: EXTENSION_REASON_SHOWN[value] })),
            missing: 'Select what stands in the way',
          },
          why(
            'Why, in your words',
            'Whoever decides has nothing else to go by.',
            'Enter why more time is needed',
            'text',
          ),
        ],
        takesEvidence: 'optional',
        button: 'Ask for more time',
      };
    case 'request-exception':
      return {
        ...plain,
        intro: [
          'A device that may stay is still in breach: it stays with approval, with something done meanwhile, and only until a day.',
        ],
        fields: [
          date(latest, 'until', 'Until which day should it stay?', 'For example, 27 3 2027', 'the last day'),
          why(
            'What is done meanwhile so that it does less harm?',
            'For example, a network of its own without a way out.',
            'Enter what is done meanwhile',
            'control',
          ),
          why('Why it has to stay', 'Whoever decides has nothing else to go by.', 'Enter why it has to stay', 'text'),
        ],
        takesEvidence: 'optional',
        button: 'Ask that it may stay',
      };
    case 'move-upgrade':
      return {
        ...plain,
        intro: [
          'An earlier upgrade may make dates earlier at once. Where a later one would make them later, a programme manager decides.',
        ],
        fields: [
          {
            kind: 'choice',
            name: 'planned',
            label: 'Is an upgrade planned?',
            hint: '',
            choices: [
              { value: 'yes', text: 'Yes, on the day below' },
              { value: 'no', text: 'No, none is planned' },
            ],
            missing: 'Select whether an upgrade is planned',
          },
          {
            kind: 'date',
            name: 'to',
            label: 'Day of the next upgrade',
            hint: 'For example, 27 3 2027. Leave it empty if none is planned.',
            what: 'the day of the upgrade',
            latest,
            missing: null,
          },
          why('Why it changed', '', 'Enter why it changed'),
        ],
        button: 'Change it',
      };
    case 'acknowledge':
      return {
        ...plain,
        intro: [
          'Reminders stop for the days that you choose, or until it is due. After that they start again by themselves.',
        ],
        fields: [
          {
            kind: 'choice',
            name: 'days',
            label: 'For how many working days?',
            hint: '',
            choices: Array.from({ length: LONGEST_ACKNOWLEDGEMENT }, (_, index) => ({
              value: String(index + 1),
              text: count(index + 1, 'working day'),
            })),
            missing: 'Select for how many working days',
          },
        ],
        button: 'We are on it',
      };
    case 'reassign':
      return {
        ...plain,
        intro: ['The tasks of this device, and the mail about them, go to this person from now on.'],
        fields: [
          {
            kind: 'choice',
            name: 'to',
            label: 'Who takes over?',
            hint: '',
            choices: takers.map(({ contactId, name, role }) => ({
              value: contactId,
              text: name,
              hint: ROLE_SHOWN[role],
            })),
            missing: 'Select who takes over',
          },
        ],
        button: 'Give them the tasks',
      };
    case 'retract':
      return {
        ...plain,
        intro: [
          'What was confirmed by mistake is open again, and due on the same date as before. The audit trail keeps both.',
        ],
        fields: [
          {
            kind: 'choice',
            name: 'stage',
            label: 'What was a mistake?',
            hint: '',
            choices: confirmedStages(viewed, day),
            missing: 'Select what was a mistake',
          },
          why('What was wrong', '', 'Enter what was wrong'),
        ],
        button: 'Take it back',
      };
    case 'withdraw':
      return {
        ...plain,
        warning: 'This closes the case although the device may still be there.',
        fields: [why('Why it is withdrawn', 'It stays in the audit trail.', 'Enter why the case is withdrawn')],
        button: 'Withdraw the case',
      };
    case 'reopen':
      return {
        ...plain,
        intro: ['The device gets a new case, linked to this one. Its time starts today.'],
        fields: [why('Why it is reopened', 'It stays on record.', 'Enter why the case is reopened')],
        button: 'Reopen it',
      };
  }
}
