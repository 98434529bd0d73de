import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Nation } from '../../domain/vocabulary';
import { packageRoot } from '../../platform/paths';

/** A case and when it is due according to tools/due-oracle.py. */
export interface OracleCase {
  readonly start: string;
  readonly workingDays: number;
  readonly nation: Nation;
  readonly zone: string;
  readonly expected: string;
}

const FILE = join(packageRoot(), 'test', 'fixtures', 'calendar', 'due-oracle.jsonl.gz');

function lines(): readonly string[] {
  return gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
}

/** Seed, count and versions. */
export function about(): unknown {
  return JSON.parse(lines()[0]!);
}

export function oracleCases(): readonly OracleCase[] {
  return lines()
    .slice(1)
    .map((line) => JSON.parse(line) as OracleCase);
}
