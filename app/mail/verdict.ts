import { type NodemailerError } from 'nodemailer/lib/errors';
import { redact } from '../../platform/logging';

/** What a failed attempt says about what to do next. */
export interface Verdict {
  /**
   * `server`: nobody's mail goes at the moment, so the run stops. `later`: this message, later (greylisting, a full
   * mailbox). `dead-address`: this address, never again. `refused`: this message, although the address may be fine.
   */
  readonly kind: 'server' | 'later' | 'dead-address' | 'refused';
  /** The server's words on one line, without addresses. */
  readonly reason: string;
}

/** Enhanced status codes (RFC 3463) that speak of the recipient's address; 5.1.7 and 5.1.8 speak of the sender's. */
const DEAD = /^5\.(?:1\.(?:[0-6]|9|10)|2\.1|4\.1)$/;
/** Servers without enhanced codes: these mean the mailbox, unless their words say that a policy is meant. */
const BARE_DEAD: ReadonlySet<number> = new Set([550, 551, 553]);
const POLICY_WORDS =
  /relay|policy|spam|block|reputation|black|denied|not allowed|prohibited|authenticat|spf|dkim|dmarc|sender|rate|quota/i;
/** The whole server is unwell (RFC 3463, x.3.x), whoever the mail is for. */
const SERVER_UNWELL = /^4\.3\.\d+$/;

/** The reply or the network's error, short enough to keep and without addresses. */
function reasonOf(error: NodemailerError): string {
  const text = error.response ?? error.message;
  const withoutAddresses = text.replace(/<[^<>\s]*>/g, '<…>').replace(/[^\s<>]+@[^\s<>]+/g, '…');
  return redact(withoutAddresses)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function kindOf(error: NodemailerError): Verdict['kind'] {
  const { code, command, responseCode, response } = error;
  // Our own library refuses to put it into an envelope: no server would take it.
  if (code === 'EENVELOPE' && responseCode === undefined) return 'dead-address';
  // One message that will not go through in time must not keep the others back.
  if (code === 'EABORT') return 'later';
  if (responseCode === undefined || responseCode === 421 || responseCode === 503) return 'server';
  if (command !== 'RCPT TO' && command !== 'DATA') return 'server';
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  if (error.permanent !== true) return enhanced !== undefined && SERVER_UNWELL.test(enhanced) ? 'server' : 'later';
  if (enhanced !== undefined) return DEAD.test(enhanced) ? 'dead-address' : 'refused';
  const speaksOfAddress = command === 'RCPT TO' && BARE_DEAD.has(responseCode);
  return speaksOfAddress && !POLICY_WORDS.test(response ?? '') ? 'dead-address' : 'refused';
}

/** Judges what sending ended with. Whatever is no answer about this message counts as the server's trouble. */
export function judge(error: unknown): Verdict {
  const known: NodemailerError = error instanceof Error ? error : new Error(String(error));
  return { kind: kindOf(known), reason: reasonOf(known) };
}
