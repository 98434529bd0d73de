import { type Instant } from '../../domain/records';
import { type ComposedMessage, type Draft } from '../compose';
import { messageOf } from '../envelope';
import { renderBoth } from '../page';
import { type MailSetting, type Recipient } from '../rows';
import { type DigestContent, digestView } from './view';

/** What a Monday digest says. */
export function draftDigest(content: DigestContent, recipient: Recipient, setting: MailSetting): Draft {
  const view = digestView(content, recipient, setting);
  return { subject: view.subject, ...renderBoth('programme-digest', view) };
}

/**
 * Composes a Monday digest to its last byte, from figures that were taken before.
 * @param row its `key` makes the Message-ID
 * @param now the message's date
 */
export async function composeDigest(
  row: DigestContent & { readonly key: string },
  recipient: Recipient,
  setting: MailSetting,
  now: Instant,
): Promise<ComposedMessage> {
  return messageOf(row.key, draftDigest(row, recipient, setting), recipient, now, setting);
}
