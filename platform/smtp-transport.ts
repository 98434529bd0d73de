import { createTransport } from 'nodemailer';
import { type SmtpSettings } from './smtp-url';

/** What an SMTP conversation needs besides the message's own bytes. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** A pool of connections to the mail server. */
export interface Transport {
  /** Connects, encrypts and signs in. @throws the error that the server or the network gave */
  verify(): Promise<void>;
  /** Resolves once the server has taken responsibility for exactly these bytes. @throws its refusal */
  send(body: Buffer, envelope: Envelope): Promise<void>;
  close(): void;
}

const SECOND = 1_000;
/** A whole message, waiting for its turn included; shorter than the lease, or two would send it at once. */
export const SEND_WITHIN = 120 * SECOND;

/**
 * Opens a pool; it connects on first use. Nothing is logged: what nodemailer logs names recipients.
 * @param greetedWithin milliseconds that looking up, connecting and greeting may take each
 */
export function openTransport(
  { host, port, protocol, tls, auth, name, rate, connections }: SmtpSettings,
  greetedWithin = 8 * SECOND,
): Transport {
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure: protocol === 'smtps',
    requireTLS: protocol === 'smtp' && tls === 'required',
    ignoreTLS: tls === 'off',
    ...(auth === null ? {} : { auth: { ...auth } }),
    ...(name === null ? {} : { name }),
    maxConnections: connections,
    rateLimit: rate,
    rateDelta: SECOND,
    maxMessages: 50,
    // A connection that the server ended between two messages: not a byte of this one had been sent.
    maxRequeues: 2,
    connectionTimeout: greetedWithin,
    greetingTimeout: greetedWithin,
    dnsTimeout: greetedWithin,
    socketTimeout: 60 * SECOND,
    allowInternalNetworkInterfaces: true,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async verify() {
      await transport.verify();
    },
    async send(body, envelope) {
      await transport.sendMail({
        raw: body,
        envelope: { from: envelope.from, to: [envelope.to] },
        signal: AbortSignal.timeout(SEND_WITHIN),
      });
    },
    close() {
      transport.close();
    },
  };
}
