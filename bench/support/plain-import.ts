import { createReadStream } from 'node:fs';
import { Parser } from 'csv-parse';
import { type Pool } from 'pg';
import { ieeeRegistry } from '../../app/oui-registry';
import { isSiteInScope } from '../../domain/policy/policy';
import { createScreener } from '../../domain/screening/screener';
import { SENSITIVITIES } from '../../domain/vocabulary';
import { policyOf, theProgramme } from '../../register/current-policy';
import { askForCases } from '../../register/import-cases';
import { markRejects } from '../../register/import-checks';
import { DEVICE_DATA, mergeDevices, mergedFigures, prepareMerge } from '../../register/import-devices';
import { beginRun, finishRun, withImportLock } from '../../register/import-runs';
import { emptyStaging, openStaging, VerdictBook } from '../../register/import-staging';
import { mergeWarnings } from '../../register/import-warnings';

/** csv-parse as the product drives it: whole batches, without a stream of single records. */
class Records extends Parser {
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

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const cell = (value: string): string =>
  value === '' ? '\\N' : value.replace(SPECIAL, (character) => ESCAPES[character] ?? character);

/** csv-parse (arrays) and COPY, and nothing between: what the file says goes into the table as it is. */
async function copyRows(
  path: string,
  write: (rows: string) => Promise<void>,
  verdictOf: (make: string) => number,
): Promise<number> {
  const parser = new Records({});
  parser.resume();
  let line = 1;
  const send = async (): Promise<void> => {
    let rows = '';
    for (const record of parser.takeBatch()) {
      if (line > 1) rows += `${line}\t${record.map(cell).join('\t')}\t${verdictOf(record[1] ?? '')}\t\\N\n`;
      line += 1;
    }
    if (rows !== '') await write(rows);
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    await new Promise<void>((resolve, reject) => {
      parser.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    await send();
  }
  await new Promise<void>((resolve, reject) => {
    parser.once('error', reject).once('end', resolve);
    parser.end();
  });
  await send();
  return line - 2;
}

/** Milliseconds from the start. */
export interface Times {
  readonly staged: number;
  readonly whole: number;
}

/**
 * The same pipeline without normalising or screening: csv-parse, COPY into the same staging table, the same checks, merge,
 * tables and indexes. Which answer of screening a make gets is known beforehand, so that the same cases are asked for.
 */
export async function plainImport(
  pool: Pool,
  path: string,
  makes: readonly { readonly make: string; readonly mac: string }[],
): Promise<Times> {
  const { programmeId } = await theProgramme(pool);
  const policy = await policyOf(pool, programmeId);
  const screen = createScreener(policy, ieeeRegistry);
  const answers = makes.map(({ make, mac }) => ({
    make,
    screening: screen({ make: make || null, model: 'M-1', mac: mac || null, deviceType: 'camera' }),
  }));
  const scope = SENSITIVITIES.filter((sensitivity) => isSiteInScope(policy, sensitivity));
  const began = performance.now();
  let staged = 0;
  await withImportLock(
    pool,
    () => undefined,
    async (client) => {
      const importId = await beginRun(client, {
        kind: 'devices',
        fileName: 'plain',
        fileSha256: '',
        format: 'csv',
        options: {},
        actor: 'bench',
        complete: false,
      });
      await emptyStaging(client);
      const side = await pool.connect();
      const book = new VerdictBook(side);
      const numbers = new Map(answers.map(({ make, screening }) => [make, book.number(screening)]));
      await book.flush();
      side.release();
      const staging = openStaging(client);
      const rows = await copyRows(path, staging.write, (make) => numbers.get(make) ?? 0);
      await staging.finish();
      staged = performance.now() - began;
      await client.query('BEGIN');
      await prepareMerge(client, { programmeId, policyVersion: policy.version, rows });
      await markRejects(client);
      const { created, updated } = await mergeDevices(client, {
        importId,
        present: new Set(DEVICE_DATA),
        scope,
        policyVersion: policy.version,
      });
      await askForCases(client, programmeId, importId, { of: 'staged' });
      await mergedFigures(client, scope);
      await mergeWarnings(client, { importId, programmeId, touched: created + updated }, 1_000);
      await finishRun(client, importId, {});
      await client.query('COMMIT');
    },
  );
  return { staged, whole: performance.now() - began };
}
