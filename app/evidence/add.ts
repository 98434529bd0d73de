import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../../domain/errors';
import { EVIDENCE_TYPES, type FileKind, gradeOf, TYPES_OF } from '../../domain/evidence';
import { type EvidenceRef } from '../../domain/lifecycle';
import { storeEvidence } from '../../platform/evidence-store';
import { addEvidence, type EvidenceFile } from '../../register/evidence';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { evidenceType } from './file-type';

/** Largest evidence file, in bytes: a phone's photo or a scanned certificate is far below. */
export const LARGEST_FILE = 25 * 1024 * 1024;

/** What somebody hands in: words, or a file of a kind with an optional note; the file as it lies, or as it is kept already. */
export type Submission =
  | { readonly kind: 'assertion'; readonly note: string }
  | { readonly kind: FileKind; readonly path: string; readonly note: string }
  | { readonly kind: FileKind; readonly stored: EvidenceFile; readonly note: string };

/**
 * Reads at most one byte more than is allowed, whatever the path names.
 * @throws Failure `file-unreadable`, `file-too-large`, `file-empty`
 */
export async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure('file-unreadable', `"${path}" cannot be read (${cause.code ?? 'unknown error'}).`, { cause });
  });
  try {
    if (!(await file.stat()).isFile()) throw new Failure('file-unreadable', `"${path}" is not a file.`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of file.createReadStream({ end: LARGEST_FILE })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    if (size > LARGEST_FILE) {
      throw new Failure('file-too-large', `"${path}" is larger than ${LARGEST_FILE / 1024 / 1024} MB.`, {
        hint: 'Send a smaller photo, or the pages that matter.',
      });
    }
    if (size === 0) throw new Failure('file-empty', `"${path}" is empty.`);
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function checkType(path: string, kind: FileKind, content: Buffer): void {
  const type = evidenceType(content);
  const allowed = TYPES_OF[kind];
  if (type !== null && allowed.includes(type)) return;
  const found = type === null ? 'neither an image, a PDF nor text' : `of type ${type}`;
  throw new Failure('file-type', `"${path}" is ${found}; a ${kind} has to be of type ${allowed.join(' or ')}.`, {
    hint:
      allowed.length < EVIDENCE_TYPES.length ? 'Save it as PDF or as a photo.' : 'Save it as PDF, or as plain text.',
    details: { type, allowed },
  });
}

async function keep(services: Services, submission: Submission): Promise<EvidenceFile | null> {
  if (submission.kind === 'assertion') return null;
  if ('stored' in submission) return submission.stored;
  const content = await readBounded(submission.path);
  checkType(submission.path, submission.kind, content);
  const sha256 = await storeEvidence(services.config.home, content);
  return { sha256, fileName: basename(submission.path), sizeBytes: content.length };
}

/** The same command sent twice hands in the same evidence; other evidence has another id, even under the same command. */
function evidenceId(caseId: string, commandId: string, { kind, note }: Submission, file: EvidenceFile | null): string {
  const content = JSON.stringify([caseId, commandId, kind, note, file?.sha256 ?? null]);
  return `e_${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}

/**
 * Keeps what was handed in, file first, then its row, before the command that speaks of it is sent: an accepted command
 * then never names evidence that is not there, and a row whose command is refused is referred to by nothing.
 * @throws Failure `file-unreadable`, `file-too-large`, `file-empty`, `file-type`, `note-needed`
 */
export async function keepEvidence(
  services: Services,
  caseId: string,
  submission: Submission,
  who: Who,
  commandId: string = randomUUID(),
): Promise<EvidenceRef> {
  if (submission.kind === 'assertion' && submission.note.trim() === '') {
    throw new Failure('note-needed', 'Say in words what proves it, or attach a file.');
  }
  const file = await keep(services, submission);
  const { kind, note } = submission;
  const ref: EvidenceRef = { evidenceId: evidenceId(caseId, commandId, submission, file), kind, grade: gradeOf(kind) };
  const pool = await services.register();
  const submittedBy = await actorName(pool, who);
  const submittedAt = new Date().toISOString();
  await addEvidence(pool, { ...ref, caseId, note, file, submittedBy, submittedAt });
  return ref;
}
