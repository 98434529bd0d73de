import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startOfDay } from '../../domain/deadlines/start-of-day';
import { Failure } from '../../domain/errors';
import { type IsoDate } from '../../domain/records';
import { type AuditRange, type AuditRow, withAuditSnapshot } from '../../register/audit';
import { policyOf, theProgramme } from '../../register/current-policy';
import { PRIVATE_FILE } from '../../platform/files';
import { theCase } from '../cases/find';
import { type Services } from '../services';

/** What is exported and where to. */
export interface ExportRequest {
  /** Case id or asset id; null = every case. */
  readonly id: string | null;
  /** Only what was recorded on or after this day, in the policy's zone; null = all. */
  readonly since: IsoDate | null;
  /** A path, or `-` for standard output. */
  readonly file: string;
}

export interface Exported {
  readonly file: string;
  readonly events: number;
}

async function* lines(rows: AsyncIterable<AuditRow>, count: () => void): AsyncGenerator<string> {
  for await (const row of rows) {
    count();
    yield `${JSON.stringify(row)}\n`;
  }
}

async function rangeOf(services: Services, { id, since }: ExportRequest): Promise<AuditRange> {
  const pool = await services.register();
  const caseId = id === null ? null : (await theCase(pool, id)).caseId;
  if (since === null) return { caseId, since };
  const { zone } = await policyOf(pool, (await theProgramme(pool)).programmeId);
  return { caseId, since: startOfDay(since, zone) };
}

/** Writes beside the target and renames, so that a file of that name is always whole. */
async function toFile(path: string, source: Readable): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await pipeline(source, createWriteStream(partial, { mode: PRIVATE_FILE }));
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new Failure('file-unwritable', `"${path}" cannot be written (${code}).`, { cause });
  }
}

/**
 * Writes the audit trail as JSON lines, each with its digest and its link of the hash chain, in the order of case and
 * sequence. People are named by contact id only.
 * @throws Failure `unknown-case`, `bad-date`, `file-unwritable`
 */
export async function exportAudit(services: Services, request: ExportRequest): Promise<Exported> {
  const range = await rangeOf(services, request);
  let events = 0;
  await withAuditSnapshot(await services.register(), async (snapshot) => {
    const source = Readable.from(
      lines(snapshot.events(range), () => {
        events += 1;
      }),
    );
    if (request.file === '-') await pipeline(source, process.stdout, { end: false });
    else await toFile(request.file, source);
  });
  return { file: request.file, events };
}
