import { type Pool } from 'pg';
import { type Instant } from '../../domain/records';
import { findProgramme } from '../../register/current-policy';
import { type Hold, mailHolds } from '../../register/mail-holds';
import { type ListedMail, listMail, MAIL_STATES, type MailFilter, type MailState } from '../../register/mail-list';
import { waitingMail } from '../../register/mail-preview';
import { theCase } from '../cases/find';
import { type Services } from '../services';
import { leavingOf } from './leaving';
import { ProgrammeMail } from './setting';

export { MAIL_STATES, type MailState };

export interface MailLine extends ListedMail {
  /** Of what waits for a message: when it leaves, if nothing else happens; null where it is held or has left. */
  readonly leavesAt: Instant | null;
}

export interface MailOverview {
  /** All mail of the programme is held. */
  readonly held: boolean;
  readonly holds: readonly Hold[];
  readonly mail: readonly MailLine[];
}

/** When what waits leaves, by the address that it goes to. */
async function leavings(pool: Pool, mail: ProgrammeMail, now: Instant): Promise<Map<string, Instant>> {
  const found = new Map<string, Instant>();
  for (const waiting of await waitingMail(pool, mail.today(now))) {
    const at = await leavingOf(pool, mail, waiting, now);
    const to = waiting.deputy ?? waiting.address;
    const before = found.get(to);
    if (at !== null && (before === undefined || at < before)) found.set(to, at);
  }
  return found;
}

/**
 * Messages and what waits to become one, newest first, with what is held.
 * @param filter its `caseId` may be an asset id
 * @throws Failure `unknown-case`
 */
export async function mailOverview(
  services: Services,
  filter: MailFilter,
  now: Instant = new Date().toISOString(),
): Promise<MailOverview> {
  const pool = await services.register();
  const caseId = filter.caseId === null ? null : (await theCase(pool, filter.caseId)).caseId;
  const programme = await findProgramme(pool);
  const holds = await mailHolds(pool);
  if (programme === null) return { held: false, holds, mail: [] };
  const mail = await ProgrammeMail.of(pool, programme.programmeId, services.config);
  const lines = await listMail(pool, { ...filter, caseId }, mail.today(now));
  const leaves = lines.some(({ state }) => state === 'pending')
    ? await leavings(pool, mail, now)
    : new Map<string, Instant>();
  const leavesAt = ({ state, to }: ListedMail): Instant | null =>
    state === 'pending' ? (leaves.get(to.toLowerCase()) ?? null) : null;
  return { held: programme.mailHeld, holds, mail: lines.map((line) => ({ ...line, leavesAt: leavesAt(line) })) };
}
