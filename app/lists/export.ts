import { type CsvColumn, csvHead, csvLines } from './csv';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Takes a piece of a file and is waited for, so that no more is read than the reader can take. */
export type Write = (piece: string) => Promise<void>;

/** Walks through all rows, some at a time. */
export type Walk<Row> = (onRows: (rows: readonly Row[]) => Promise<void>) => Promise<void>;

/** Writes rows as CSV. The head is written even where there are none. */
export async function writeCsv<Row>(columns: readonly CsvColumn<Row>[], walk: Walk<Row>, write: Write): Promise<void> {
  let head = csvHead(columns);
  await walk(async (rows) => {
    await write(head + csvLines(columns, rows));
    head = '';
  });
  if (head !== '') await write(head);
}

/**
 * Writes rows as one JSON document, `{ NAME: […], asOf, total }`: what is cut off is no JSON, and `total` comes last.
 * @param asOf ISO instant at which the rows were read
 */
export async function writeJson<Row>(name: string, asOf: string, walk: Walk<Row>, write: Write): Promise<void> {
  const opening = `{${JSON.stringify(name)}:[`;
  let total = 0;
  await walk(async (rows) => {
    await write((total === 0 ? opening : ',') + rows.map((row) => JSON.stringify(row)).join(','));
    total += rows.length;
  });
  await write(`${total === 0 ? opening : ''}],"asOf":${JSON.stringify(asOf)},"total":${total}}\n`);
}
