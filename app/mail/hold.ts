import { type Pool, type PoolClient } from 'pg';
import { Failure, unreachable } from '../../domain/errors';
import { theProgramme } from '../../register/current-policy';
import {
  addHold,
  contactsOfAddress,
  type HoldScope,
  logMailDeed,
  removeHolds,
  setProgrammeHold,
} from '../../register/mail-holds';
import { lockMessage } from '../../register/messages';
import { inTransaction } from '../../register/transaction';
import { theCase } from '../cases/find';
import { type Services } from '../services';
import { actorName, type Who } from '../who';

/** What is held or released: all mail of the programme, somebody's, that about a case (by case or asset id), or messages not yet sent. */
export type HoldTarget =
  | { readonly of: 'programme' }
  | { readonly of: 'contact'; readonly email: string }
  | { readonly of: 'case'; readonly caseId: string }
  | { readonly of: 'messages'; readonly messageIds: readonly string[] };

export interface HoldAnswer {
  readonly target: HoldTarget['of'];
  /** How many programmes, people, cases or messages changed; 0 = it was so already. */
  readonly changed: number;
}

interface Named {
  readonly scope: HoldScope;
  readonly subjects: readonly string[];
}

/** A message that can still be kept back. @throws Failure `unknown-message`, `not-waiting` (exit 1) */
async function waitingMessage(client: PoolClient, messageId: string): Promise<string> {
  const message = await lockMessage(client, messageId, new Date().toISOString());
  if (message === null) {
    throw new Failure('unknown-message', `There is no message ${messageId}.`, { hint: 'See "clearsite mail list".' });
  }
  if (message.state === 'waiting' || message.state === 'in-hand') return messageId;
  const why = message.state === 'sent' ? 'has been sent' : 'was given up';
  throw new Failure('not-waiting', `Message ${messageId} ${why}: there is nothing to hold.`, { exit: 1 });
}

/** The register's ids of what a person named. @throws Failure `unknown-contact`, `unknown-message`, `not-waiting` */
async function named(
  client: PoolClient,
  target: Exclude<HoldTarget, { of: 'programme' }>,
  act: 'hold' | 'release',
): Promise<Named> {
  switch (target.of) {
    case 'contact': {
      const posts = await contactsOfAddress(client, target.email);
      // One post stands for the person: whatever its address is by then, mail to it stays behind.
      if (posts.length > 0) return { scope: 'contact', subjects: act === 'hold' ? posts.slice(0, 1) : posts };
      throw new Failure('unknown-contact', `${target.email} is not a contact of this register.`, {
        hint: 'See "clearsite contacts list".',
      });
    }
    case 'case':
      return { scope: 'case', subjects: [target.caseId] };
    case 'messages': {
      const ids = target.messageIds.map((id) => id.replace(/^<|>$/g, ''));
      if (act === 'release') return { scope: 'message', subjects: ids };
      const subjects: string[] = [];
      for (const id of ids) subjects.push(await waitingMessage(client, id));
      return { scope: 'message', subjects };
    }
    default:
      return unreachable(target);
  }
}

/** A target that names a case by its own id. @throws Failure `unknown-case` */
async function resolved(pool: Pool, target: HoldTarget): Promise<HoldTarget> {
  return target.of === 'case' ? { of: 'case', caseId: (await theCase(pool, target.caseId)).caseId } : target;
}

/** A reason that says something. @throws Failure `reason-needed` */
export function insistOnReason(reason: string): string {
  const text = reason.trim();
  if (text !== '') return text;
  throw new Failure('reason-needed', 'Say why: the reason is kept in the register.', { hint: 'Give --reason "…".' });
}

/**
 * Keeps mail from leaving until it is released: what is written meanwhile waits too. A message that a server has taken
 * is gone; one that is being sent at this moment still goes.
 * @throws Failure `reason-needed`, `no-policy`, `unknown-contact`, `unknown-message`, `not-waiting` (exit 1)
 */
export async function holdMail(services: Services, wanted: HoldTarget, reason: string, who: Who): Promise<HoldAnswer> {
  const why = insistOnReason(reason);
  const pool = await services.register();
  const target = await resolved(pool, wanted);
  const actor = await actorName(pool, who);
  const { programmeId } = await theProgramme(pool);
  return inTransaction(pool, async (client) => {
    const log = (subject: string): Promise<void> =>
      logMailDeed(client, { actor, action: 'mail-held', subject, details: { target: target.of, reason: why } });
    if (target.of === 'programme') {
      const changed = await setProgrammeHold(client, programmeId, 'held');
      if (changed) await log(programmeId);
      return { target: target.of, changed: changed ? 1 : 0 };
    }
    const { scope, subjects } = await named(client, target, 'hold');
    let changed = 0;
    for (const subject of subjects) {
      if (!(await addHold(client, { scope, subject, reason: why, heldBy: actor }))) continue;
      changed += 1;
      await log(subject);
    }
    return { target: target.of, changed };
  });
}

/**
 * Lets held mail go; what waited leaves with the next delivery run. Releasing all mail of the programme leaves what is
 * held by itself.
 * @throws Failure as {@link holdMail}
 */
export async function releaseMail(
  services: Services,
  wanted: HoldTarget,
  reason: string,
  who: Who,
): Promise<HoldAnswer> {
  const pool = await services.register();
  const target = await resolved(pool, wanted);
  const actor = await actorName(pool, who);
  const { programmeId } = await theProgramme(pool);
  return inTransaction(pool, async (client) => {
    const details = { target: target.of, reason: reason.trim() };
    if (target.of === 'programme') {
      const changed = await setProgrammeHold(client, programmeId, 'released');
      if (changed) await logMailDeed(client, { actor, action: 'mail-released', subject: programmeId, details });
      return { target: target.of, changed: changed ? 1 : 0 };
    }
    const { scope, subjects } = await named(client, target, 'release');
    const changed = await removeHolds(client, scope, subjects);
    if (changed > 0)
      await logMailDeed(client, { actor, action: 'mail-released', subject: subjects.join(' '), details });
    return { target: target.of, changed };
  });
}
