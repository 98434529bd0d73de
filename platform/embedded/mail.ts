import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SMTPServer } from 'smtp-server';
import { Failure } from '../../domain/errors';
import { PRIVATE_FILE, PRIVATE_FOLDER, readIfPresent, writeAtomically } from '../files';
import { ensureFolder } from '../home';
import { LOOPBACK, portsNear } from './ports';

/** A mail server that we run. */
export interface RunningMail {
  /** smtp://127.0.0.1:port */
  readonly url: string;
  readonly port: number;
  /** Takes no more mail, lets what is being received finish, and closes. */
  stop(): Promise<void>;
}

const SIZE_LIMIT_BYTES = 25 * 1024 * 1024;
const PORT_FILE = '.port';

/**
 * Starts an SMTP server on loopback that delivers nothing and keeps each message as an .eml file: for trying things out, and for tests. A
 * file's name sorts by the time it came in and names nobody; a message is answered with "accepted" only once its file is whole.
 */
export async function startMail({ folder }: { readonly folder: string }): Promise<RunningMail> {
  ensureFolder(folder, PRIVATE_FOLDER);
  // What a killed server had half received was never accepted; its sender sends it again.
  for (const name of readdirSync(folder)) if (name.endsWith('.partial')) rmSync(join(folder, name));
  const kept = Number(readIfPresent(join(folder, PORT_FILE)));
  const arriving = new Map<string, Readable>();
  const server = new SMTPServer({
    banner: 'clearsite keeps mail here and delivers none',
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: SIZE_LIMIT_BYTES,
    closeTimeout: 2_000,
    onClose(session) {
      // A client that breaks off would leave the stream waiting for ever.
      arriving.get(session.id)?.destroy(new Error('the client broke off'));
    },
    onData(stream, session, callback) {
      arriving.set(session.id, stream);
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      const sender = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
      const envelope = [`Return-Path: <${sender}>`, ...recipients.map((to) => `X-Envelope-To: <${to}>`)];
      keep(folder, stream, envelope)
        .then(
          (id) => (stream.sizeExceeded ? callback(tooLarge(folder, id)) : callback(null, `kept as ${id}`)),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
        )
        .finally(() => arriving.delete(session.id));
    },
  });
  // A client that breaks off is its own affair.
  server.on('error', () => undefined);
  const [port = 0] = await portsNear(kept > 0 ? [kept] : [], 1);
  await listen(server, port);
  writeAtomically(join(folder, PORT_FILE), String(port));
  return {
    url: `smtp://${LOOPBACK}:${port}`,
    port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function keep(folder: string, message: Readable, envelope: readonly string[]): Promise<string> {
  const id = `${new Date().toISOString().replace(/[-:]/g, '')}-${nextCount()}-${randomBytes(3).toString('hex')}.eml`;
  const partial = join(folder, `${id}.partial`);
  try {
    const file = createWriteStream(partial, { flags: 'wx', mode: PRIVATE_FILE, flush: true });
    file.write(envelope.map((line) => `${line}\r\n`).join(''));
    await pipeline(message, file);
    renameSync(partial, join(folder, id));
    return id;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

let count = 0;

/** Orders messages of the same millisecond. */
function nextCount(): string {
  count = (count + 1) % 1_000_000;
  return String(count).padStart(6, '0');
}

function tooLarge(folder: string, id: string): Error {
  if (existsSync(join(folder, id))) rmSync(join(folder, id));
  return Object.assign(new Error('message too large'), { responseCode: 552 });
}

function listen(server: SMTPServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(
        new Failure('mail-not-started', `The mail server could not listen: ${cause.message}.`, { exit: 3, cause }),
      );
    server.server.once('error', failed);
    server.listen(port, LOOPBACK, () => {
      server.server.off('error', failed);
      resolve();
    });
  });
}
