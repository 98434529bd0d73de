import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { type ComposedMessage, type Draft } from '../../notify/compose';
import { composeInvitation, draftInvitation } from '../../notify/invitation/compose';
import { type MailSetting, type Recipient } from '../../notify/rows';
import { composeDigest, draftDigest } from '../../notify/programme-digest/compose';
import { calendarRows } from '../../register/calendar-entries';
import { keepMessage } from '../../register/messages';
import { digestRows } from '../../register/programme-digest';

/** Whom messages of one claim go to. */
export interface Addressee {
  readonly programmeId: string;
  readonly contactId: string;
  /** The absent person whose deputy it goes to; null = to the person. */
  readonly deputyFor: string | null;
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
  for (const row of await digestRows(client, ids)) {
    messages.push({ id: row.id, message: await composeDigest(row, recipient, setting, now) });
  }
  for (const row of await calendarRows(client, ids)) {
    messages.push({ id: row.id, message: await composeInvitation(row, recipient, setting, now) });
  }
  return messages;
}

/**
 * Composes and keeps each calendar entry and each Monday digest as a message of its own.
 * The digest comes first: it is of today.
 * @param ids locked outbox rows of one address
 * @param most how many may leave today; below 1 = none
 * @returns the messages' ids, the rows that the day has no room for, and those for the one message of the rest
 */
export async function claimOwnMessages(
  client: PoolClient,
  ids: readonly string[],
  to: Addressee,
  most: number,
  now: Instant,
  setting: MailSetting,
): Promise<{ readonly messageIds: string[]; readonly left: string[]; readonly others: string[] }> {
  const all = await composeOwn(client, ids, to.recipient, now, setting);
  const own = all.slice(0, Math.max(0, most));
  const { programmeId, contactId, deputyFor, recipient } = to;
  for (const { id, message } of own) {
    const { messageId, subject, body } = message;
    const { address } = recipient;
    await keepMessage(client, { messageId, programmeId, contactId, address, deputyFor, subject, body }, [id], now);
  }
  const apart = new Set(all.map(({ id }) => id));
  return {
    messageIds: own.map(({ message }) => message.messageId),
    left: all.slice(own.length).map(({ id }) => id),
    others: ids.filter((id) => !apart.has(id)),
  };
}

/** What each of these messages would say, composed now without claiming any of it. */
export async function draftOwnMessages(
  pool: Pool,
  ids: readonly string[],
  recipient: Recipient,
  now: Instant,
  setting: MailSetting,
): Promise<Draft[]> {
  const invitations = (await calendarRows(pool, ids)).map((row) => draftInvitation(row, recipient, setting, now));
  const digests = await digestRows(pool, ids);
  return [...invitations, ...digests.map((row) => draftDigest(row, recipient, setting))];
}
