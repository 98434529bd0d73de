import { type Pool } from 'pg';
import { unreachable } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { SEND_WITHIN, type Transport } from '../../platform/smtp-transport';
import { markFailed, markSent, postpone, refuseAddress, type TakenMessage, takeMessage } from '../../register/messages';
import { endRows, rowsOfMessage } from '../../register/outbox';
import { inTransaction } from '../../register/transaction';
import { buryDeputy, handOn, reportDeadAddress, reportRefused } from './readdress';
import { judge, type Verdict } from './verdict';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Longer than a message may take, so that no two senders ever have the same one. */
export const LEASE = SEND_WITHIN + 3 * MINUTE;
/** Waits after a message was refused although its address stands; after the last it is given up. */
export const REFUSAL_WAITS: readonly number[] = [2 * MINUTE, 10 * MINUTE, 60 * MINUTE, 360 * MINUTE];

/** The longest that any message waits for its next attempt. */
export const LONGEST_WAIT = Math.max(LEASE, ...REFUSAL_WAITS);

/** The wait after a failed attempt: 30 s, doubled each time up to half an hour, for ever. */
export function backOff(attempts: number): number {
  return Math.min(30 * SECOND * 2 ** Math.min(attempts - 1, 10), 30 * MINUTE);
}

/** How sending a message ended. */
export type SendOutcome =
  | { readonly kind: 'sent' | 'left-alone' }
  | { readonly kind: 'postponed' | 'failed' | 'server'; readonly reason: string };

function later(now: Instant, milliseconds: number): Instant {
  return new Date(Date.parse(now) + milliseconds).toISOString();
}

/** Whoever had the address has left, or has another one now: the rows go to their new address, or to the next person. */
async function giveBack(pool: Pool, { messageId }: TakenMessage, now: Instant): Promise<void> {
  await inTransaction(pool, async (client) => {
    const rows = await rowsOfMessage(client, messageId);
    if (!(await markFailed(client, messageId, 'Nobody who may be written to has this address any more.'))) return;
    await endRows(
      client,
      rows.map(({ id }) => id),
      'pending',
      now,
    );
  });
}

async function bury(pool: Pool, message: TakenMessage, reason: string, now: Instant): Promise<void> {
  const { messageId, programmeId, address, deputyFor } = message;
  await inTransaction(pool, async (client) => {
    const rows = await rowsOfMessage(client, messageId);
    if (!(await markFailed(client, messageId, reason))) return;
    if (deputyFor !== null) {
      // Without a deputy the absent person gets it.
      const ids = rows.map(({ id }) => id);
      await endRows(client, ids, 'pending', now);
      await buryDeputy(client, programmeId, address, reason, now);
      return;
    }
    const dead = await refuseAddress(client, address, reason, now);
    const gone = new Set(dead.map(({ contactId }) => contactId));
    await handOn(
      client,
      rows.filter(({ contactId }) => gone.has(contactId)),
      'failed',
      now,
    );
    // Whose address was put right meanwhile gets a message there.
    const mended = rows.filter(({ contactId }) => !gone.has(contactId)).map(({ id }) => id);
    await endRows(client, mended, 'pending', now);
    await reportDeadAddress(client, programmeId, dead, reason, now);
  });
}

async function giveUp(pool: Pool, message: TakenMessage, reason: string, now: Instant): Promise<void> {
  const { messageId } = message;
  await inTransaction(pool, async (client) => {
    const rows = await rowsOfMessage(client, messageId);
    if (!(await markFailed(client, messageId, reason))) return;
    await endRows(
      client,
      rows.map(({ id }) => id),
      'failed',
      now,
    );
    await reportRefused(client, { ...message, reason }, rows, now);
  });
}

async function settle(pool: Pool, message: TakenMessage, verdict: Verdict, now: Instant): Promise<SendOutcome> {
  const { messageId, attempts, refusals } = message;
  const { kind, reason } = verdict;
  switch (kind) {
    case 'server':
      await postpone(pool, messageId, later(now, backOff(attempts)), reason, refusals);
      return { kind: 'server', reason };
    case 'later':
      await postpone(pool, messageId, later(now, backOff(attempts)), reason, refusals);
      return { kind: 'postponed', reason };
    case 'dead-address':
      await bury(pool, message, reason, now);
      return { kind: 'failed', reason };
    case 'refused': {
      const wait = REFUSAL_WAITS[refusals];
      if (wait === undefined) {
        await giveUp(pool, message, reason, now);
        return { kind: 'failed', reason };
      }
      await postpone(pool, messageId, later(now, wait), reason, refusals + 1);
      return { kind: 'postponed', reason };
    }
    default:
      return unreachable(kind);
  }
}

/**
 * Sends a kept message as it is. Killed after the server's yes and before ours, it is sent once more when its lease has
 * run out: the same bytes under the same Message-ID.
 * @param from the envelope's sender
 */
export async function sendMessage(
  pool: Pool,
  transport: Transport,
  messageId: string,
  from: string,
  clock: () => Instant,
): Promise<SendOutcome> {
  const now = clock();
  const message = await takeMessage(pool, messageId, now, later(now, LEASE));
  if (message === null) return { kind: 'left-alone' };
  if (message.owner === 'nobody') {
    await giveBack(pool, message, now);
    return { kind: 'left-alone' };
  }
  try {
    await transport.send(message.body, { from, to: message.address });
  } catch (error) {
    return settle(pool, message, judge(error), clock());
  }
  await markSent(pool, messageId, clock());
  return { kind: 'sent' };
}
