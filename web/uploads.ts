import multipart from '@fastify/multipart';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type KeptUpload, keepUpload } from '../app/evidence/upload';
import { type Services } from '../app/services';
import { Failure } from '../domain/errors';
import { FILE_KINDS, type FileKind } from '../domain/evidence';
import { isOneOf } from '../domain/vocabulary';
import { Problem } from './problems';

/** A file that a form brought, in a temporary place until the answer has gone. Its sender's name for it is not kept. */
export interface Upload {
  /** Of the form. */
  readonly field: string;
  readonly path: string;
  /** `too-large`: only its beginning was read. */
  readonly extent: 'whole' | 'too-large';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Files of the form; see `readUploads`. */
    uploads: readonly Upload[];
  }
}

const MEGABYTE = 1024 * 1024;
/** Largest file of a form, in bytes. */
export const LARGEST_UPLOAD = 20 * MEGABYTE;
/** Beyond this nothing is read at all. */
const LARGEST_REQUEST = 60 * MEGABYTE;
/** A phone on a slow line needs some minutes. Milliseconds. */
const LONGEST_UPLOAD = 10 * 60_000;

const LIMITS = {
  fieldNameSize: 100,
  fieldSize: 64 * 1024,
  // A checkbox and a revision for each of the devices of a page, and the rest of the form.
  fields: 500,
  files: 1,
  fileSize: LARGEST_UPLOAD,
  parts: 501,
  headerPairs: 20,
} as const;

function tooLarge(): Problem {
  return new Problem(413, 'This file is too large', 'A file may have 20 MB at most. Nothing was changed.', [
    'Go back, and choose a smaller photo, or only the pages that matter.',
  ]);
}

function unreadable(): Problem {
  return new Problem(400, 'This could not be read', 'The form or its file did not arrive whole. Nothing was changed.', [
    'Go back, and send it again.',
  ]);
}

/** True for what the form's reader says of broken content; errors of ours and of the disk have codes. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && !(error instanceof Problem) && !('code' in error);
}

async function discard({ uploads }: FastifyRequest): Promise<void> {
  for (const { path } of uploads) await rm(join(path, '..'), { recursive: true, force: true });
}

/** As a form without files has it: a text, or a list where a field was sent several times. */
function asBody(fields: ReadonlyMap<string, readonly string[]>): object {
  return Object.fromEntries([...fields].map(([name, texts]) => [name, texts.length === 1 ? texts[0] : texts]));
}

/**
 * Reads a form with a file to its end, within the limits of size and time.
 * @param uploads where files are noted; null = none is kept
 */
async function readForm(request: FastifyRequest, uploads: Upload[] | null): Promise<Map<string, string[]>> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_REQUEST) throw tooLarge();
  const timer = setTimeout(() => request.raw.destroy(), LONGEST_UPLOAD);
  try {
    return await readParts(request, uploads);
  } finally {
    clearTimeout(timer);
  }
}

async function readParts(request: FastifyRequest, uploads: Upload[] | null): Promise<Map<string, string[]>> {
  const fields = new Map<string, string[]>();
  for await (const part of request.parts({ limits: LIMITS })) {
    if (part.type === 'field') {
      if (typeof part.value === 'string')
        fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), part.value]);
      continue;
    }
    // A file field that was left empty comes as a file without a name.
    if (!part.filename || uploads === null) {
      part.file.resume();
      continue;
    }
    const path = join(await mkdtemp(join(tmpdir(), 'clearsite-upload-')), 'file');
    const index = uploads.push({ field: part.fieldname, path, extent: 'too-large' }) - 1;
    await pipeline(part.file, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    if (!part.file.truncated) uploads[index] = { field: part.fieldname, path, extent: 'whole' };
  }
  return fields;
}

/**
 * Reads a form with a file before its fields are looked at: files go to temporary places, fields to `request.body`. For a
 * route's `preValidation`, after whatever says that its sender may send files at all. A form without files passes.
 */
export async function readUploads(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const uploads: Upload[] = [];
  request.uploads = uploads;
  try {
    request.body = asBody(await readForm(request, uploads));
  } catch (error) {
    throw isBroken(error) ? unreadable() : error;
  }
}

/** The longest texts of a form that are given back to somebody who may not send files, in characters. */
const LONGEST_TEXTS = 256 * 1024;

/**
 * The texts of a form with a file from somebody who may not send one, to `request.body`: what they typed is given back to
 * them. The file is read past: a browser shows no answer before it has sent everything.
 * @returns true where the form has a place for a file
 */
export async function readTexts(request: FastifyRequest): Promise<boolean> {
  if (!request.isMultipart() || request.body !== undefined) return false;
  try {
    const fields = await readForm(request, null);
    const length = [...fields.values()].flat().reduce((sum, text) => sum + text.length, 0);
    if (length <= LONGEST_TEXTS) request.body = asBody(fields);
  } catch {
    // What cannot be read cannot be given back; nothing is lost that was ever here.
  }
  return true;
}

/** What a form says that its file is; a photo where it says nothing that is known. */
export function sentKind(word = ''): FileKind {
  return isOneOf(FILE_KINDS, word) ? word : 'photo';
}

/** The choice of what a file is, as radio buttons. @param sent what was chosen before */
export function kindChoices(shown: Readonly<Record<FileKind, string>>, sent?: string) {
  const chosen = sentKind(sent);
  return FILE_KINDS.map((value) => ({ value, text: shown[value], checked: value === chosen }));
}

/**
 * Keeps the file of a form, whatever its sender called it. The form shows a failure on its field.
 * @param field of the form
 * @returns null where no file was sent
 * @throws Failure `file-too-large`, `file-empty`, `file-type`
 */
export async function keptUpload(
  services: Services,
  { uploads }: FastifyRequest,
  field: string,
  kind: FileKind,
): Promise<KeptUpload | null> {
  const upload = uploads.find((one) => one.field === field);
  if (upload === undefined) return null;
  if (upload.extent === 'whole') return keepUpload(services, upload.path, kind);
  throw new Failure(
    'file-too-large',
    'The file is larger than 20 MB. Choose a smaller photo, or only the pages that matter.',
  );
}

/** Makes forms with files readable; see {@link readUploads}. */
export async function takeUploads(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { limits: LIMITS, throwFileSizeLimit: false });
  server.decorateRequest('uploads');
  server.addHook('onRequest', (request, _reply, done) => {
    request.uploads = [];
    done();
  });
  server.addHook('onResponse', discard);
  server.addHook('onRequestAbort', discard);
}
