import { type Pool } from 'pg';
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

/** As far as the hour in an instant. */
const HOUR = '2026-11-26T10'.length;
const REMEMBERED = 10_000;
/** Reads that the log has already: most come within an hour of another. */
const noted = new WeakMap<Pool, Set<string>>();

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
  const pool = await services.register();
  const reads = noted.get(pool) ?? new Set<string>();
  noted.set(pool, reads);
  const key = JSON.stringify([viewer.id, subject, now.slice(0, HOUR)]);
  if (reads.has(key)) return;
  await addRead(pool, { at: now, who: viewer.id, subject, siteId });
  if (reads.size >= REMEMBERED) reads.clear();
  reads.add(key);
}
