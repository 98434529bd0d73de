import { type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as the server was given it, byte for byte. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** What a server says no with, e.g. `[550, '5.1.1 no such user']`. */
export type Refusal = readonly [code: number, text: string];

export interface PostOfficeOptions {
  /** Port to listen on. @default a free one */
  readonly port?: number;
  /** Says no to a recipient; null = yes. */
  readonly recipient?: (address: string) => Refusal | null;
  /** Says no to a message that has come in whole; null = yes. It is kept either way. May take its time. */
  readonly message?: (received: Received) => Refusal | null | Promise<Refusal | null>;
  /** Asks for a password and takes none. */
  readonly passwords?: 'refused';
  /** Offers STARTTLS with a certificate that nobody trusts. */
  readonly starttls?: 'offered';
}

/** A real SMTP server that keeps what it takes and refuses what it is told to. */
export class PostOffice {
  readonly received: Received[] = [];
  /** Connections opened so far. */
  connections = 0;
  /** Recipients asked for so far, refused ones too. */
  asked = 0;
  /** Most connections open at one time. */
  most = 0;
  readonly #server: SMTPServer;
  #open = 0;
  options: PostOfficeOptions;

  private constructor(options: PostOfficeOptions) {
    this.options = options;
    const error = ([responseCode, text]: Refusal): Error => Object.assign(new Error(text), { responseCode });
    this.#server = new SMTPServer({
      logger: false,
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: [
        ...(options.starttls === 'offered' ? [] : ['STARTTLS']),
        ...(options.passwords === 'refused' ? [] : ['AUTH']),
      ],
      onAuth: (_auth, _session, callback) => callback(error([535, '5.7.8 wrong password'])),
      disableReverseLookup: true,
      closeTimeout: 200,
      onConnect: (_session, callback) => {
        this.connections += 1;
        this.#open += 1;
        this.most = Math.max(this.most, this.#open);
        callback();
      },
      onClose: () => {
        this.#open -= 1;
      },
      onRcptTo: ({ address }, _session, callback) => {
        this.asked += 1;
        const refusal = this.options.recipient?.(address) ?? null;
        callback(refusal === null ? null : error(refusal));
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const message: Received = {
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks),
          };
          this.received.push(message);
          Promise.resolve(this.options.message?.(message) ?? null).then(
            (refusal) => callback(refusal === null ? null : error(refusal)),
            callback,
          );
        });
      },
    });
    // A client that was killed is the tests' doing.
    this.#server.on('error', () => undefined);
  }

  static async open(options: PostOfficeOptions = {}): Promise<PostOffice> {
    const office = new PostOffice(options);
    await new Promise<void>((resolve, reject) => {
      office.#server.server.once('error', reject);
      office.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return office;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}?rate=1000`;
  }

  /** Who got how many messages. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { to } of this.received) for (const address of to) counts[address] = (counts[address] ?? 0) + 1;
    return counts;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
