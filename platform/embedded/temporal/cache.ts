import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, type Environment, packageRoot } from '../../paths';
import { identifyTemporal, type TemporalKind, type TemporalProgram } from './version';

/** The Temporal command that the SDK is asked for; it carries server 1.32.0. */
export const CLI_VERSION = 'v1.9.1';

/** The Go module whose go.mod and go.sum pin the server and everything in it. */
export function serverModule(): string {
  return join(packageRoot(), 'tools', 'temporal');
}

/** Where a program of this kind is kept once had: one file for each pinned version and platform. */
export function cachedPath(kind: TemporalKind, environment: Environment): string {
  const platform = `${process.platform}-${process.arch}`;
  const name =
    kind === 'cli' ? `temporal-cli-${CLI_VERSION}-${platform}` : `temporal-server-${moduleDigest()}-${platform}`;
  return join(cacheFolder(environment), 'temporal', name);
}

/** The cached program of this kind, or null. A file that does not run is removed, so that it is made again. */
export async function cachedProgram(kind: TemporalKind, environment: Environment): Promise<TemporalProgram | null> {
  const path = cachedPath(kind, environment);
  if (!existsSync(path)) return null;
  const program = await identifyTemporal(path);
  if (program === null) rmSync(path, { force: true });
  return program;
}

function moduleDigest(): string {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum']) hash.update(readFileSync(join(serverModule(), name)));
  return hash.digest('hex').slice(0, 12);
}
