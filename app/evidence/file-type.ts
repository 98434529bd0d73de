import { filetypemime } from 'magic-bytes.js';
import { isUtf8 } from 'node:buffer';
import { type EvidenceType } from '../../domain/evidence';

/** Vector images are programs in disguise; as text they do no harm. */
function isImage(type: string): boolean {
  return type.startsWith('image/') && type !== 'image/svg+xml';
}

/**
 * What a file is by its content; its name proves nothing.
 * @returns null for what is neither an image, a PDF nor text
 */
export function evidenceType(content: Uint8Array): EvidenceType | null {
  const types = filetypemime(content);
  if (types.includes('application/pdf')) return 'pdf';
  // Short signatures also begin ordinary sentences ("BM", "MZ"): readable text is text.
  if (isUtf8(content) && !content.includes(0)) return 'text';
  return types.some(isImage) ? 'image' : null;
}

/** Endings for a file's name by its content, for types that people's programs know. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/tiff': 'tiff',
};

/** The ending that a name made by us gets; the sender's own name is not asked. */
export function endingOf(content: Uint8Array, type: EvidenceType): string {
  if (type === 'text') return 'txt';
  return (
    filetypemime(content)
      .map((mime) => ENDINGS[mime])
      .find((ending) => ending !== undefined) ?? 'bin'
  );
}
