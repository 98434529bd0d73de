import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { senderOf } from '../../notify/compose';
import { type CodeLetter, composeCode } from '../../notify/sign-in-code';
import { requireSmtp } from '../../platform/config';
import { openTransport, type Transport } from '../../platform/smtp-transport';
import { readSmtpUrl } from '../../platform/smtp-url';
import { findProgramme } from '../../register/current-policy';
import { reachable } from '../mail/setting';
import { judge, type Verdict } from '../mail/verdict';
import { type Services } from '../services';

const SECOND = 1_000;
/** Waits before a code is sent once more; later than that its reader has given up. */
const WAITS: readonly number[] = [0, 2 * SECOND, 10 * SECOND];

interface State {
  /** What is under way. */
  readonly work: Set<Promise<void>>;
  /** The mail server failed us last time. */
  trouble: boolean;
}

const states = new WeakMap<Services, State>();

function stateOf(services: Services): State {
  const state = states.get(services) ?? { work: new Set<Promise<void>>(), trouble: false };
  states.set(services, state);
  return state;
}

function open(services: Services): Transport {
  return openTransport(readSmtpUrl(requireSmtp(services.config)));
}

/**
 * Sees that mail can leave, alike for every address that is typed: the server is asked only after it has failed.
 * @throws Failure (exit 3) `mail-not-running`, `mail-unreachable`; `config-invalid`
 */
export async function insistOnMail(services: Services): Promise<void> {
  senderOf(services.config.mailFrom);
  readSmtpUrl(requireSmtp(services.config));
  const state = stateOf(services);
  if (!state.trouble) return;
  const transport = open(services);
  try {
    await transport.verify();
    state.trouble = false;
  } catch (cause) {
    throw new Failure('mail-unreachable', 'Mail cannot be sent at the moment, so nobody can be sent a code.', {
      exit: 3,
      hint: 'See "clearsite doctor".',
      cause,
    });
  } finally {
    transport.close();
  }
}

async function attempt(
  services: Services,
  recipient: { readonly name: string; readonly address: string },
  letter: CodeLetter,
  now: Instant,
): Promise<Verdict | null> {
  const { mailFrom } = services.config;
  const programme = await findProgramme(await services.register());
  const setting = {
    programmeTitle: programme?.title ?? 'clearsite',
    publicUrl: reachable(services.config),
    from: mailFrom,
  };
  const { body } = await composeCode(letter, recipient, now, setting);
  const transport = open(services);
  try {
    await transport.send(body, { from: senderOf(mailFrom).address, to: recipient.address });
    return null;
  } catch (error) {
    return judge(error);
  } finally {
    transport.close();
  }
}

/**
 * Sends a code, trying again for some seconds where the mail server does not answer.
 * @returns whether the server took it
 */
export async function sendCode(
  services: Services,
  recipient: { readonly name: string; readonly address: string },
  letter: CodeLetter,
  now: Instant,
): Promise<'sent' | 'refused' | 'server-away'> {
  const state = stateOf(services);
  for (const wait of WAITS) {
    await pause(wait);
    const verdict = await attempt(services, recipient, letter, now);
    state.trouble = verdict?.kind === 'server';
    if (verdict === null) return 'sent';
    if (verdict.kind === 'dead-address' || verdict.kind === 'refused') return 'refused';
  }
  return 'server-away';
}

/**
 * Does something behind an answer that has been given, so that the time until the answer says nothing of it. What fails there
 * has nobody left to be told.
 */
export function afterwards(services: Services, body: () => Promise<void>): void {
  const { work } = stateOf(services);
  const done: Promise<void> = pause(BEHIND_THE_ANSWER)
    .then(body)
    .catch(() => {
      stateOf(services).trouble = true;
    })
    .finally(() => work.delete(done));
  work.add(done);
}

/** Time for the answer to leave. */
const BEHIND_THE_ANSWER = 20;

/** Waits until everything that was put behind an answer is done. */
export async function settled(services: Services): Promise<void> {
  const { work } = stateOf(services);
  while (work.size > 0) await Promise.all(work);
}
