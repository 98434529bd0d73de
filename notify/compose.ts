import { createHash } from 'node:crypto';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { Failure } from '../domain/errors';
import { type Instant } from '../domain/records';
import { clean, isMailable } from './clean';
import { type Links, NO_LINKS } from './links';
import { renderHtml, renderText } from './render';
import { type MailRow, type MailSetting, type Recipient } from './rows';
import { viewOf } from './view';

/** What a message says, before it is made into bytes. */
export interface Draft {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A message whose content is fixed: sending it again sends the same bytes under the same Message-ID. */
export interface ComposedMessage extends Draft {
  /** Without angle brackets. */
  readonly messageId: string;
  /** RFC 5322, headers included, CRLF. */
  readonly body: Buffer;
}

/**
 * The sender's name and address from `MAIL_FROM`.
 * @throws Failure `config-invalid` where it holds no single usable address
 */
export function senderOf(from: string): { readonly name: string; readonly address: string } {
  const [first, ...others] = addressparser(from, { flatten: true });
  if (first !== undefined && others.length === 0 && isMailable(first.address)) {
    return { name: clean(first.name, 100), address: first.address };
  }
  throw new Failure('config-invalid', 'MAIL_FROM is not one e-mail address.', {
    hint: 'Write it as clearsite@example.org, or as "Removal programme <clearsite@example.org>".',
  });
}

/** The subject and both bodies of a message. @param links what opens the pages of the recipient's own tasks */
export function draft(
  recipient: Recipient,
  rows: readonly MailRow[],
  now: Instant,
  setting: MailSetting,
  links: Links = NO_LINKS,
): Draft {
  const view = viewOf(recipient, rows, now, setting, links);
  return { subject: view.subject, text: renderText(view), html: renderHtml(view) };
}

/** The same notices to the same address always have the same id, and no others do. */
function messageIdOf(recipient: Recipient, rows: readonly MailRow[], domain: string): string {
  const keys = rows.map(({ key }) => key).sort();
  const digest = createHash('sha256').update(JSON.stringify([recipient.address.toLowerCase(), keys]));
  return `clearsite.${digest.digest('hex').slice(0, 32)}@${domain}`;
}

/**
 * Composes a message to its last byte. The same arguments give the same bytes.
 * @param rows everything that is due to this address, at least one row
 * @param now the message's date
 * @param links what opens the pages of the recipient's own tasks
 * @throws Error where the address cannot stand in an envelope; see {@link isMailable}
 */
export async function compose(
  recipient: Recipient,
  rows: readonly MailRow[],
  now: Instant,
  setting: MailSetting,
  links: Links = NO_LINKS,
): Promise<ComposedMessage> {
  if (!isMailable(recipient.address)) throw new Error('The recipient has no usable address.');
  const { subject, text, html } = draft(recipient, rows, now, setting, links);
  const from = senderOf(setting.from);
  const messageId = messageIdOf(recipient, rows, from.address.slice(from.address.lastIndexOf('@') + 1));
  const body = await new MailComposer({
    from,
    to: { name: clean(recipient.name, 100), address: recipient.address },
    subject: clean(subject),
    date: new Date(now),
    messageId: `<${messageId}>`,
    headers: {
      // Answering machines keep quiet (RFC 3834; the second is what Exchange reads).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    text,
    html,
    baseBoundary: messageId.slice(0, messageId.indexOf('@')),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { subject, text, html, messageId, body };
}
