import { type Instant } from '../../domain/records';
import { type ComposedMessage, type Draft, senderOf } from '../compose';
import { messageOf } from '../envelope';
import { renderBoth } from '../page';
import { type MailSetting, type Recipient } from '../rows';
import { icalendar } from './icalendar';
import { type InvitationRow } from './rows';
import { descriptionOf, invitationView, type InvitationView } from './view';

/**
 * Half an hour that ends at the due instant. An entry without length is hidden by some clients, one for the whole day
 * has no zone and says nothing of the hour. No alarm: the ladder reminds, and clients set their own.
 */
const LENGTH = 30 * 60_000;

/** What an invitation says in mail. */
export function draftInvitation(row: InvitationRow, recipient: Recipient, setting: MailSetting, now: Instant): Draft {
  const view = invitationView(row, recipient, setting, now);
  return { subject: view.subject, ...renderBoth('invitation', view) };
}

/** The iCalendar object of a row. */
export function eventOf(
  row: InvitationRow,
  view: InvitationView,
  recipient: Recipient,
  setting: MailSetting,
  now: Instant,
): string {
  const { method, uid, sequence, due } = row;
  return icalendar({
    method,
    uid,
    sequence,
    stamp: now,
    start: new Date(Date.parse(due) - LENGTH).toISOString(),
    end: due,
    summary: view.summary,
    description: descriptionOf(view, now, setting.zone),
    organizer: senderOf(setting.from).address,
    attendee: recipient.address,
  });
}

/**
 * Composes an invitation to its last byte: one entry in one message. The same arguments give the same bytes.
 * @param now the message's date
 * @throws Error where the address cannot stand in an envelope
 */
export async function composeInvitation(
  row: InvitationRow,
  recipient: Recipient,
  setting: MailSetting,
  now: Instant,
): Promise<ComposedMessage> {
  const view = invitationView(row, recipient, setting, now);
  const draft = { subject: view.subject, ...renderBoth('invitation', view) };
  const content = eventOf(row, view, recipient, setting, now);
  return messageOf(row.key, draft, recipient, now, setting, { method: row.method, content });
}
