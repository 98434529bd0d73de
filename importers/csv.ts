import { Failure } from '../domain/errors';
import { type Delimiter, DELIMITERS, readRecords } from './csv-records';
import { headerName, MAX_COLUMNS, type RawBatch, type RawTable } from './raw';
import { type FileFacts } from './sniff';

/** A line of delimiters and dashes is no header, whatever it is cut by. */
const HAS_WORDS = /[\p{L}\p{N}]/u;
const SEPARATOR_LINE = /^"?sep=(.)"?$/;

/** The first records as each delimiter would have them. */
async function firstRecord(
  facts: FileFacts,
  delimiter: Delimiter,
): Promise<{ cells: readonly string[]; line: number } | null> {
  for await (const { records, lines } of readRecords(facts, delimiter)) {
    for (const [index, cells] of records.entries()) {
      if (!cells.some((cell) => HAS_WORDS.test(cell))) continue;
      if (cells.length <= 2 && SEPARATOR_LINE.test(cells.join(delimiter).trim())) continue;
      return { cells, line: lines[index] ?? 1 };
    }
  }
  return null;
}

/**
 * Opens a CSV file: finds its delimiter by its header.
 * @param recognised how many of a header's cells are known columns
 * @throws Failure (exit 2) where there is no header, or it has too many columns
 */
export async function openCsv(facts: FileFacts, recognised: (header: readonly string[]) => number): Promise<RawTable> {
  let best: { delimiter: Delimiter; header: readonly string[]; line: number; score: number } | null = null;
  let refusal: unknown;
  for (const delimiter of DELIMITERS) {
    // The wrong delimiter may well find fault with a good file.
    const first = await firstRecord(facts, delimiter).catch((error: unknown) => {
      refusal ??= error;
      return null;
    });
    if (first === null) continue;
    const header = first.cells.map(headerName);
    // A known column outweighs any number of unknown ones.
    const score = recognised(header) * (MAX_COLUMNS + 1) + Math.min(header.length, MAX_COLUMNS);
    if (best === null || score > best.score) best = { delimiter, header, line: first.line, score };
  }
  if (best === null && refusal !== undefined) throw refusal;
  if (best === null)
    throw new Failure('empty-file', `${facts.name} holds no line with text.`, {
      hint: 'Export it again: nothing was written.',
    });
  const { delimiter, header, line: headerLine } = best;
  if (header.length > MAX_COLUMNS) {
    throw new Failure(
      'too-many-columns',
      `${facts.name}: line ${headerLine} has ${header.length} columns, more than ${MAX_COLUMNS}.`,
      {
        hint: 'Export only the columns that the import needs.',
      },
    );
  }
  return {
    format: 'csv',
    encoding: facts.encoding,
    delimiter,
    sheet: null,
    fileName: facts.name,
    sha256: facts.sha256,
    totalBytes: facts.size,
    header,
    headerLine,
    notes: mangled(facts),
    batches: () => body(facts, delimiter, headerLine, header.length),
  };
}

/** What an earlier program has done to the letters. It cannot be mended here, and must not go unsaid. */
function mangled({ replaced, doubled }: FileFacts): string[] {
  return [
    ...(replaced > 0
      ? [`${replaced} letters were lost before the file came here: it holds "\uFFFD" in their place.`]
      : []),
    ...(doubled > 0
      ? [`${doubled} letters seem to have been converted twice, such as "Ã©" for "é": look at names with accents.`]
      : []),
  ];
}

async function* body(
  facts: FileFacts,
  delimiter: Delimiter,
  headerLine: number,
  columns: number,
): AsyncGenerator<RawBatch> {
  for await (const batch of readRecords(facts, delimiter)) {
    const skip = batch.lines.findIndex((line) => line > headerLine);
    const from = skip === -1 ? batch.lines.length : skip;
    yield {
      records: from === 0 ? batch.records : batch.records.slice(from),
      lines: from === 0 ? batch.lines : batch.lines.slice(from),
      damaged: batch.damaged
        .map(({ index, code }) => ({ index: index - from, code }))
        .filter(
          ({ index, code }) =>
            index >= 0 && (code !== 'truncated-line' || (batch.records[index + from]?.length ?? columns) < columns),
        ),
      bytesRead: batch.bytesRead,
    };
  }
}
