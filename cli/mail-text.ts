import { type ForecastMail } from '../app/mail/forecast';
import { type MailOverview } from '../app/mail/list';
import { type MailPreview } from '../app/mail/preview';
import { type NoticeKind } from '../domain/notices/notices';
import { STAGE_WORDS } from '../domain/wording';
import { momentShown } from './days';
import { count, table } from './output';

const heads = (...names: readonly string[]): { head: string }[] => names.map((head) => ({ head }));

/** A moment, or nothing. @param zone IANA name */
function moment(instant: string | null, zone: string): string | null {
  return instant === null ? null : momentShown(instant, zone);
}

/** `mail list` for people. */
export function listText({ held, holds, mail }: MailOverview): string {
  const rows = mail.map(({ state, to, subject, notices, attempts, writtenAt, sentAt, messageId, lastError }) => [
    state,
    to,
    subject ?? `(${notices} waiting)`,
    attempts,
    moment(sentAt ?? writtenAt, 'utc'),
    messageId,
    lastError,
  ]);
  return [
    ...(held ? ['All mail is held. Let it go: clearsite mail release'] : []),
    ...holds.map(({ scope, subject, reason, heldBy }) => `Held: ${scope} ${subject}, by ${heldBy}: ${reason}`),
    mail.length === 0
      ? 'No mail.'
      : table(heads('State', 'To', 'Subject', 'Tries', 'When (UTC)', 'Message', 'Last error'), rows),
  ].join('\n');
}

const WAITS: Readonly<Record<MailPreview['messages'][number]['waits'], string>> = {
  due: 'leaves with the next run',
  later: 'not before its time',
  held: 'held',
  start: 'leaves at programme start',
};

/** `mail preview` for people: who would get what; with `bodies` each in full. */
export function previewText({ messages, started }: MailPreview, bodies: 'subjects' | 'full'): string {
  if (messages.length === 0) {
    return started ? 'Nothing waits to be sent.' : 'Nobody would get mail if the programme started now.';
  }
  if (bodies === 'full') {
    return messages
      .map(({ to, name, subject, text }) => `To: ${name} <${to}>\nSubject: ${subject}\n\n${text}`)
      .join(`\n${'='.repeat(72)}\n\n`);
  }
  const rows = messages.map(({ to, name, subject, waits }) => [to, name, subject, WAITS[waits]]);
  const shown = table(heads('To', 'Name', 'Subject', 'When'), rows);
  return `${shown}\n\n${count(messages.length, 'message')}. See one in full: clearsite mail preview --to EMAIL --full`;
}

const KINDS: Readonly<Record<NoticeKind, string>> = {
  task: 'new task',
  reminder: 'reminder',
  'due-today': 'due today',
  late: 'late',
  agreement: 'agreement asked for',
  handover: 'handed over',
  correction: 'correction',
  'dead-address': 'dead address',
};

function rungWords({ kind, days }: ForecastMail): string {
  if (days === null || days === 0) return KINDS[kind];
  return `${KINDS[kind]}, ${count(Math.abs(days), 'day')} ${days < 0 ? 'before' : 'after'}`;
}

/** The next mails of a case for people, dates in the policy's zone. */
export function forecastText(mails: readonly ForecastMail[], zone: string): string {
  if (mails.length === 0) return 'No mail is to come: the case is closed.';
  const rows = mails.map((mail) => [
    moment(mail.at, zone),
    STAGE_WORDS[mail.stage],
    rungWords(mail),
    moment(mail.due, zone),
    mail.to.map(({ name, role, email }) => `${name} (${role}) ${email}`).join('; ') || 'nobody can be reached',
  ]);
  return `If nobody does anything:\n${table(heads('When', 'Task', 'Mail', 'Due', 'To'), rows)}`;
}
