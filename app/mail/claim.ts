import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { isOneOf } from '../../domain/vocabulary';
import { isMailable } from '../../notify/clean';
import { compose } from '../../notify/compose';
import { type MailSetting, OWN_MESSAGE_KINDS } from '../../notify/rows';
import { mailRows } from '../../register/mail-rows';
import { keepMessage, refuseAddress } from '../../register/messages';
import { type DueAddress, lockDueRows } from '../../register/outbox';
import { inTransaction } from '../../register/transaction';
import { claimOwnMessages } from './own-messages';
import { reportDeadAddress } from './readdress';

/** An address that no envelope can carry is as dead as one that a server refuses. */
async function refuseUnmailable(client: PoolClient, due: DueAddress, now: Instant): Promise<void> {
  const reason = 'This is not one e-mail address.';
  const dead = await refuseAddress(client, due.address, reason, now);
  await reportDeadAddress(client, due.programmeId, dead, reason, now);
}

/**
 * Composes the one message of this run to an address and binds everything that is due to it, in one transaction: from
 * then on only these bytes are sent for those rows, whoever sends them and however often. What is a message of its own is
 * composed apart.
 * @returns the messages' ids; none where nothing is due any more
 */
export async function claim(pool: Pool, due: DueAddress, now: Instant, setting: MailSetting): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const ids = await lockDueRows(client, due, now);
    const found = await mailRows(client, ids, due.address);
    const [first] = found;
    if (first === undefined) return [];
    if (!isMailable(first.email)) {
      await refuseUnmailable(client, due, now);
      return [];
    }
    const recipient = { name: first.name, address: first.email };
    const { programmeId } = due;
    const to = { programmeId, contactId: first.row.contactId, recipient };
    const own = await claimOwnMessages(client, ids, to, now, setting);
    const rows = found.map(({ row }) => row).filter(({ kind }) => !isOneOf(OWN_MESSAGE_KINDS, kind));
    if (rows.length === 0) return own.messageIds;
    const message = await compose(recipient, rows, now, setting);
    const { messageId, subject, body } = message;
    await keepMessage(
      client,
      { messageId, programmeId, contactId: first.row.contactId, address: first.email, subject, body },
      own.others,
      now,
    );
    return [...own.messageIds, messageId];
  });
}
