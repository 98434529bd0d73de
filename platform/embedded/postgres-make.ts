import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Failure } from '../../domain/errors';
import { PRIVATE_FILE, PRIVATE_FOLDER, writeAtomically } from '../files';
import { homePaths } from '../paths';
import { type PostgresLocation } from './postgres-location';
import { type Log } from './program';

export const SUPERUSER = 'clearsite';

/** Password and the port of last time, so that addresses stay the same where they can. */
const stateFile = z.object({ password: z.string(), port: z.int().nullable() });
/** As kept in the home. */
export type PostgresState = z.infer<typeof stateFile>;

/** Reads it; there is one as soon as there is a data folder. */
export function readPostgresState(home: string): PostgresState {
  return stateFile.parse(JSON.parse(readFileSync(statePathOf(home), 'utf8')));
}

/** Replaces it. */
export function writePostgresState(home: string, state: PostgresState): void {
  writeAtomically(statePathOf(home), JSON.stringify(state));
}

function statePathOf(home: string): string {
  return join(homePaths(home).postgres, 'server.json');
}

/** Makes the data folder beside its place and moves it there whole, so that a start that is killed leaves no half of one. */
export async function makePostgres(location: PostgresLocation, home: string, log: Log): Promise<void> {
  log('PostgreSQL: making a new register');
  const password = randomBytes(24).toString('base64url');
  const workshop = join(location.folder, 'initialising');
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { mode: PRIVATE_FOLDER });
  const passwordFile = join(workshop, 'password');
  writeFileSync(passwordFile, password, { mode: PRIVATE_FILE });
  if (location.user !== null)
    for (const path of [workshop, passwordFile]) chownSync(path, location.user.uid, location.user.gid);
  const made = join(workshop, 'data');
  const options = [
    '--auth=scram-sha-256',
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  try {
    await promisify(execFile)(join(location.binaries, 'bin', 'initdb'), ['-D', made, ...options], {
      cwd: workshop,
      env: postgresEnvironment(),
      ...(location.user === null ? {} : { uid: location.user.uid, gid: location.user.gid }),
    });
  } catch (cause) {
    throw new Failure('register-not-made', 'PostgreSQL could not make a new register.', {
      exit: 3,
      hint: `${(cause as { stderr?: string }).stderr?.trim() ?? String(cause)}`,
      cause,
    });
  }
  unlinkSync(passwordFile);
  writePostgresState(home, { password, port: null });
  renameSync(made, location.data);
  rmSync(workshop, { recursive: true, force: true });
}

/** Nothing of ours: PG… variables and locale would change what the programs do. */
export function postgresEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
