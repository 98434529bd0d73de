import { isIP } from 'node:net';
import { Failure } from '../domain/errors';
import { isOneOf } from '../domain/vocabulary';

/** How a plain `smtp:` connection is encrypted by STARTTLS. */
export const TLS_CHOICES = ['required', 'if-offered', 'off'] as const;
export type TlsChoice = (typeof TLS_CHOICES)[number];

/** `SMTP_URL`, read. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `smtps:`: TLS from the first byte. */
  readonly protocol: 'smtp' | 'smtps';
  readonly tls: TlsChoice;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  /** What we call ourselves in EHLO; null = this machine's name. */
  readonly name: string | null;
  /** Messages a second, at most. */
  readonly rate: number;
  /** Connections at once; never more than `rate`, which nodemailer would overrun otherwise. */
  readonly connections: number;
}

const DEFAULT_RATE = 10;
const DEFAULT_CONNECTIONS = 3;
const PARAMETERS: readonly string[] = ['tls', 'rate', 'connections', 'name'];

function invalid(why: string): Failure {
  // The URL itself may hold a password, so it is not shown.
  return new Failure('config-invalid', `SMTP_URL is set wrong: ${why}.`, {
    hint: 'Write it as smtp://user:password@host:587?tls=required (also: rate, connections, name), or smtps://….',
  });
}

function wholeNumber(url: URL, name: string, fallback: number, most: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most) throw invalid(`"${name}" must be from 1 to ${most}`);
  return number;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Without a choice: encrypted where a password is sent over a network, as offered elsewhere, and bare on this machine. */
function tlsOf(url: URL, host: string, hasPassword: 'yes' | 'no'): TlsChoice {
  const choice = url.searchParams.get('tls');
  if (choice === null) return isLoopback(host) ? 'off' : hasPassword === 'yes' ? 'required' : 'if-offered';
  if (isOneOf(TLS_CHOICES, choice)) return choice;
  throw invalid(`"tls" must be one of ${TLS_CHOICES.join(', ')}`);
}

/**
 * Reads `SMTP_URL`. Only the parameters named here are taken: none of them can turn a log of addresses on.
 * @throws Failure `config-invalid`
 */
export function readSmtpUrl(text: string): SmtpSettings {
  if (!URL.canParse(text)) throw invalid('it is not a URL');
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (protocol !== 'smtp' && protocol !== 'smtps') throw invalid('it must begin with smtp:// or smtps://');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw invalid(`it has an unknown parameter "${unknown}"`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw invalid('it names no host');
  const user = decodeURIComponent(url.username);
  const rate = wholeNumber(url, 'rate', DEFAULT_RATE, 1_000);
  return {
    host,
    port: url.port === '' ? (protocol === 'smtps' ? 465 : 587) : Number(url.port),
    protocol,
    tls: protocol === 'smtps' ? 'required' : tlsOf(url, host, user === '' ? 'no' : 'yes'),
    auth: user === '' ? null : { user, pass: decodeURIComponent(url.password) },
    name: url.searchParams.get('name'),
    rate,
    connections: Math.min(wholeNumber(url, 'connections', DEFAULT_CONNECTIONS, 50), rate),
  };
}
