import { type Instant } from '../../domain/records';
import { typedReference } from '../../domain/tasks/reference';
import { type WorkStage } from '../../domain/vocabulary';
import { findLink } from '../../register/task-links';
import { newSecret } from '../access/secrets';
import { type Services } from '../services';
import { TaskDays } from './programme';

/** What a reference stands for. */
export interface Referred {
  /** Where its code goes; of a reference that is none, an address that nobody has, so that both are answered alike. */
  readonly address: string;
  /** The tasks behind it; null where it is none. */
  readonly tasks: { readonly siteId: string; readonly stage: WorkStage } | null;
}

/**
 * What a typed reference stands for. It opens nothing by itself: whoever has signed in under its address sees the tasks.
 * @returns null where no reference looks like that
 * @throws Failure `no-policy`
 */
export async function referred(services: Services, typed: string, now: Instant): Promise<Referred | null> {
  const reference = typedReference(typed);
  if (reference === null) return null;
  const pool = await services.register();
  const { today } = await TaskDays.of(services, pool, now);
  const link = await findLink(pool, { reference }, today);
  if (link === null || link.holder === 'nobody') return { address: `${newSecret()}@nobody.invalid`, tasks: null };
  return { address: link.address, tasks: { siteId: link.siteId, stage: link.stage } };
}
