import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from '../../../domain/errors';
import { type Environment } from '../../paths';
import { stoppedEarly } from '../program';
import { buildServer } from './build';
import { cachedProgram } from './cache';
import { downloadCli } from './download';
import { type Search } from './search';
import {
  atLeast,
  identifyTemporal,
  MINIMUM_SERVER,
  TEMPORAL_KINDS,
  type TemporalKind,
  type TemporalProgram,
} from './version';

const KINDS: Readonly<Record<TemporalKind, string>> = {
  cli: 'the "temporal" command',
  server: 'a Temporal server built from source',
};

/** One way to a server: the program, or why this way was not taken. */
interface Route {
  readonly name: string;
  readonly kinds: readonly TemporalKind[];
  readonly attempt: (wanted: readonly TemporalKind[]) => Promise<TemporalProgram | string>;
}

/**
 * Finds a Temporal server to run: `temporal` on PATH, our cache, the SDK's download, a build from source. Says of each way that was
 * passed over why.
 * @param kept the kind that this home began with, or null for a new home
 * @throws Failure `temporal-not-found` (exit 3)
 */
export async function findTemporal(kept: TemporalKind | null, search: Search): Promise<TemporalProgram> {
  const { log, signal } = search;
  const wanted = kept === null ? TEMPORAL_KINDS : [kept];
  const reasons: string[] = [];
  for (const route of routes(search)) {
    if (signal?.aborted) throw stoppedEarly('Temporal');
    const found = route.kinds.some((kind) => wanted.includes(kind))
      ? await route.attempt(wanted)
      : `this home began with another kind of server (${kept})`;
    if (typeof found !== 'string') {
      log(`Temporal: server ${found.version} from ${route.name}`);
      return found;
    }
    log(`Temporal: not from ${route.name}: ${found}`);
    reasons.push(`${route.name}: ${found}`);
  }
  if (signal?.aborted) throw stoppedEarly('Temporal');
  const what =
    kept === null
      ? 'No Temporal server could be had.'
      : `This home began with ${KINDS[kept]}, and that cannot be had any more.`;
  throw new Failure('temporal-not-found', what, {
    exit: 3,
    hint: `install the "temporal" command (server ${MINIMUM_SERVER} or newer) or Go, or set TEMPORAL_ADDRESS. Tried: ${reasons.join('; ')}.`,
  });
}

function routes({ environment, log, signal }: Search): readonly Route[] {
  const cached = async (kinds: readonly TemporalKind[]): Promise<TemporalProgram | string> => {
    for (const kind of kinds) {
      const program = await cachedProgram(kind, environment);
      if (program !== null) return program;
    }
    return 'nothing kept there yet';
  };
  return [
    { name: 'PATH', kinds: ['cli'], attempt: () => onPath(environment) },
    { name: 'the cache', kinds: TEMPORAL_KINDS, attempt: cached },
    {
      name: "the SDK's download",
      kinds: ['cli'],
      attempt: async () => (await downloadCli(environment, signal)) ?? cached(['cli']),
    },
    {
      name: 'source',
      kinds: ['server'],
      attempt: async () => (await buildServer({ environment, log, signal })) ?? cached(['server']),
    },
  ];
}

async function onPath(environment: Environment): Promise<TemporalProgram | string> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, 'temporal')).find((candidate) => existsSync(candidate));
  if (path === undefined) return 'there is no "temporal" program on it';
  const program = await identifyTemporal(path);
  if (program?.kind !== 'cli') return `${path} is not the Temporal command`;
  if (!atLeast(program.version, MINIMUM_SERVER))
    return `${path} carries server ${program.version}, older than ${MINIMUM_SERVER}`;
  return program;
}
