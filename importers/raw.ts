/** How the characters of a text file are stored. `xlsx` files are always `utf-8`. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What an import understands. Each format has one file in this folder; all else is shared. */
export const FORMATS = ['csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

/** A record that could be read but not trusted: what is wrong with it as a whole, before its values are looked at. */
export interface Damage {
  /** Position in the batch. */
  readonly index: number;
  readonly code: 'stray-quote' | 'truncated-line';
}

/** Some records of a file, in order. */
export interface RawBatch {
  /** One record's cells each, as the file has them, untrimmed. May be shorter or longer than the header. */
  readonly records: readonly (readonly string[])[];
  /** By position: the line of the file that the record begins on, as an editor or Excel numbers it, from 1. */
  readonly lines: readonly number[];
  readonly damaged: readonly Damage[];
  /** How much of the file has been read, in bytes, for a progress bar. */
  readonly bytesRead: number;
}

/** A file that has been opened and whose header has been read. */
export interface RawTable {
  readonly format: Format;
  readonly encoding: Encoding;
  /** Null where the format has none. */
  readonly delimiter: string | null;
  /** The sheet that was read; null where the format has none. */
  readonly sheet: string | null;
  readonly fileName: string;
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly totalBytes: number;
  /** The header's cells, trimmed. */
  readonly header: readonly string[];
  readonly headerLine: number;
  /** What a person should know about the file as a whole. */
  readonly notes: readonly string[];
  /**
   * The records below the header, without blank ones. Each call reads the file again from its start.
   * @throws Failure (exit 2) where the file as a whole turns out to be unusable
   */
  batches(): AsyncIterable<RawBatch>;
}

/** Longest cell, in characters; Excel's own limit is 32,767. A longer one makes the file unusable. */
export const MAX_CELL = 65_536;
/** Longest record, in characters: beyond it a quote was opened and never closed. */
export const MAX_RECORD = 262_144;
/** Most columns. */
export const MAX_COLUMNS = 500;

/** A header's cell: on one line, without what could not be kept or shown. */
export function headerName(cell: string): string {
  return cell.replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
}

/** True where every cell is empty or white space. */
export function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}
