import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../domain/errors';
import { type Kind } from '../../importers/columns';
import { openTable, type ReadOptions } from '../../importers/open';
import { type RawTable } from '../../importers/raw';

/** A folder for the files of one test file. */
export class Folder {
  private readonly path = mkdtempSync(join(tmpdir(), 'clearsite-importers-'));
  private files = 0;

  /** Writes a file as these bytes, or this text in UTF-8. @returns its path */
  write(content: string | Uint8Array, name = `file-${(this.files += 1)}.csv`): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  get folder(): string {
    return this.path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function open(path: string, options: Partial<ReadOptions> & { kind?: Kind } = {}): Promise<RawTable> {
  return openTable(path, { kind: 'devices', format: null, encoding: null, sheet: null, ...options });
}

export interface AllRecords {
  readonly records: string[][];
  readonly lines: number[];
  readonly damaged: { readonly line: number; readonly code: string }[];
}

/** Every record of a table. */
export async function all(table: RawTable): Promise<AllRecords> {
  const found: AllRecords = { records: [], lines: [], damaged: [] };
  for await (const { records, lines, damaged } of table.batches()) {
    found.damaged.push(...damaged.map(({ index, code }) => ({ line: lines[index]!, code })));
    found.records.push(...records.map((cells) => [...cells]));
    found.lines.push(...lines);
  }
  return found;
}

/** The failure that `body` ends with. */
export async function failureOf(body: () => Promise<unknown>): Promise<Failure> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
