import { type ForecastMail } from '../app/mail/forecast';
import { type MailOverview } from '../app/mail/list';
import { type MailPreview } from '../app/mail/preview';
import { type NoticeKind } from '../domain/notices/notices';
import { STAGE_WORDS } from '../domain/wording';
import { momentShown } from './days';
import { count } from '../domain/counted';
import { table } from './output';

const heads = (...names: readonly string[]): { head: string }[] => names.map((head) => ({ head }));

/** A moment, or nothing. @param zone IANA name */
function moment(instant: string | null, zone: string): string | null {
  return instant === null ? null : momentShown(instant, zone);
}

/** When it left or was written; of what waits, when it leaves. */
function when({ sentAt, writtenAt, leavesAt }: MailOverview['mail'][number]): string | null {
  return leavesAt === null ? moment(sentAt ?? writtenAt, 'utc') : `leaves ${momentShown(leavesAt, 'utc')}`;
}

/** `mail list` for people. */
export function listText({ held, holds, mail }: MailOverview): string {
  const rows = mail.map((line) => [
    line.state,
    line.deputyFor === null ? line.to : `${line.to} (deputy of ${line.deputyFor})`,
    line.subject ?? `(${line.notices} waiting)`,
    line.attempts,
    when(line),
    line.messageId,
    line.lastError,
  ]);
  return [
    ...(held ? ['All mail is held. Let it go: clearsite mail release'] : []),
    ...holds.map(({ scope, subject, reason, heldBy }) => `Held: ${scope} ${subject}, by ${heldBy}: ${reason}`),
    mail.length === 0
      ? 'No mail.'
      : table(heads('State', 'To', 'Subject', 'Tries', 'When (UTC)', 'Message', 'Last error'), rows),
  ].join('\n');
}

function leaving({ waits, leavesAt }: MailPreview['messages'][number], zone: string): string {
  if (waits === 'held' || leavesAt === null) return 'held';
  if (waits === 'due') return 'with the next run';
  return `${waits === 'start' ? 'started now: ' : ''}${momentShown(leavesAt, zone)}`;
}

/** `mail preview` for people: who would get what; with `bodies` each in full. */
export function previewText({ messages, started, zone }: MailPreview, bodies: 'subjects' | 'full'): string {
  if (messages.length === 0) {
    return started ? 'Nothing waits to be sent.' : 'Nobody would get mail if the programme started now.';
  }
  if (bodies === 'full') {
    return messages
      .map(({ to, name, subject, text }) => `To: ${name} <${to}>\nSubject: ${subject}\n\n${text}`)
      .join(`\n${'='.repeat(72)}\n\n`);
  }
  const rows = messages.map((message) => [
    message.to,
    message.deputyFor === null ? message.name : `${message.name} (deputy of ${message.deputyFor})`.trim(),
    message.subject,
    leaving(message, zone),
  ]);
  const shown = table(heads('To', 'Name', 'Subject', 'Leaves'), rows);
  return `${shown}\n\n${count(messages.length, 'message')}. See one in full: clearsite mail preview --to EMAIL --full`;
}

const KINDS: Readonly<Record<NoticeKind, string>> = {
  task: 'new task',
  reminder: 'reminder',
  'due-today': 'due today',
  late: 'late',
  agreement: 'agreement asked for',
  handover: 'handed over',
  'still-open': 'still open',
  'date-moved': 'date moved',
  decision: 'decision asked for',
  'more-time-agreed': 'more time agreed',
  'more-time-refused': 'more time refused',
  'stay-agreed': 'allowed to stay',
  'stay-refused': 'not allowed to stay',
  'stay-ended': 'stay has ended',
  correction: 'correction',
  'dead-address': 'dead address',
};

function rungWords({ kind, days }: ForecastMail): string {
  if (days === null || days === 0) return KINDS[kind];
  return `${KINDS[kind]}, ${count(Math.abs(days), 'working day')} ${days < 0 ? 'before' : 'after'}`;
}

/** The next mails of a case for people, dates in the policy's zone. */
export function forecastText(mails: readonly ForecastMail[], zone: string): string {
  if (mails.length === 0) return 'No mail is to come: the case is closed.';
  const rows = mails.map((mail) => [
    mail.to.length === 0 ? moment(mail.at, zone) : leavingWords(mail, zone),
    STAGE_WORDS[mail.stage],
    rungWords(mail),
    moment(mail.due, zone),
    mail.to.map(({ name, role, email }) => `${name} (${role}) ${email}`).join('; ') || 'nobody can be reached',
  ]);
  return `If nobody does anything:\n${table(heads('Leaves', 'Task', 'Mail', 'Due', 'To'), rows)}\nMail is gathered and leaves in working hours; it may travel earlier with another message to the same person.`;
}

/** One moment, or (people of nations with other bank holidays) each. */
function leavingWords({ to }: ForecastMail, zone: string): string {
  return [...new Set(to.map(({ leavesAt }) => leavesAt))]
    .sort()
    .map((at) => momentShown(at, zone))
    .join('; ');
}
