import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Instant } from '../domain/records';
import { clean, isMailable } from './clean';
import { type ComposedMessage, type Draft, senderOf } from './compose';
import { type MailSetting, type Recipient } from './rows';

/** A calendar part beside text and HTML: what clients show as an invitation. */
export interface CalendarPart {
  readonly method: string;
  readonly content: string;
}

/**
 * A message of one outbox row, to its last byte: the same row and address give the same Message-ID.
 * @param calendar comes last of the alternatives, since clients show the last that they know
 * @throws Error where the address cannot stand in an envelope; see {@link isMailable}
 */
export async function messageOf(
  key: string,
  { subject, text, html }: Draft,
  recipient: Pick<Recipient, 'name' | 'address'>,
  now: Instant,
  setting: Pick<MailSetting, 'from'>,
  calendar: CalendarPart | null = null,
): Promise<ComposedMessage> {
  if (!isMailable(recipient.address)) throw new Error('The recipient has no usable address.');
  const digest = createHash('sha256').update(JSON.stringify([recipient.address.toLowerCase(), [key]]));
  const from = senderOf(setting.from);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const messageId = `clearsite.${digest.digest('hex').slice(0, 32)}@${domain}`;
  const body = await new MailComposer({
    from,
    to: { name: clean(recipient.name, 100), address: recipient.address },
    subject: clean(subject),
    date: new Date(now),
    messageId: `<${messageId}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    text,
    html,
    alternatives:
      calendar === null
        ? []
        : [
            {
              contentType: `text/calendar; charset=UTF-8; method=${calendar.method}`,
              content: calendar.content,
              // Line ends and line lengths arrive as they were written, whatever stands between.
              contentTransferEncoding: 'base64' as const,
            },
          ],
    baseBoundary: messageId.slice(0, messageId.indexOf('@')),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { subject, text, html, messageId, body };
}
