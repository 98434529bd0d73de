import { type Pool } from 'pg';
import { isWorkingTime } from '../../domain/mail/pace';
import { type Instant } from '../../domain/records';
import { senderOf } from '../../notify/compose';
import { requireSmtp } from '../../platform/config';
import { readSmtpUrl } from '../../platform/smtp-url';
import { openTransport, type Transport } from '../../platform/smtp-transport';
import { servedProgrammes } from '../../register/mail-pace';
import { unsentMessages } from '../../register/messages';
import { type DueAddress, dueAddresses } from '../../register/outbox';
import { concurrently } from '../concurrently';
import { type Services } from '../services';
import { claim, type Pace } from './claim';
import { reconcileInvitations } from './invitations';
import { takeDigest } from './programme-digest';
import { handOnStranded } from './readdress';
import { sendMessage, type SendOutcome } from './send';
import { paceNewRows } from './pace';
import { ProgrammeMail } from './setting';
import { judge } from './verdict';

/** So many failures in a row without one success are the server's doing, whatever it says about each. */
const TOO_MANY_IN_A_ROW = 10;
/** A run takes on nothing new after this long; the next run goes on. Milliseconds. */
const LONGEST_RUN = 8 * 60_000;
/** Calendar entries are brought up to date for so long before mail leaves; what is left waits for the next run. Milliseconds. */
const LONGEST_PREPARATION = 60_000;

export interface DeliveryOptions {
  /** @default the system's clock */
  readonly clock?: () => Instant;
  /** Aborted: what is being sent is finished, nothing new is begun. */
  readonly signal?: AbortSignal;
  /** Called after each message. */
  readonly onProgress?: () => void;
  /** @default kept */
  readonly pace?: Pace;
}

/** What one delivery run did. No addresses. */
export interface DeliveryReport {
  readonly sent: number;
  /** To be tried again. */
  readonly postponed: number;
  /** Given up: a dead address, or refused for good. */
  readonly failed: number;
  /** Why the run stopped early; null = it did all there was to do. */
  readonly problem: string | null;
}

type Work = { readonly messageId: string } | { readonly due: DueAddress };

class Run {
  sent = 0;
  postponed = 0;
  failed = 0;
  problem: string | null = null;
  readonly errors: unknown[] = [];
  #inARow = 0;

  note(outcome: SendOutcome): void {
    switch (outcome.kind) {
      case 'left-alone':
        return;
      case 'sent':
        this.sent += 1;
        this.#inARow = 0;
        return;
      case 'server':
        this.postponed += 1;
        this.problem ??= outcome.reason;
        return;
      case 'postponed':
      case 'failed':
        this[outcome.kind] += 1;
        this.#inARow += 1;
        if (this.#inARow >= TOO_MANY_IN_A_ROW) this.problem ??= outcome.reason;
        return;
    }
  }

  /** Something of ours failed over one address: the others still get their mail, unless it fails over all of them. */
  failedWith(error: unknown): void {
    this.errors.push(error);
    if (this.errors.length >= TOO_MANY_IN_A_ROW) this.problem ??= 'too many errors';
  }

  report(): DeliveryReport {
    const { sent, postponed, failed, problem } = this;
    return { sent, postponed, failed, problem };
  }
}

/** Messages that were composed before, then addresses; nothing more once the run has to stop. */
function* workOf(unsent: readonly string[], due: readonly DueAddress[], goesOn: () => boolean): Generator<Work> {
  for (const messageId of unsent) {
    if (!goesOn()) return;
    yield { messageId };
  }
  for (const address of due) {
    if (!goesOn()) return;
    yield { due: address };
  }
}

/** Reads what each programme's mail is timed and written by once. */
function programmes(pool: Pool, services: Services): (programmeId: string) => Promise<ProgrammeMail> {
  const known = new Map<string, Promise<ProgrammeMail>>();
  return (programmeId) => {
    const mail = known.get(programmeId) ?? ProgrammeMail.of(pool, programmeId, services.config);
    known.set(programmeId, mail);
    return mail;
  };
}

type MailOf = ReturnType<typeof programmes>;

/** Messages that were composed before and may be tried now: in working hours too, unless a person wants it at once. */
async function toTryAgain(pool: Pool, mailOf: MailOf, pace: Pace, now: Instant): Promise<string[]> {
  const found: string[] = [];
  for (const { messageId, programmeId, nation, ordered } of await unsentMessages(pool, now)) {
    const mail = await mailOf(programmeId);
    const open = pace === 'ignored' || ordered || isWorkingTime(mail.calendar(nation).pace, mail.pacing, now);
    if (open) found.push(messageId);
  }
  return found;
}

/** Paces what is new, and finds whom something is due to. */
async function dueNow(pool: Pool, mailOf: MailOf, pace: Pace, now: Instant): Promise<DueAddress[]> {
  const found: DueAddress[] = [];
  for (const programmeId of await servedProgrammes(pool)) {
    const mail = await mailOf(programmeId);
    await paceNewRows(pool, programmeId, mail, now);
    const dueBy = pace === 'ignored' ? 'infinity' : now;
    found.push(...(await dueAddresses(pool, programmeId, dueBy, mail.today(now))));
  }
  return found;
}

interface RunOptions {
  readonly clock: () => Instant;
  readonly onProgress: () => void;
  readonly pace: Pace;
}

async function deliverAll(
  services: Services,
  transport: Transport,
  connections: number,
  work: Iterable<Work>,
  run: Run,
  { clock, onProgress, pace }: RunOptions,
): Promise<void> {
  const pool = await services.register();
  const from = senderOf(services.config.mailFrom).address;
  const mailOf = programmes(pool, services);
  const deliverOne = async (item: Work): Promise<void> => {
    const messageIds =
      'messageId' in item
        ? [item.messageId]
        : await claim(pool, item.due, clock(), await mailOf(item.due.programmeId), pace);
    for (const messageId of messageIds) run.note(await sendMessage(pool, transport, messageId, from, clock));
  };
  await concurrently(work, connections, async (item) => {
    await deliverOne(item).catch((error: unknown) => run.failedWith(error));
    onProgress();
  });
  if (run.errors.length > 0) throw run.errors[0];
}

/**
 * One delivery run: everything that is due, one message for each address, at the pace that the policy sets. Nothing
 * leaves before programme start nor while mail is held. Mail is composed only once the server has greeted us, so that
 * what waits through an outage can still be superseded. Two runs at once share the work.
 * @throws Failure `mail-not-running` (exit 3), `config-invalid`; the register's errors, once everybody else has been
 *   served; not for a mail server that is away: see `problem`
 */
export async function deliverMail(services: Services, options: DeliveryOptions = {}): Promise<DeliveryReport> {
  const { clock = () => new Date().toISOString(), signal, onProgress = () => undefined, pace = 'kept' } = options;
  const pool = await services.register();
  const began = clock();
  const run = new Run();
  // Before anything is handed on: an entry of somebody who has left is taken back, not given to another.
  await reconcileInvitations(pool, began, () => {
    return signal?.aborted !== true && Date.parse(clock()) - Date.parse(began) < LONGEST_PREPARATION;
  }).catch((error: unknown) => run.failedWith(error));
  await takeDigest(pool, began).catch((error: unknown) => run.failedWith(error));
  await handOnStranded(pool, began);
  const mailOf = programmes(pool, services);
  const due = await dueNow(pool, mailOf, pace, began);
  const unsent = await toTryAgain(pool, mailOf, pace, began);
  if (unsent.length + due.length === 0) {
    if (run.errors.length > 0) throw run.errors[0];
    return run.report();
  }
  const smtp = readSmtpUrl(requireSmtp(services.config));
  const transport = openTransport(smtp);
  const goesOn = (): boolean =>
    run.problem === null && signal?.aborted !== true && Date.parse(clock()) - Date.parse(began) < LONGEST_RUN;
  try {
    await transport.verify();
  } catch (error) {
    transport.close();
    return { ...run.report(), problem: judge(error).reason };
  }
  try {
    const work = workOf(unsent, due, goesOn);
    await deliverAll(services, transport, smtp.connections, work, run, { clock, onProgress, pace });
  } finally {
    transport.close();
  }
  return run.report();
}
