import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CsvError, Parser, type Options } from 'csv-parse';
import iconv from 'iconv-lite';
import { Failure } from '../domain/errors';
import { type Damage, isBlank, MAX_CELL, MAX_RECORD, type RawBatch } from './raw';
import { type FileFacts } from './sniff';

const CHUNK = 1 << 18;
/** Bytes that may go by without a record ending: delimiters alone make no record longer for the parser. */
const MAX_SILENCE = 4 * MAX_RECORD;
/** What a header may be separated by, commonest first. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

const PARSER: Options = {
  // Named one by one, since files pasted together mix them.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  max_record_size: MAX_RECORD,
};

/** csv-parse, whose records are taken out a chunk at a time instead of through a stream of single records. */
class BatchParser extends Parser {
  private batch: string[][] = [];

  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    this.batch.push(record);
    return true;
  }

  takeBatch(): string[][] {
    const taken = this.batch;
    this.batch = [];
    return taken;
  }
}

function lineBreaks(cell: string): number {
  if (!cell.includes('\n') && !cell.includes('\r')) return 0;
  let count = 0;
  for (let at = 0; at < cell.length; at += 1) {
    const code = cell.charCodeAt(at);
    if (code === 10 || (code === 13 && cell.charCodeAt(at + 1) !== 10)) count += 1;
  }
  return count;
}

/** The file's bytes as UTF-8, after its byte-order mark. */
async function* utf8Chunks(facts: FileFacts): AsyncGenerator<{ bytes: Buffer; read: number }> {
  const stream = createReadStream(facts.path, { start: facts.bom, highWaterMark: CHUNK });
  const decoder = decoderFor(facts.encoding);
  let read = facts.bom;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    read += chunk.length;
    yield { bytes: decoder === null ? chunk : Buffer.from(decoder.write(chunk)), read };
  }
  const rest = decoder?.end();
  if (rest !== undefined && rest !== '') yield { bytes: Buffer.from(rest), read };
}

function decoderFor(
  encoding: FileFacts['encoding'],
): { write(bytes: Buffer): string; end(): string | undefined } | null {
  switch (encoding) {
    case 'utf-8':
      return null;
    case 'windows-1252':
      return iconv.getDecoder('win1252');
    case 'utf-16le':
    case 'utf-16be': {
      const decoder = new TextDecoder(encoding, { fatal: true });
      return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
    }
  }
}

/** Writes to the parser and waits until it has parsed what it can. */
function feed(parser: BatchParser, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function finish(parser: BatchParser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('error', reject).once('end', resolve);
    parser.end();
  });
}

/** Counts lines as an editor does, and looks at each record as a whole. */
class Ledger {
  /** First line of the next record. */
  line: number;

  constructor(
    private readonly facts: FileFacts,
    startLine: number,
  ) {
    this.line = startLine;
  }

  batch(parsed: readonly string[][], bytesRead: number): RawBatch {
    const records: string[][] = [];
    const lines: number[] = [];
    const damaged: Damage[] = [];
    const { hasQuotes } = this.facts;
    for (const cells of parsed) {
      const begins = this.line;
      this.line += 1;
      if (hasQuotes && this.inspect(cells, begins)) damaged.push({ index: records.length, code: 'stray-quote' });
      else if (!hasQuotes) this.measure(cells, begins);
      if (isBlank(cells)) continue;
      records.push(cells);
      lines.push(begins);
    }
    return { records, lines, damaged, bytesRead };
  }

  private measure(cells: readonly string[], begins: number): void {
    for (const cell of cells) if (cell.length > MAX_CELL) throw hugeCell(this.facts.name, begins);
  }

  /** True where a quote that closes nothing seems to have swallowed lines. */
  private inspect(cells: readonly string[], begins: number): boolean {
    let stray = false;
    for (const cell of cells) {
      if (cell.length > MAX_CELL) throw hugeCell(this.facts.name, begins);
      const breaks = lineBreaks(cell);
      if (breaks === 0) continue;
      this.line += breaks;
      // The parser puts the opening quote back where text follows the closing one.
      stray ||= cell.startsWith('"');
    }
    return stray;
  }
}

function hugeCell(name: string, line: number): Failure {
  return new Failure(
    'huge-cell',
    `${name}: a cell of the record that begins on line ${line} is longer than ${MAX_CELL.toLocaleString('en-GB')} characters.`,
    {
      hint: 'No inventory needs that: look for a quote that was opened and never closed, or a picture pasted as text.',
      details: { line },
    },
  );
}

function explain(error: unknown, name: string, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new Failure(
      'unclosed-quote',
      `${name} ends inside a quoted cell: the quote was opened in the record that begins on line ${line}.`,
      {
        hint: 'The file was cut off, or a quote is missing its pair: get the file again, or mend that line.',
        details: { line },
      },
    );
  }
  return new Failure(
    'record-too-long',
    `${name}: the record that begins on line ${line} does not end within ${MAX_RECORD.toLocaleString('en-GB')} characters.`,
    {
      hint: 'Look on that line for a quote that was opened and never closed.',
      details: { line },
    },
  );
}

/**
 * Every batch of a CSV file, its header included, with blank records left out.
 * @throws Failure (exit 2) where the file as a whole turns out to be unusable
 */
export async function* readRecords(facts: FileFacts, delimiter: Delimiter): AsyncGenerator<RawBatch> {
  const parser = new BatchParser({ ...PARSER, delimiter });
  const ledger = new Ledger(facts, 1);
  // Nobody reads from the stream, and an error that `write` reports is emitted besides.
  parser.resume().on('error', () => undefined);
  let [silence, bytesRead] = [0, facts.bom];
  try {
    for await (const { bytes, read: soFar } of utf8Chunks(facts)) {
      await feed(parser, bytes);
      bytesRead = soFar;
      const parsed = parser.takeBatch();
      silence = parsed.length === 0 ? silence + bytes.length : 0;
      if (silence > MAX_SILENCE)
        throw explain(new CsvError('CSV_MAX_RECORD_SIZE', 'silence', parser.options), facts.name, ledger.line);
      yield ledger.batch(parsed, bytesRead);
    }
    await finish(parser);
  } catch (error) {
    // The records before the bad one have been parsed: they tell its line.
    ledger.batch(parser.takeBatch(), bytesRead);
    throw explain(error, facts.name, ledger.line);
  } finally {
    parser.destroy();
  }
  await unchanged(facts);
  yield lastBatch(ledger.batch(parser.takeBatch(), bytesRead), facts);
}

/** A last line that neither ends nor has all its cells was cut off. The length of the header is checked by the caller. */
function lastBatch(batch: RawBatch, facts: FileFacts): RawBatch {
  if (facts.endsWithNewline || batch.records.length === 0) return batch;
  return { ...batch, damaged: [...batch.damaged, { index: batch.records.length - 1, code: 'truncated-line' }] };
}

/** @throws Failure `file-changed` where somebody wrote to the file meanwhile */
async function unchanged(facts: FileFacts): Promise<void> {
  const { size, mtimeMs } = await stat(facts.path);
  if (size === facts.size && mtimeMs === facts.modifiedMs) return;
  throw new Failure('file-changed', `${facts.name} was changed while it was being read.`, {
    hint: 'Wait until it is complete and import it again.',
  });
}
