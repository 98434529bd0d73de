import { type Pool, type PoolClient } from 'pg';
import { type MailCalendar } from '../../domain/mail/calendars';
import { leavesAt } from '../../domain/mail/pace';
import { type Instant } from '../../domain/records';
import { isMailable } from '../../notify/clean';
import { compose } from '../../notify/compose';
import { lockMessagesTo, paceRows } from '../../register/mail-pace';
import { mailRows } from '../../register/mail-rows';
import { keepMessage, refuseAddress } from '../../register/messages';
import { type DueAddress, type LockedRow, lockWaitingRows } from '../../register/outbox';
import { nationOf } from '../../register/recipient';
import { inTransaction } from '../../register/transaction';
import { dayOf } from './leaving';
import { buryDeputy, reportDeadAddress } from './readdress';
import { recipientOf } from './recipient';
import { type ProgrammeMail } from './setting';

/** Whether a run waits for the moments that pacing allows. `ignored` is for demonstrations. */
export type Pace = 'kept' | 'ignored';

/** An address that no envelope can carry is as dead as one that a server refuses. */
async function refuseUnmailable(client: PoolClient, due: DueAddress, now: Instant): Promise<void> {
  const reason = 'This is not one e-mail address.';
  if (due.deputy !== null) return buryDeputy(client, due.programmeId, due.deputy, reason, now);
  const dead = await refuseAddress(client, due.address, reason, now);
  await reportDeadAddress(client, due.programmeId, dead, reason, now);
}

/**
 * Puts rows off that may not leave now: outside working hours, or after the day's last message.
 * @returns true where they were
 */
async function putOff(
  client: PoolClient,
  due: DueAddress,
  rows: readonly LockedRow[],
  calendar: MailCalendar,
  mail: ProgrammeMail,
  now: Instant,
): Promise<boolean> {
  const today = mail.today(now);
  const { from, to } = dayOf(mail, today);
  const sent = await lockMessagesTo(client, due.deputy ?? due.address, from, to);
  const at = leavesAt([now], (date) => (date === today ? sent : 0), calendar.pace, mail.pacing, now);
  if (Date.parse(at) <= Date.parse(now)) return false;
  await paceRows(
    client,
    rows.flatMap(({ id, due: isDue }) => (isDue ? [{ id, notBefore: at }] : [])),
  );
  return true;
}

/**
 * Composes the one message of this run to an address and binds everything that waits for it, in one transaction: from
 * then on only these bytes are sent for those rows, whoever sends them and however often.
 * @returns the message's id; null where nothing is due any more, or it may not leave yet
 */
export async function claim(
  pool: Pool,
  due: DueAddress,
  now: Instant,
  mail: ProgrammeMail,
  pace: Pace,
): Promise<string | null> {
  return inTransaction(pool, async (client) => {
    const locked = await lockWaitingRows(client, due, pace === 'ignored' ? 'infinity' : now, mail.today(now));
    const [oldest] = locked;
    if (oldest === undefined) return null;
    const nation = await nationOf(client, oldest.contactId);
    if (pace === 'kept' && (await putOff(client, due, locked, mail.calendar(nation), mail, now))) return null;
    const ids = locked.map(({ id }) => id);
    const found = await mailRows(client, ids, due.address);
    const [first] = found;
    if (first === undefined) return null;
    const recipient = await recipientOf(client, due.deputy, first);
    if (!isMailable(recipient.address)) {
      await refuseUnmailable(client, due, now);
      return null;
    }
    const message = await compose(
      recipient,
      found.map(({ row }) => row),
      now,
      mail.setting(nation),
    );
    const { programmeId, deputy } = due;
    const { contactId } = first.row;
    const { messageId, subject, body } = message;
    const deputyFor = deputy === null ? null : contactId;
    const { address } = recipient;
    await keepMessage(client, { messageId, programmeId, contactId, address, deputyFor, subject, body }, ids, now);
    return messageId;
  });
}
