import { type Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Failure } from '../domain/errors';
import { isPadded, paddingStyles } from './padded-numbers';
import { MAX_COLUMNS } from './raw';

/** Largest workbook, as the file lies on disk. */
export const MAX_WORKBOOK_BYTES = 32 * 1024 * 1024;
/** Largest workbook unpacked: about 80,000 rows of an inventory, read in under 400 MB. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
/** Rows times columns of a sheet, gaps included. */
const MAX_GRID = 5_000_000;
/** No local header fits into a gap of this size; a data descriptor does. */
const MAX_GAP = 24;

const AS_CSV = 'Save the sheet as "CSV UTF-8" and import that.';

/** What is known of a workbook before its cells are read. */
export interface WorkbookFacts {
  readonly sheets: number;
  /** Cells that hold an Excel error such as #N/A. */
  readonly errorCells: number;
  /** Numbers whose format shows zeros in front that the cell does not hold. */
  readonly paddedCells: number;
}

const isPart = (name: string): boolean => name.endsWith('.xml') || name.endsWith('.rels');
const isSheet = (name: string): boolean => /^xl\/worksheets\/[^/]+\.xml$/.test(name);

function damaged(name: string, cause?: unknown): Failure {
  return new Failure('damaged-workbook', `${name} is not a whole Excel workbook: it was cut off or damaged.`, {
    hint: `Get the file again. ${AS_CSV}`,
    cause,
  });
}

/** Other things that are zip files too. */
function rejectOthers(names: ReadonlySet<string>, file: string): void {
  if (names.has('xl/workbook.xml')) return;
  const what = names.has('xl/workbook.bin')
    ? 'an Excel binary workbook (.xlsb)'
    : names.has('content.xml')
      ? 'an OpenDocument file'
      : names.has('word/document.xml')
        ? 'a Word document'
        : 'a zip archive';
  throw new Failure('not-a-table', `${file} is ${what}, not an .xlsx workbook.`, {
    hint: what === 'a zip archive' ? 'Unpack it and import the file inside.' : AS_CSV,
  });
}

/** The entries lie one behind another, so that nothing is unpacked that the directory does not name. */
async function checkLayout(zip: ZipFile, entries: readonly Entry[], file: string): Promise<void> {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of inOrder) {
    const gap = entry.relativeOffsetOfLocalHeader - end;
    const local = await zip.readLocalFileHeaderPromise(entry);
    const sizesFollow = (local.generalPurposeBitFlag & 8) !== 0;
    const agree =
      local.fileName.equals(entry.fileNameRaw) &&
      local.compressionMethod === entry.compressionMethod &&
      (sizesFollow ||
        (local.compressedSize === entry.compressedSize && local.uncompressedSize === entry.uncompressedSize));
    if (gap < 0 || gap > MAX_GAP || !agree) throw damaged(file);
    end = local.fileDataStart + entry.compressedSize;
  }
}

function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

const ROW = /<row\b[^>]*?\br\s*=\s*["'](\d+)["']/g;
const CELL = /<c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,8})(\d+)["'][^>]*>/g;
const IS_ERROR = /\bt\s*=\s*["']e["']/;

type CellCounts = Omit<WorkbookFacts, 'sheets'>;

/** How far a sheet reaches: one stray value in its last corner would make a reader fill the whole grid. */
async function scanSheet(xml: Readable, padding: ReadonlySet<string>, file: string): Promise<CellCounts> {
  let [rest, rows, columns, errorCells, paddedCells] = ['', 0, 0, 0, 0];
  const decoder = new TextDecoder('utf-8');
  const scan = (text: string): void => {
    for (const [, row = '0'] of text.matchAll(ROW)) rows = Math.max(rows, Number(row));
    for (const [tag, letters = '', row = '0'] of text.matchAll(CELL)) {
      rows = Math.max(rows, Number(row));
      columns = Math.max(columns, columnNumber(letters));
      if (IS_ERROR.test(tag)) errorCells += 1;
      else if (padding.size > 0 && isPadded(tag, padding)) paddedCells += 1;
    }
    if (columns > MAX_COLUMNS || rows > 1_048_576 || rows * columns > MAX_GRID) {
      throw new Failure(
        'sheet-too-large',
        `${file}: a sheet reaches to row ${rows} and column ${columns}, more than can be an inventory.`,
        {
          hint: `Delete what stands far out of the table (Ctrl+End shows it). ${AS_CSV}`,
        },
      );
    }
  };
  for await (const chunk of xml as AsyncIterable<Buffer>) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const cut = text.lastIndexOf('<');
    scan(text.slice(0, cut === -1 ? text.length : cut));
    rest = cut === -1 ? '' : text.slice(cut).slice(0, 4096);
  }
  scan(rest);
  return { errorCells, paddedCells };
}

/** Unpacks every part once without keeping it: sizes are as declared, and the grid is sane. */
async function verify(zip: ZipFile, entries: readonly Entry[], file: string): Promise<CellCounts> {
  const styles = entries.find(({ fileName }) => fileName === 'xl/styles.xml');
  const padding = styles === undefined ? new Set<string>() : paddingStyles(await textOf(zip, styles));
  let [errorCells, paddedCells] = [0, 0];
  for (const entry of entries.filter(({ fileName }) => isPart(fileName))) {
    const stream = await zip.openReadStreamPromise(entry);
    if (isSheet(entry.fileName)) {
      const counts = await scanSheet(stream, padding, file);
      errorCells += counts.errorCells;
      paddedCells += counts.paddedCells;
    } else for await (const _ of stream) void _;
  }
  return { errorCells, paddedCells };
}

/** Styles that say more than this are no inventory's. */
const MAX_STYLES = 8 * 1024 * 1024;

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MAX_STYLES) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Looks into a workbook without keeping any of it in memory.
 * @throws Failure (exit 2): no workbook, encrypted, damaged, or larger than {@link MAX_UNPACKED_BYTES} unpacked
 */
export async function inspectWorkbook(path: string, name: string, size: number): Promise<WorkbookFacts> {
  if (size > MAX_WORKBOOK_BYTES) throw tooLarge(name, size);
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw damaged(name, error);
  });
  try {
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    rejectOthers(new Set(entries.map(({ fileName }) => fileName)), name);
    if (entries.some((entry) => entry.isEncrypted())) {
      throw new Failure('encrypted-workbook', `${name} is protected with a password.`, {
        hint: 'Remove the password in Excel and save it again.',
      });
    }
    const unpacked = entries
      .filter(({ fileName }) => isPart(fileName))
      .reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    if (unpacked > MAX_UNPACKED_BYTES) throw tooLarge(name, unpacked);
    await checkLayout(zip, entries, name);
    return {
      sheets: entries.filter(({ fileName }) => isSheet(fileName)).length,
      ...(await verify(zip, entries, name)),
    };
  } catch (error) {
    throw error instanceof Failure ? error : damaged(name, error);
  } finally {
    zip.close();
  }
}

function tooLarge(name: string, bytes: number): Failure {
  const mib = (value: number): string => `${Math.ceil(value / 1024 / 1024)} MiB`;
  return new Failure(
    'workbook-too-large',
    `${name} holds ${mib(bytes)} (at most ${mib(MAX_WORKBOOK_BYTES)} packed and ${mib(MAX_UNPACKED_BYTES)} unpacked, some 80,000 rows).`,
    {
      hint: AS_CSV,
    },
  );
}
