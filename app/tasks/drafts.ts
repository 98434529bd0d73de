import { type Instant } from '../../domain/records';
import { type Draft, draftsSince, findDraft, keepDraft } from '../../register/task-submissions';
import { Failure } from '../../domain/errors';
import { hashOf, isSecret, newSecret } from '../access/secrets';
import { type Services } from '../services';

export type { Draft };

/** How long what was filled in waits for the typed code, in milliseconds. */
const KEPT_FOR = 3_600_000;
/** Drafts of one link in that time: each may have a file. */
const MOST_DRAFTS = 10;

const earliest = (now: Instant): Instant => new Date(Date.parse(now) - KEPT_FOR).toISOString();

/** Says whether a link may have another draft. @throws Failure `too-many-drafts` (exit 1) */
export async function insistOnDrafts(services: Services, linkId: string, now: Instant): Promise<void> {
  if ((await draftsSince(await services.register(), linkId, earliest(now))) < MOST_DRAFTS) return;
  throw new Failure('too-many-drafts', 'This link has been filled in many times within the hour. Try again later.', {
    exit: 1,
  });
}

/**
 * Keeps what somebody filled in behind a link until they have signed in.
 * @returns the secret that the browser holds: nobody else confirms this draft, nor puts another in its place
 */
export async function startDraft(services: Services, linkId: string, draft: Draft, now: Instant): Promise<string> {
  const secret = newSecret();
  await keepDraft(await services.register(), hashOf(secret), linkId, draft, now, earliest(now));
  return secret;
}

/** The draft that a browser holds the secret of; null where it is too old, or none of this link's. */
export async function draftOf(services: Services, linkId: string, secret: string, now: Instant): Promise<Draft | null> {
  if (!isSecret(secret)) return null;
  return findDraft(await services.register(), hashOf(secret), linkId, earliest(now));
}
