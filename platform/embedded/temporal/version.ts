import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * A program that is a Temporal server: `cli` is the `temporal` command (it runs `server start-dev`), `server` is the server itself,
 * which takes a configuration file. Their data differ (number of history shards), so a home stays with its kind.
 */
export interface TemporalProgram {
  readonly kind: TemporalKind;
  readonly path: string;
  /** Of the server, e.g. 1.32.1. */
  readonly version: string;
}

export const TEMPORAL_KINDS = ['cli', 'server'] as const;
export type TemporalKind = (typeof TEMPORAL_KINDS)[number];

/** Older servers lack what this program relies on: updates after continue-as-new, and virtual time for rehearsal. */
export const MINIMUM_SERVER = '1.32.0';

/** Asks a program what it is; null when it does not run or is something else. */
export async function identifyTemporal(path: string): Promise<TemporalProgram | null> {
  let said: string;
  try {
    said = (await promisify(execFile)(path, ['--version'], { timeout: 20_000 })).stdout;
  } catch {
    return null;
  }
  // The command says "temporal version 1.9.1 (Server 1.32.0, UI …)", the server "temporal version 1.32.1".
  const cli = /\bServer (\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (cli !== undefined) return { kind: 'cli', path, version: cli };
  const server = /^temporal version (\d+\.\d+\.\d+)/.exec(said)?.[1];
  return server === undefined ? null : { kind: 'server', path, version: server };
}

/** Is the version at least the one that is needed? Both as three numbers with dots. */
export function atLeast(version: string, needed: string): boolean {
  const [have, want] = [version, needed].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (have?.[part] ?? 0) - (want?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
