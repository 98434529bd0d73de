import { join } from 'node:path';
import { z } from 'zod';
import { readIfPresent, writeAtomically } from '../../files';
import { homePaths } from '../../paths';
import { TEMPORAL_KINDS } from './version';

/**
 * What a home began with, and the ports of last time: a server that was killed is still listed under them among its own peers.
 * `ready` is false until the first start has made the whole schema.
 */
const stateFile = z.object({
  kind: z.enum(TEMPORAL_KINDS),
  version: z.string(),
  ports: z.array(z.int()).readonly(),
  ready: z.boolean(),
  /** ISO instant of a copy of another server's data; null for data of our own. */
  copiedAt: z.string().nullable().default(null),
});
/** As kept in the home. */
export type State = z.infer<typeof stateFile>;

/** What a home's Temporal is; null where it has none of its own, or none that ever came up. */
export function temporalState(home: string): Pick<State, 'kind' | 'version'> | null {
  const state = readState(home);
  return state?.ready === true ? state : null;
}

/**
 * Makes a home's Temporal out of data files that were laid there: the next start goes on with them.
 * @param copiedAt ISO instant at which they were copied
 */
export function adoptTemporal(home: string, program: Pick<State, 'kind' | 'version'>, copiedAt: string): void {
  writeState(home, { ...program, ports: [], ready: true, copiedAt });
}

/** Reads it; null where there is none yet. */
export function readState(home: string): State | null {
  const text = readIfPresent(statePathOf(home));
  return text === null ? null : stateFile.parse(JSON.parse(text));
}

/** Replaces it. */
export function writeState(home: string, state: State): void {
  writeAtomically(statePathOf(home), JSON.stringify(state));
}

function statePathOf(home: string): string {
  return join(homePaths(home).temporal, 'state.json');
}
