import { once } from 'node:events';
import { type FastifyReply } from 'fastify';
import { PassThrough } from 'node:stream';
import { type Write } from '../../app/lists/export';
import { Problem } from '../problems';

/** Files that are written at once: each holds a connection to the register until its reader has it all. */
const MOST = 4;
/** How long a reader may take nothing before the file is given up, in milliseconds. */
const PATIENCE = 60_000;

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

let running = 0;

function busy(): Problem {
  return new Problem(503, 'Try again in a minute', 'Other files are being written just now.', [
    'Nothing is wrong with your request.',
  ]);
}

/**
 * Sends a file as it is written, no faster than its reader takes it. Where writing fails, or the reader stalls, the
 * connection is cut: half a file must not look like a whole one.
 * @param name of the file, with its ending
 * @throws a page "Try again in a minute" while too many are being written
 */
export function sendFile(
  reply: FastifyReply,
  name: `${string}.${keyof typeof TYPES}`,
  produce: (write: Write) => Promise<void>,
): FastifyReply {
  if (running >= MOST) throw busy();
  running += 1;
  const stream = new PassThrough();
  const gone = new AbortController();
  stream.once('close', () => gone.abort());
  const write: Write = async (piece) => {
    gone.signal.throwIfAborted();
    if (stream.write(piece)) return;
    await once(stream, 'drain', { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(PATIENCE)]) });
  };
  void produce(write)
    .then(
      () => stream.end(),
      (error: unknown) => stream.destroy(error instanceof Error ? error : new Error('the file could not be written')),
    )
    .finally(() => {
      running -= 1;
    });
  const type = name.endsWith('.csv') ? TYPES.csv : TYPES.json;
  return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(stream);
}
