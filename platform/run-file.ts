import { rmSync } from 'node:fs';
import { z } from 'zod';
import { readIfPresent, writeAtomically } from './files';
import { homePaths } from './paths';
import { isRunning } from './processes';

const runFile = z.object({
  version: z.literal(1),
  /** The `clearsite up` that wrote it. */
  up: z.object({ pid: z.int().positive(), started: z.string() }),
  /** ISO instant. */
  since: z.string(),
  databaseUrl: z.string(),
  temporal: z.object({ address: z.string(), namespace: z.string() }).nullable(),
  smtpUrl: z.string(),
  /** Of the web server. */
  webUrl: z.string(),
});

/** What `clearsite up` tells the other commands: `CLEARSITE_HOME/run.json`. `temporal` is null where the environment names the server. */
export type RunFile = z.infer<typeof runFile>;

/** What the file says of an `up` that is still running; null when there is none, or it was killed, or its number names another program by now. */
export function readRunFile(home: string): RunFile | null {
  const text = readIfPresent(homePaths(home).run);
  if (text === null) return null;
  const parsed = runFile.safeParse(parseJson(text));
  return parsed.success && isRunning(parsed.data.up) ? parsed.data : null;
}

/** Publishes the addresses, readable by the owner only: the database's password is among them. */
export function writeRunFile(home: string, run: RunFile): void {
  writeAtomically(homePaths(home).run, `${JSON.stringify(run, null, 2)}\n`);
}

/** Takes the addresses back when `up` ends. */
export function removeRunFile(home: string): void {
  rmSync(homePaths(home).run, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
