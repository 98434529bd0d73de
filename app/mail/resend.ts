import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { logMailDeed } from '../../register/mail-holds';
import { lockMessage, offerAgain } from '../../register/messages';
import { inTransaction } from '../../register/transaction';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { insistOnReason } from './hold';

export interface ResendAnswer {
  readonly messageId: string;
  readonly subject: string;
}

/**
 * Has a message sent once more by the next delivery run: the same bytes under the same Message-ID, so that whoever has
 * it already can tell.
 * @param messageId with or without angle brackets
 * @throws Failure `reason-needed`, `unknown-message`, `being-sent` or `nobody-there` (exit 1)
 */
export async function resendMail(
  services: Services,
  messageId: string,
  reason: string,
  who: Who,
  now: Instant,
): Promise<ResendAnswer> {
  const why = insistOnReason(reason);
  const id = messageId.replace(/^<|>$/g, '');
  const pool = await services.register();
  const actor = await actorName(pool, who);
  return inTransaction(pool, async (client) => {
    const message = await lockMessage(client, id, now);
    if (message === null) {
      throw new Failure('unknown-message', `There is no message ${id}.`, { hint: 'See "clearsite mail list".' });
    }
    if (message.state === 'in-hand') {
      throw new Failure('being-sent', 'This message is being sent at the moment.', {
        exit: 1,
        hint: 'Look again in a few minutes: "clearsite mail list --state claimed".',
      });
    }
    if (message.owner === 'nobody') {
      throw new Failure('nobody-there', 'Nobody who may be written to has the address of this message any more.', {
        exit: 1,
        hint: 'Put the address right first: "clearsite contacts set".',
      });
    }
    await offerAgain(client, id, now);
    await logMailDeed(client, { actor, action: 'mail-resent', subject: id, details: { reason: why } });
    return { messageId: id, subject: message.subject };
  });
}
