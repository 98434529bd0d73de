import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

let root: string | undefined;

/** The package's own folder, whether this file runs as source (under jest) or from dist/. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (
      existsSync(manifest) &&
      (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'clearsite'
    ) {
      root = folder;
      return folder;
    }
  }
  throw new Error(`no package.json of clearsite above ${__dirname}`);
}

/** The package's version. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** A variable's value; an empty one counts as unset, as Compose files and shells leave it. */
export function variable(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

/** Where everything that belongs to one installation is kept: `CLEARSITE_HOME`, else `.clearsite` in the current folder. */
export function homeFolder(environment: Environment = process.env): string {
  return resolve(variable(environment, 'CLEARSITE_HOME') ?? '.clearsite');
}

/** What is where under a home. */
export interface HomePaths {
  /** Addresses of the running `clearsite up`. */
  readonly run: string;
  /** Who holds this home: one `clearsite up` at a time. */
  readonly lock: string;
  /** The encryption key ring of an embedded installation. */
  readonly keys: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly mail: string;
  readonly evidence: string;
  /** The port that the web server had last time. */
  readonly webPort: string;
}

/** The paths of a home; none of them need exist. */
export function homePaths(home: string): HomePaths {
  return {
    run: join(home, 'run.json'),
    lock: join(home, 'up.json'),
    keys: join(home, 'keys'),
    postgres: join(home, 'postgres'),
    temporal: join(home, 'temporal'),
    mail: join(home, 'mail'),
    evidence: join(home, 'evidence'),
    webPort: join(home, 'web-port'),
  };
}

/** What may be thrown away at any time because it can be had again: downloaded and built programs. */
export function cacheFolder(environment: Environment = process.env): string {
  return join(variable(environment, 'XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'clearsite');
}
