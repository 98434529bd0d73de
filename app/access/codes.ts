import { Failure } from '../../domain/errors';
import { typedCode } from '../../domain/access/code';
import { type Instant } from '../../domain/records';
import { CellProblem } from '../../importers/problem';
import { email as emailCell } from '../../importers/values';
import { type CodePurpose, type CodeTry, keepCode, tryCode } from '../../register/access/codes';
import { type Services } from '../services';
import { afterwards, insistOnMail, sendCode } from './letters';
import { noteAccess } from './log';
import { hashOf, hashOfCode, isSecret, newCode, newSecret, sameHash } from './secrets';
import { startSession, type StartedSession } from './sessions';
import { viewerOf } from './viewer';

export type { CodePurpose };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Minutes that a code is valid. */
export const CODE_VALID_FOR = 10;
/** Tries that a code allows. */
export const CODE_TRIES = 5;
/** Codes an hour for one address. */
export const CODES_PER_ADDRESS = 5;
/** Codes an hour for one network address: a whole department may come from a single one. */
export const CODES_PER_CLIENT = 300;

/** Who wants a code, and what for. */
export interface CodeRequest {
  /** As it was typed. */
  readonly email: string;
  readonly purpose: CodePurpose;
  /** Network address that asks. */
  readonly client: string;
}

/** What becomes of asking: the same whether anybody has the address or not. */
export type CodeAsked =
  | {
      readonly outcome: 'asked';
      /** The secret that the browser keeps in a cookie: the code works with it alone. */
      readonly challenge: string;
      readonly email: string;
      readonly expiresAt: Instant;
    }
  | { readonly outcome: 'too-many' };

/** An address as it was typed, in lower case. @throws Failure `missing-value`, `bad-email` */
export function typedEmail(typed: string): string {
  const parsed = emailCell(typed);
  if (parsed === null) throw new Failure('missing-value', 'Enter your e-mail address.');
  if (parsed instanceof CellProblem)
    throw new Failure('bad-email', 'Enter an e-mail address in the usual form, like name@example.org.');
  return parsed.toLowerCase();
}

function later(now: Instant, milliseconds: number): Instant {
  return new Date(Date.parse(now) + milliseconds).toISOString();
}

/** Sends the code where somebody may have it. */
async function answer(
  services: Services,
  { email, purpose, code }: { readonly email: string; readonly purpose: CodePurpose; readonly code: string },
  now: Instant,
): Promise<void> {
  const viewer = await viewerOf(services, email, now);
  if (viewer === null) {
    await noteAccess(services, null, 'sign-in-refused', 'unknown-address', now);
    return;
  }
  const sent = await sendCode(
    services,
    { name: viewer.name === email ? '' : viewer.name, address: email },
    { code, purpose, validFor: CODE_VALID_FOR },
    now,
  );
  if (sent === 'refused') await noteAccess(services, viewer, 'sign-in-refused', 'mail-refused', now);
}

/**
 * Sends a code to be typed to an address, if it may sign in; it ends the codes that the address had before. The answer, and the time
 * that it takes, do not say whether the address is known.
 * @throws Failure `missing-value`, `bad-email`; (exit 3) `mail-not-running`, `mail-unreachable`
 */
export async function askCode(services: Services, request: CodeRequest, now: Instant): Promise<CodeAsked> {
  const { purpose, client } = request;
  const email = typedEmail(request.email);
  await insistOnMail(services);
  const challenge = newSecret();
  const code = newCode();
  const expiresAt = later(now, CODE_VALID_FOR * MINUTE);
  const kept = await keepCode(
    await services.register(),
    {
      challengeHash: hashOf(challenge),
      codeHash: hashOfCode(code, challenge),
      email,
      client,
      purpose,
      askedAt: now,
      expiresAt,
    },
    {
      since: later(now, -HOUR),
      perAddress: CODES_PER_ADDRESS,
      perClient: CODES_PER_CLIENT,
      forgetBefore: later(now, -24 * HOUR),
    },
  );
  if (kept === 'too-many') return { outcome: 'too-many' };
  afterwards(services, () => answer(services, { email, purpose, code }, now));
  return { outcome: 'asked', challenge, email, expiresAt };
}

/** How a typed code was taken. */
export type CodeChecked =
  | { readonly outcome: 'signed-in'; readonly session: StartedSession; readonly purpose: CodePurpose }
  | { readonly outcome: 'wrong'; readonly triesLeft: number }
  /** What was typed is no code at all; it did not count as a try. */
  | { readonly outcome: 'not-a-code' }
  /** `unknown`: of another browser, or nobody asked. `newer`: a later code has taken its place. */
  | { readonly outcome: 'expired' | 'used' | 'newer' | 'too-many-tries' | 'unknown' };

async function noteRefusal(services: Services, tried: CodeTry, now: Instant): Promise<void> {
  if (tried.outcome === 'unknown' || tried.outcome === 'right') return;
  const viewer = await viewerOf(services, tried.email, now);
  await noteAccess(services, viewer, 'sign-in-refused', tried.outcome, now);
}

/**
 * Signs in whoever types the code that was sent, in the browser that asked for it.
 * @param challenge of {@link askCode}, as the browser sent it
 * @param code as it was typed or pasted
 */
export async function checkCode(
  services: Services,
  { challenge, code }: { readonly challenge: string; readonly code: string },
  now: Instant,
): Promise<CodeChecked> {
  if (!isSecret(challenge)) return { outcome: 'unknown' };
  const typed = typedCode(code);
  if (typed === null) return { outcome: 'not-a-code' };
  const given = hashOfCode(typed, challenge);
  const pool = await services.register();
  const tried = await tryCode(pool, hashOf(challenge), (kept) => sameHash(kept, given), CODE_TRIES, now);
  if (tried.outcome === 'right') {
    const session = await startSession(services, tried.email, 'code', now);
    // They left while the code was on its way.
    return session === null ? { outcome: 'expired' } : { outcome: 'signed-in', session, purpose: tried.purpose };
  }
  await noteRefusal(services, tried, now);
  if (tried.outcome === 'wrong') return { outcome: 'wrong', triesLeft: tried.triesLeft };
  return { outcome: tried.outcome };
}
