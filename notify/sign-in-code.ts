import { randomUUID } from 'node:crypto';
import { shownCode } from '../domain/access/code';
import { type Instant } from '../domain/records';
import { clean } from './clean';
import { type ComposedMessage } from './compose';
import { messageOf } from './envelope';
import { renderBoth } from './page';
import { type MailSetting, type Recipient } from './rows';

/** What a code is for, in the words of its mail. */
const FOR = {
  'sign-in': 'to sign in',
  task: 'to open the task that you asked for',
} as const;

/** What the mail with a code says. */
export interface CodeLetter {
  readonly code: string;
  readonly purpose: keyof typeof FOR;
  /** Minutes from now. */
  readonly validFor: number;
}

const SUBJECT = 'Your sign-in code';

/**
 * Composes the mail with a code to be typed. The code stands in the bodies alone: subjects are shown on locked screens and kept in logs
 * of mail servers.
 * @param now the message's date
 */
export async function composeCode(
  { code, purpose, validFor }: CodeLetter,
  recipient: Pick<Recipient, 'name' | 'address'>,
  now: Instant,
  setting: Pick<MailSetting, 'programmeTitle' | 'publicUrl' | 'from'>,
): Promise<ComposedMessage> {
  const view = {
    subject: SUBJECT,
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    code: shownCode(code),
    purpose: FOR[purpose],
    validFor: `${validFor} minutes`,
    programme: clean(setting.programmeTitle),
    publicUrl: setting.publicUrl,
  };
  return messageOf(
    `sign-in-code/${randomUUID()}`,
    { subject: SUBJECT, ...renderBoth('sign-in-code', view) },
    recipient,
    now,
    setting,
  );
}
