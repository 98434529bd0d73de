import { rmSync } from 'node:fs';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { Failure } from '../domain/errors';
import { readIfPresent, writeAtomically } from './files';
import { ensureHome } from './home';
import { homePaths } from './paths';
import { identify, isRunning } from './processes';

const holderFile = z.object({ pid: z.int().positive(), started: z.string() });

/**
 * Takes a home for this process; the holder's identity, not its number alone, says whether it still holds it, so that a killed holder
 * keeps nobody out.
 * @returns gives the home back
 * @throws Failure `already-running` (exit 2) naming the holder
 */
export async function holdHome(home: string): Promise<() => void> {
  ensureHome(home);
  const path = homePaths(home).lock;
  // Held for milliseconds: two that start at once must not both find the lock free.
  const release = await lock(path, { realpath: false, stale: 5_000, retries: { retries: 20, minTimeout: 50 } });
  try {
    const holder = holderOf(home);
    if (holder !== null) {
      throw new Failure('already-running', `"clearsite up" is already running for ${home}, as process ${holder.pid}.`, {
        hint: 'use that one, stop it first (Ctrl-C there), or choose another CLEARSITE_HOME.',
        details: { pid: holder.pid },
      });
    }
    const self = identify(process.pid);
    if (self === null) throw new Error('this process is not in the list of processes');
    writeAtomically(path, JSON.stringify(self));
    return () => rmSync(path, { force: true });
  } finally {
    await release();
  }
}

/** The process that holds the home, or null. */
export function holderOf(home: string): { readonly pid: number } | null {
  const text = readIfPresent(homePaths(home).lock);
  if (text === null) return null;
  const parsed = holderFile.safeParse(parse(text));
  return parsed.success && isRunning(parsed.data) ? parsed.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
