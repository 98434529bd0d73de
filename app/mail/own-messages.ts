import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { type ComposedMessage, type Draft } from '../../notify/compose';
import { composeInvitation, draftInvitation } from '../../notify/invitation/compose';
import { type MailSetting, type Recipient } from '../../notify/rows';
import { composeDigest, draftDigest } from '../../notify/programme-digest/compose';
import { calendarRows } from '../../register/calendar-entries';
import { keepMessage } from '../../register/messages';
import { digestRows } from '../../register/programme-digest';
import { digestCalendar } from './programme-digest';

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
  { programmeId, recipient }: Addressee,
  now: Instant,
  setting: MailSetting,
): Promise<OwnMessage[]> {
  const messages: OwnMessage[] = [];
  for (const row of await calendarRows(client, ids)) {
    messages.push({ id: row.id, message: await composeInvitation(row, recipient, setting, now) });
  }
  for (const row of await digestRows(client, ids)) {
    const calendar = await digestCalendar(client, programmeId);
    messages.push({ id: row.id, message: await composeDigest(row, recipient, setting, calendar, now) });
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
  to: Addressee,
  now: Instant,
  setting: MailSetting,
): Promise<{ readonly messageIds: string[]; readonly others: string[] }> {
  const own = await composeOwn(client, ids, to, now, setting);
  const { programmeId, contactId, recipient } = to;
  for (const { id, message } of own) {
    const { messageId, subject, body } = message;
    const { address } = recipient;
    await keepMessage(client, { messageId, programmeId, contactId, address, subject, body }, [id], now);
  }
  const taken = new Set(own.map(({ id }) => id));
  return { messageIds: own.map(({ message }) => message.messageId), others: ids.filter((id) => !taken.has(id)) };
}

/** What each of these messages would say, composed now without claiming any of it. */
export async function draftOwnMessages(
  pool: Pool,
  ids: readonly string[],
  { programmeId, recipient }: Pick<Addressee, 'programmeId' | 'recipient'>,
  now: Instant,
  setting: MailSetting,
): Promise<Draft[]> {
  const invitations = (await calendarRows(pool, ids)).map((row) => draftInvitation(row, recipient, setting, now));
  const digests = await digestRows(pool, ids);
  if (digests.length === 0) return invitations;
  const calendar = await digestCalendar(pool, programmeId);
  return [...invitations, ...digests.map((row) => draftDigest(row, recipient, setting, calendar))];
}
