import { Failure } from '../domain/errors';
import { type Kind, recognisedColumns } from './columns';
import { openCsv } from './csv';
import { type Encoding, ENCODINGS, type Format, FORMATS, type RawTable } from './raw';
import { inspectFile } from './sniff';
import { openXlsx } from './xlsx';

/** How the user says to read a file; null = find out. */
export interface ReadOptions {
  readonly kind: Kind;
  readonly format: string | null;
  readonly encoding: string | null;
  /** Name or number, from 1, of an Excel sheet. */
  readonly sheet: string | null;
}

const supported = (word: string): word is Format => (FORMATS as readonly string[]).includes(word);
const readable = (word: string): word is Encoding => (ENCODINGS as readonly string[]).includes(word);

function checkFormat(format: string | null): Format | null {
  if (format === null) return null;
  if (supported(format)) return format;
  throw new Failure('unsupported-format', `This version imports no ${format}.`, {
    hint: `Formats: ${FORMATS.join(', ')}. Leave --format out to have it found.`,
  });
}

function checkEncoding(encoding: string | null): Encoding | null {
  if (encoding === null) return null;
  const word = encoding.toLowerCase();
  if (readable(word)) return word;
  throw new Failure('unsupported-encoding', `This version reads no ${encoding}.`, {
    hint: `Encodings: ${ENCODINGS.join(', ')}. Leave --encoding out to have it found.`,
  });
}

/**
 * Opens a file for import: finds format, encoding, delimiter and header.
 * @throws Failure (exit 2) where the file as a whole is unusable
 */
export async function openTable(path: string, { kind, format, encoding, sheet }: ReadOptions): Promise<RawTable> {
  const wanted = checkFormat(format);
  const facts = await inspectFile(path, checkEncoding(encoding));
  const found: Format = facts.content === 'zip' ? 'xlsx' : 'csv';
  if (wanted !== null && wanted !== found) {
    throw new Failure(
      'wrong-format',
      `${facts.name} is ${found === 'xlsx' ? 'a zip or Excel file' : 'a text file'}, not ${wanted}.`,
      {
        hint: `Leave --format out, or say --format ${found}.`,
      },
    );
  }
  if (found === 'csv' && sheet !== null) {
    throw new Failure('no-such-sheet', `${facts.name} is a text file and has no sheets.`, {
      hint: 'Leave --sheet out.',
    });
  }
  switch (found) {
    case 'csv':
      return openCsv(facts, (header) => recognisedColumns(kind, header));
    case 'xlsx':
      return openXlsx(facts, sheet);
  }
}
