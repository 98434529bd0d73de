import { type Pool } from 'pg';
import { type Instant } from '../../domain/records';
import { senderOf } from '../../notify/compose';
import { composeFreshLink } from '../../notify/fresh-link';
import { requireSmtp } from '../../platform/config';
import { openTransport } from '../../platform/smtp-transport';
import { readSmtpUrl } from '../../platform/smtp-url';
import { readerNameOf } from '../../register/recipient';
import { freshLinksSince, keepLinks, type StoredLink } from '../../register/task-links';
import { inTransaction } from '../../register/transaction';
import { tasksAtSite } from '../../register/tasks';
import { afterwards, insistOnMail } from '../access/letters';
import { type Services } from '../services';
import { LINK_DAYS, makeLinks } from './make-links';
import { linkOf, MOST_TASKS } from './open-link';
import { Owners } from './own';
import { TaskDays } from './programme';

const HOUR = 3_600_000;
/** Fresh links an hour for one person. */
const MOST_AN_HOUR = 3;

/** Makes a link for whatever is still this person's to do, under a limit; null where nothing is, or the limit is reached. */
async function makeFresh(pool: Pool, link: StoredLink, publicUrl: string, now: Instant) {
  const { contactId, address, siteId, stage } = link;
  const since = new Date(Date.parse(now) - HOUR).toISOString();
  return inTransaction(pool, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('fresh link ' || $1, 0))`, [address]);
    if ((await freshLinksSince(client, address, contactId, since)) >= MOST_AN_HOUR) return null;
    const here = await tasksAtSite(client, siteId, stage, MOST_TASKS);
    const mine = await new Owners(pool).among(here, new Set([contactId]));
    if (mine.length === 0) return null;
    const cases = mine.map(({ caseId, due }) => ({ caseId, due }));
    const { links, kept } = makeLinks([{ contactId, siteId, stage, cases }], address, now, publicUrl);
    const [made] = kept;
    const [shown] = links.values();
    if (made === undefined || shown === undefined) return null;
    await keepLinks(client, [{ ...made, messageId: null }], now);
    return { linkId: made.linkId, link: shown, stage, tasks: cases.length, validFor: LINK_DAYS };
  });
}

async function send(services: Services, link: StoredLink, now: Instant): Promise<void> {
  const pool = await services.register();
  const { publicUrl, mailFrom } = services.config;
  const days = await TaskDays.of(services, pool, now);
  const letter = await makeFresh(pool, link, publicUrl, now);
  if (letter === null) return;
  const name = await readerNameOf(pool, link.contactId, link.address);
  const setting = { ...days.setting(), publicUrl };
  const { body } = await composeFreshLink(letter, { name, address: link.address }, now, setting);
  const transport = openTransport(readSmtpUrl(requireSmtp(services.config)));
  try {
    await transport.send(body, { from: senderOf(mailFrom).address, to: link.address });
  } finally {
    transport.close();
  }
}

/**
 * Sends a fresh link, for whatever is left to do, to the address that an old one went to; at once, and at most some an hour.
 * The answer is the same whatever becomes of it.
 * @param token of the old link
 * @throws Failure (exit 3) `mail-not-running`, `mail-unreachable`
 */
export async function askFreshLink(services: Services, token: string, now: Instant): Promise<void> {
  await insistOnMail(services);
  const link = await linkOf(services, token, now);
  if (link === null || link.holder === 'nobody') return;
  afterwards(services, () => send(services, link, now));
}
