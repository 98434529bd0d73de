import { STAGE_WORDS } from '../../domain/wording';
import { type Instant } from '../../domain/records';
import { type WorkStage } from '../../domain/vocabulary';
import { clean } from '../clean';
import { readableDate } from '../../domain/dates-for-people';
import { type MailSetting, type Recipient } from '../rows';
import { count } from '../../domain/counted';
import { WHAT_TO_DO } from '../../domain/tasks/words';
import { REPORTED_BY, ROLE_WORDS } from '../words';
import { type InvitationRow } from './rows';

/** Longest list of references; what is beyond is counted. */
const LONGEST_LIST = 25;

/** Everything that an invitation says, in words. Names no site, make, network or address, whatever the policy reveals. */
export interface InvitationView {
  readonly subject: string;
  /** The entry's title. */
  readonly summary: string;
  readonly greeting: string;
  readonly news: string;
  readonly due: string;
  /** What to do, and where or how it is reported; empty where there is nothing to do any more. */
  readonly whatToDo: string;
  readonly command: string;
  readonly references: readonly string[];
  readonly more: number;
  readonly why: string;
  readonly programme: string;
  readonly publicUrl: string;
}

function headline(row: InvitationRow, date: string): { readonly subject: string; readonly news: string } {
  const tasks = count(row.tasks.length, 'task');
  const stage = STAGE_WORDS[row.stage];
  if (row.method === 'CANCEL') {
    return {
      subject: `Nothing more for you to do by ${date}: ${stage}`,
      news: 'These tasks are done, or somebody else has them now. The entry leaves your calendar.',
    };
  }
  if (row.knownBefore === 'yes') {
    return {
      subject: `New date: ${tasks} now due ${date}: ${stage}`,
      news: 'The date has changed. The entry in your calendar moves with it.',
    };
  }
  return {
    subject: `For your calendar: ${tasks} due ${date}: ${stage}`,
    news: 'This puts the date into your calendar. It shows you as free, and no answer is needed.',
  };
}

/** What an invitation says. @param now when it is composed */
export function invitationView(
  row: InvitationRow,
  recipient: Recipient,
  setting: MailSetting,
  now: Instant,
): InvitationView {
  const { stage, due, tasks } = row;
  const date = readableDate(due, now, setting.zone);
  const references = tasks.map(({ assetId, caseId }) => (setting.revealAssets ? clean(assetId, 60) : caseId));
  const asks = row.method === 'REQUEST';
  return {
    ...headline(row, date),
    summary: `${count(tasks.length, 'task')} due: ${STAGE_WORDS[stage]}`,
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    due: `Due ${date}, ${timeOf(due, setting.zone)}`,
    whatToDo: asks ? WHAT_TO_DO[stage] : '',
    command: asks ? reportedBy(stage, setting.publicUrl) : '',
    references: references.slice(0, LONGEST_LIST),
    more: Math.max(0, references.length - LONGEST_LIST),
    why: `You get this because you are recorded as ${ROLE_WORDS[row.role]}. If that is wrong, please tell your programme team.`,
    programme: clean(setting.programmeTitle, 120),
    publicUrl: setting.publicUrl,
  };
}

/** An entry stays for months, which no link does: it names the page on which people sign in. */
function reportedBy(stage: WorkStage, publicUrl: string): string {
  return publicUrl === '' ? `clearsite cases act REFERENCE ${REPORTED_BY[stage]}` : `sign in at ${publicUrl}/tasks`;
}

function timeOf(instant: Instant, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  return format.format(new Date(instant));
}

/** What the entry itself says, beneath its title. It is read long after it was written, so it says of when it speaks. */
export function descriptionOf(view: InvitationView, now: Instant, zone: string): string {
  const { due, whatToDo, command, references, more, programme, publicUrl } = view;
  const written = readableDate(now, '0001-01-01T00:00:00.000Z', zone);
  return [
    `${due}.`,
    ...(whatToDo === '' ? [] : ['', whatToDo]),
    '',
    `On ${written} this stood for:`,
    ...references,
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(command === '' ? [] : ['', `To report it: ${command}`]),
    '',
    `Programme: ${programme}${publicUrl === '' ? '' : `, ${publicUrl}`}`,
  ].join('\n');
}
