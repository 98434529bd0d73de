import { type Instant } from '../../domain/records';
import { isOneOf } from '../../domain/vocabulary';
import { draft } from '../../notify/compose';
import { previewLinks } from '../../notify/links';
import { OWN_MESSAGE_KINDS } from '../../notify/rows';
import { policyOf, theProgramme } from '../../register/current-policy';
import { waitingMail } from '../../register/mail-preview';
import { mailRows } from '../../register/mail-rows';
import { type Services } from '../services';
import { leavingOf } from './leaving';
import { draftOwnMessages } from './own-messages';
import { type PreviewedMessage, previewStart } from './preview-start';
import { recipientOf } from './recipient';
import { ProgrammeMail } from './setting';

export interface MailPreview {
  readonly programmeId: string;
  /** The zone of the dates in it. */
  readonly zone: string;
  readonly started: boolean;
  readonly held: boolean;
  readonly messages: readonly PreviewedMessage[];
}

/** What waits in the outbox, as it will read when it leaves, without claiming any of it. */
async function previewWaiting(services: Services, programmeId: string, now: Instant): Promise<PreviewedMessage[]> {
  const pool = await services.register();
  const mail = await ProgrammeMail.of(pool, programmeId, services.config);
  const messages: PreviewedMessage[] = [];
  for (const waiting of await waitingMail(pool, mail.today(now))) {
    const found = await mailRows(pool, waiting.outboxIds, waiting.address);
    const [first] = found;
    if (first === undefined) continue;
    const recipient = await recipientOf(pool, waiting.deputy, first);
    const at = await leavingOf(pool, mail, waiting, now);
    const setting = mail.setting();
    const common = {
      to: recipient.address,
      name: recipient.name,
      deputyFor: recipient.standsInFor?.name ?? null,
      waits: at === null ? 'held' : Date.parse(at) <= Date.parse(now) ? 'due' : 'later',
      leavesAt: at,
    } as const;
    const rows = found.map(({ row }) => row).filter(({ kind }) => !isOneOf(OWN_MESSAGE_KINDS, kind));
    const when = at ?? now;
    if (rows.length > 0) {
      const written = draft(recipient, rows, when, setting, previewLinks(rows, when, setting));
      messages.push({ ...common, notices: rows.length, ...written });
    }
    const own = await draftOwnMessages(pool, waiting.outboxIds, recipient, when, setting);
    for (const one of own) messages.push({ ...common, notices: 1, ...one });
  }
  return messages;
}

/**
 * Who would get what: before programme start what `programme start` would send, after it what waits. Nothing is
 * claimed, written or sent.
 * @throws Failure `no-policy`
 */
export async function previewMail(services: Services, now: Instant): Promise<MailPreview> {
  const pool = await services.register();
  const { programmeId, startedAt, mailHeld } = await theProgramme(pool);
  const { zone } = await policyOf(pool, programmeId);
  const waiting = await previewWaiting(services, programmeId, now);
  const first = startedAt === null ? await previewStart(services, programmeId, now) : [];
  return { programmeId, zone, started: startedAt !== null, held: mailHeld, messages: [...first, ...waiting] };
}
