import { findProgramme } from '../../register/current-policy';
import { type Hold, mailHolds } from '../../register/mail-holds';
import { type ListedMail, listMail, MAIL_STATES, type MailFilter, type MailState } from '../../register/mail-list';
import { theCase } from '../cases/find';
import { type Services } from '../services';

export { MAIL_STATES, type MailState };

export interface MailOverview {
  /** All mail of the programme is held. */
  readonly held: boolean;
  readonly holds: readonly Hold[];
  readonly mail: readonly ListedMail[];
}

/**
 * Messages and what waits to become one, newest first, with what is held.
 * @param filter its `caseId` may be an asset id
 * @throws Failure `unknown-case`
 */
export async function mailOverview(services: Services, filter: MailFilter): Promise<MailOverview> {
  const pool = await services.register();
  const caseId = filter.caseId === null ? null : (await theCase(pool, filter.caseId)).caseId;
  const mail = await listMail(pool, { ...filter, caseId });
  const programme = await findProgramme(pool);
  return { held: programme?.mailHeld ?? false, holds: await mailHolds(pool), mail };
}
