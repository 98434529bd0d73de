import { createHash, randomBytes } from 'node:crypto';
import { type Instant } from '../../domain/records';
import { referenceFrom } from '../../domain/tasks/reference';
import { groupKey, linkedGroups, type Links, type TaskGroup, type TaskLink } from '../../notify/links';
import { type MailRow, type MailSetting, type Recipient } from '../../notify/rows';
import { type NewLink } from '../../register/task-links';

/** How long a link lasts: from one letter about a late task to well beyond the next. Days of 24 hours. */
export const LINK_DAYS = 30;
const DAY = 86_400_000;
const TOKEN_BYTES = 32;

/** What a token is kept and found as: SHA-256, hexadecimal. The token has 256 random bits, so it needs no salt. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** True for what may be a token at all: base64url of 32 bytes. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** Links that were made, as the register keeps them and as the mail shows them. */
export interface MadeLinks {
  readonly links: Links;
  readonly kept: readonly Omit<NewLink, 'messageId'>[];
}

/**
 * Makes one link for each group of tasks.
 * @param address whom they are sent to
 * @param publicUrl without a slash at the end
 */
export function makeLinks(groups: readonly TaskGroup[], address: string, now: Instant, publicUrl: string): MadeLinks {
  const links = new Map<string, TaskLink>();
  const kept = groups.map(({ contactId, siteId, stage, cases }) => {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const reference = referenceFrom(randomBytes(16));
    links.set(groupKey(siteId, stage), {
      url: `${publicUrl}/t/${token}`,
      typeAt: `${publicUrl}/reference`,
      reference,
    });
    return {
      linkId: `l_${randomBytes(16).toString('hex')}`,
      tokenHash: tokenHash(token),
      reference,
      contactId,
      address: address.toLowerCase(),
      siteId,
      stage,
      expiresAt: new Date(Date.parse(now) + LINK_DAYS * DAY).toISOString(),
      cases,
    };
  });
  return { links, kept };
}

/** The links of one message: one for each site and stage of the reader's own tasks; none where no page can be reached. */
export function linksFor(
  rows: readonly MailRow[],
  { address }: Recipient,
  now: Instant,
  setting: MailSetting,
): MadeLinks {
  const groups = setting.publicUrl === '' ? [] : linkedGroups(rows, now, setting);
  return makeLinks(groups, address, now, setting.publicUrl);
}
