import { type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { type ComposedMessage } from '../../notify/compose';
import { composeInvitation } from '../../notify/invitation/compose';
import { type MailSetting, type Recipient } from '../../notify/rows';
import { calendarRows } from '../../register/calendar-entries';
import { keepMessage } from '../../register/messages';

/** Whom messages of one claim go to. */
export interface Addressee {
  readonly programmeId: string;
  readonly contactId: string;
  readonly recipient: Recipient;
}

/** A message that speaks of one outbox row alone. */
export interface OwnMessage {
  readonly id: string;
  readonly message: ComposedMessage;
}

/** Composes every row that is a message of its own. */
async function composeOwn(
  client: PoolClient,
  ids: readonly string[],
  recipient: Recipient,
  now: Instant,
  setting: MailSetting,
): Promise<OwnMessage[]> {
  const messages: OwnMessage[] = [];
  for (const row of await calendarRows(client, ids)) {
    messages.push({ id: row.id, message: await composeInvitation(row, recipient, setting, now) });
  }
  return messages;
}

/**
 * Composes and keeps each calendar entry and each Monday digest as a message of its own.
 * @param ids locked outbox rows of one address
 * @returns the messages' ids, and the rows that are left for the one message of the rest
 */
export async function claimOwnMessages(
  client: PoolClient,
  ids: readonly string[],
  { programmeId, contactId, recipient }: Addressee,
  now: Instant,
  setting: MailSetting,
): Promise<{ readonly messageIds: string[]; readonly others: string[] }> {
  const own = await composeOwn(client, ids, recipient, now, setting);
  for (const { id, message } of own) {
    const { messageId, subject, body } = message;
    const { address } = recipient;
    await keepMessage(client, { messageId, programmeId, contactId, address, subject, body }, [id], now);
  }
  const taken = new Set(own.map(({ id }) => id));
  return { messageIds: own.map(({ message }) => message.messageId), others: ids.filter((id) => !taken.has(id)) };
}
