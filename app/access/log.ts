import { type AccessKind, NOBODY } from '../../domain/access/log';
import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { type Sensitivity } from '../../domain/vocabulary';
import { addAccess, addRead } from '../../register/access/log';
import { type Services } from '../services';

/** Who did what, now. */
function present(): Instant {
  return new Date().toISOString();
}

/**
 * Notes who did what in the access log, by ids alone.
 * @param viewer null = nobody of the register
 * @param subject what it concerned: an id, never an address
 */
export async function noteAccess(
  services: Services,
  viewer: Pick<Viewer, 'id'> | null,
  what: AccessKind,
  subject: string,
  now: Instant = present(),
): Promise<void> {
  await addAccess(await services.register(), { at: now, who: viewer?.id ?? NOBODY, what, subject });
}

/**
 * Notes that somebody read of a site that is sensitive, or may be since nobody has assessed it: one entry for each person,
 * subject and hour. Nothing for other sites.
 * @param subject the site or the case, by id
 */
export async function noteSensitiveRead(
  services: Services,
  viewer: Pick<Viewer, 'id'>,
  { siteId, sensitivity }: { readonly siteId: string; readonly sensitivity: Sensitivity },
  subject: string,
  now: Instant = present(),
): Promise<void> {
  if (sensitivity === 'not-sensitive') return;
  await addRead(await services.register(), { at: now, who: viewer.id, subject, siteId });
}
