import { type Pool, type PoolClient } from 'pg';
import { type Instant } from '../../domain/records';
import { isMailable } from '../../notify/clean';
import { compose } from '../../notify/compose';
import { type MailSetting } from '../../notify/rows';
import { mailRows } from '../../register/mail-rows';
import { keepMessage, refuseAddress } from '../../register/messages';
import { type DueAddress, lockDueRows } from '../../register/outbox';
import { inTransaction } from '../../register/transaction';
import { reportDeadAddress } from './readdress';

/** An address that no envelope can carry is as dead as one that a server refuses. */
async function refuseUnmailable(client: PoolClient, due: DueAddress, now: Instant): Promise<void> {
  const reason = 'This is not one e-mail address.';
  const dead = await refuseAddress(client, due.address, reason, now);
  await reportDeadAddress(client, due.programmeId, dead, reason, now);
}

/**
 * Composes the one message of this run to an address and binds everything that is due to it, in one transaction: from
 * then on only these bytes are sent for those rows, whoever sends them and however often.
 * @returns the message's id; null where nothing is due any more
 */
export async function claim(pool: Pool, due: DueAddress, now: Instant, setting: MailSetting): Promise<string | null> {
  return inTransaction(pool, async (client) => {
    const ids = await lockDueRows(client, due, now);
    const found = await mailRows(client, ids, due.address);
    const [first] = found;
    if (first === undefined) return null;
    if (!isMailable(first.email)) {
      await refuseUnmailable(client, due, now);
      return null;
    }
    const recipient = { name: first.name, address: first.email };
    const message = await compose(
      recipient,
      found.map(({ row }) => row),
      now,
      setting,
    );
    const { programmeId } = due;
    const { messageId, subject, body } = message;
    await keepMessage(
      client,
      { messageId, programmeId, contactId: first.row.contactId, address: first.email, subject, body },
      ids,
      now,
    );
    return messageId;
  });
}
