import { type Instant } from '../../domain/records';
import { isOneOf } from '../../domain/vocabulary';
import { draft } from '../../notify/compose';
import { OWN_MESSAGE_KINDS } from '../../notify/rows';
import { theProgramme } from '../../register/current-policy';
import { waitingMail } from '../../register/mail-preview';
import { mailRows } from '../../register/mail-rows';
import { type Services } from '../services';
import { draftOwnMessages } from './own-messages';
import { type PreviewedMessage, previewStart } from './preview-start';
import { mailSetting } from './setting';

export interface MailPreview {
  readonly programmeId: string;
  /** The zone of the dates in it. */
  readonly zone: string;
  readonly started: boolean;
  readonly held: boolean;
  readonly messages: readonly PreviewedMessage[];
}

/** What waits in the outbox, composed now without claiming any of it. */
async function previewWaiting(services: Services, now: Instant): Promise<PreviewedMessage[]> {
  const pool = await services.register();
  const messages: PreviewedMessage[] = [];
  for (const { programmeId, address, outboxIds, waits } of await waitingMail(pool, now)) {
    const found = await mailRows(pool, outboxIds, address);
    const [first] = found;
    if (first === undefined) continue;
    const { name, email } = first;
    const setting = await mailSetting(pool, programmeId, services.config);
    const recipient = { name, address: email };
    const rows = found.map(({ row }) => row).filter(({ kind }) => !isOneOf(OWN_MESSAGE_KINDS, kind));
    if (rows.length > 0) {
      messages.push({ to: email, name, notices: rows.length, waits, ...draft(recipient, rows, now, setting) });
    }
    for (const own of await draftOwnMessages(pool, outboxIds, { programmeId, recipient }, now, setting)) {
      messages.push({ to: email, name, notices: 1, waits, ...own });
    }
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
  const { zone } = await mailSetting(pool, programmeId, services.config);
  const waiting = await previewWaiting(services, now);
  const first = startedAt === null ? await previewStart(services, programmeId, now) : [];
  return { programmeId, zone, started: startedAt !== null, held: mailHeld, messages: [...first, ...waiting] };
}
