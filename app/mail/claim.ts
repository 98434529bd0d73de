import { type Pool, type PoolClient } from 'pg';
import { type MailCalendar } from '../../domain/mail/calendars';
import { leavesAt, nextMorning } from '../../domain/mail/pace';
import { type Instant } from '../../domain/records';
import { isOneOf } from '../../domain/vocabulary';
import { isMailable } from '../../notify/clean';
import { compose } from '../../notify/compose';
import { OWN_MESSAGE_KINDS } from '../../notify/rows';
import { lockMessagesTo, paceRows } from '../../register/mail-pace';
import { mailRows } from '../../register/mail-rows';
import { keepMessage, refuseAddress } from '../../register/messages';
import { type DueAddress, lockWaitingRows } from '../../register/outbox';
import { nationOf } from '../../register/recipient';
import { keepLinks } from '../../register/task-links';
import { inTransaction } from '../../register/transaction';
import { linksFor } from '../tasks/make-links';
import { dayOf } from './leaving';
import { claimOwnMessages } from './own-messages';
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

/** When the next message to an address may leave, and how many more the day allows it. */
interface Room {
  readonly at: Instant;
  readonly messages: number;
}

async function roomFor(
  client: PoolClient,
  due: DueAddress,
  calendar: MailCalendar,
  mail: ProgrammeMail,
  now: Instant,
): Promise<Room> {
  const today = mail.today(now);
  const { from, to } = dayOf(mail, today);
  const sent = await lockMessagesTo(client, due.deputy ?? due.address, from, to);
  const at = leavesAt([now], (date) => (date === today ? sent : 0), calendar.pace, mail.pacing, now);
  return { at, messages: mail.pacing.capPerDay - sent };
}

const UNPACED: Room = { at: '', messages: Number.POSITIVE_INFINITY };

/** Puts rows off until a moment. */
function putOff(client: PoolClient, ids: readonly string[], notBefore: Instant): Promise<void> {
  return paceRows(
    client,
    ids.map((id) => ({ id, notBefore })),
  );
}

/**
 * Composes the one message of this run to an address and binds everything that waits for it, in one transaction: from
 * then on only these bytes are sent for those rows, whoever sends them and however often. What is a message of its own
 * (a calendar entry, the Monday digest) is composed apart as far as the day has room, with one message kept for what may
 * become urgent; the rest waits for the next working morning.
 * @returns the messages' ids; none where nothing is due any more, or nothing may leave yet
 */
export async function claim(
  pool: Pool,
  due: DueAddress,
  now: Instant,
  mail: ProgrammeMail,
  pace: Pace,
): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const locked = await lockWaitingRows(client, due, pace === 'ignored' ? 'infinity' : now, mail.today(now));
    const [oldest] = locked;
    if (oldest === undefined) return [];
    const nation = await nationOf(client, oldest.contactId);
    const calendar = mail.calendar(nation);
    const room = pace === 'kept' ? await roomFor(client, due, calendar, mail, now) : UNPACED;
    if (room.at > now) {
      const ready = locked.flatMap(({ id, due: isDue }) => (isDue ? [id] : []));
      await putOff(client, ready, room.at);
      return [];
    }
    const ids = locked.map(({ id }) => id);
    const found = await mailRows(client, ids, due.address);
    const [first] = found;
    if (first === undefined) return [];
    const recipient = await recipientOf(client, due.deputy, first);
    if (!isMailable(recipient.address)) {
      await refuseUnmailable(client, due, now);
      return [];
    }
    const { programmeId, deputy } = due;
    const { contactId } = first.row;
    const deputyFor = deputy === null ? null : contactId;
    const to = { programmeId, contactId, deputyFor, recipient };
    const setting = mail.setting();
    const rows = found.map(({ row }) => row).filter(({ kind }) => !isOneOf(OWN_MESSAGE_KINDS, kind));
    const kept = mail.pacing.capPerDay > 1 ? 1 : 0;
    const apart = room.messages - (rows.length > 0 ? 1 : 0) - kept;
    const own = await claimOwnMessages(client, ids, to, apart, now, setting);
    if (own.left.length > 0) await putOff(client, own.left, nextMorning(calendar.pace, mail.pacing, now));
    if (rows.length === 0) return own.messageIds;
    const { links, kept: made } = linksFor(rows, recipient, now, setting);
    const { messageId, subject, body } = await compose(recipient, rows, now, setting, links);
    const { address } = recipient;
    const message = { messageId, programmeId, contactId, address, deputyFor, subject, body };
    const outcome = await keepMessage(client, message, own.others, now);
    // A message that was there before keeps its bytes, and in them the links that it had.
    const newLinks = outcome === 'new' ? made.map((link) => ({ ...link, messageId })) : [];
    await keepLinks(client, newLinks, now);
    return [messageId, ...own.messageIds];
  });
}
