import { isOneOf } from '../vocabulary';
import { NOTICE_KINDS, type NoticeKind } from './notice';

/** What people read for a kind of letter. */
const NOTICE_SHOWN: Readonly<Record<NoticeKind, string>> = {
  task: 'New task',
  reminder: 'Reminder',
  'due-today': 'Due today',
  late: 'Late',
  agreement: 'Asked to agree that it is not on the list',
  handover: 'The device came to another department',
  'still-open': 'Still open although somebody was on it',
  'date-moved': 'A date moved',
  decision: 'Asked to decide',
  'more-time-agreed': 'More time agreed',
  'more-time-refused': 'More time refused',
  'stay-agreed': 'Allowed to stay',
  'stay-refused': 'Not allowed to stay',
  'stay-ended': 'May stay no longer',
  correction: 'Correction',
  'dead-address': 'An address does not work',
};

/** A kind of letter in words; one of a later release by its own name. */
export function noticeShown(kind: string): string {
  return isOneOf(NOTICE_KINDS, kind) ? NOTICE_SHOWN[kind] : kind;
}

const MAIL_STATE_SHOWN: Readonly<Record<string, string>> = {
  pending: 'Waits to be sent',
  claimed: 'Being sent',
  sent: 'Sent',
  failed: 'Could not be delivered',
  superseded: 'Not sent: no longer true',
};

/** What became of a letter. */
export function mailStateShown(state: string): string {
  return MAIL_STATE_SHOWN[state] ?? state;
}
