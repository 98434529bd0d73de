import { Failure } from '../../domain/errors';
import { type EvidenceType, type FileKind, TYPES_OF } from '../../domain/evidence';
import { storeEvidence } from '../../platform/evidence-store';
import { type EvidenceFile } from '../../register/evidence';
import { type Services } from '../services';
import { readBounded } from './add';
import { endingOf, evidenceType } from './file-type';

/** A file that is kept and waits for the commands that speak of it. */
export interface KeptUpload {
  readonly kind: FileKind;
  readonly stored: EvidenceFile;
}

const TYPE_WORDS: Readonly<Record<EvidenceType, string>> = { image: 'a picture', pdf: 'a PDF', text: 'plain text' };
const KIND_WORDS: Readonly<Record<FileKind, string>> = {
  photo: 'A photo',
  'work-order': 'A work order',
  scan: 'A scan of the network',
  certificate: 'A disposal certificate',
};

function wrongType(kind: FileKind, found: EvidenceType | null): Failure {
  const allowed = TYPES_OF[kind].map((type) => TYPE_WORDS[type]).join(' or ');
  const is = found === null ? 'neither a picture, a PDF nor plain text' : TYPE_WORDS[found];
  return new Failure('file-type', `${KIND_WORDS[kind]} has to be ${allowed}. This file is ${is}.`);
}

// One file at a time: whoever sends many at once must not fill the memory.
let last: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}

/** Its content. The person who sent it knows nothing of the place where it lay. */
async function readUpload(path: string): Promise<Buffer> {
  try {
    return await readBounded(path);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'file-empty') throw error;
    throw new Failure('file-empty', 'The file is empty. Choose another.');
  }
}

/**
 * Keeps a file that somebody uploaded, by its content: one that forty devices share lies there once. What it is, its bytes
 * say; the name under which people get it back is ours.
 * @param path of the temporary file
 * @throws Failure `file-unreadable`, `file-too-large`, `file-empty`, `file-type`
 */
export async function keepUpload(services: Services, path: string, kind: FileKind): Promise<KeptUpload> {
  return inTurn(async () => {
    const content = await readUpload(path);
    const type = evidenceType(content);
    if (type === null || !TYPES_OF[kind].includes(type)) throw wrongType(kind, type);
    const sha256 = await storeEvidence(services.config.home, content);
    const fileName = `${kind}-${sha256.slice(0, 8)}.${endingOf(content, type)}`;
    return { kind, stored: { sha256, fileName, sizeBytes: content.length } };
  });
}
