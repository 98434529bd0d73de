import { execFileSync, spawnSync } from 'node:child_process';
import { Failure } from '../../domain/errors';

/** A system user that a program can be run as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as an existing user that may do little. Null when we are not root.
 * @throws Failure `no-unprivileged-user` (exit 3)
 */
export function unprivilegedUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf(name, '-u');
    const gid = idOf(name, '-g');
    if (uid !== null && gid !== null && uid !== 0) return { name, uid, gid };
  }
  throw new Failure(
    'no-unprivileged-user',
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
    {
      exit: 3,
      hint: 'run clearsite as an ordinary user, or set DATABASE_URL.',
    },
  );
}

/** Can this user reach the path and do what the letters of test(1) say (r, w, x), whatever the folders above it allow? */
export function canUse(user: SystemUser, path: string, letters: readonly ('r' | 'w' | 'x')[]): boolean {
  const expression = letters.map((letter) => `test -${letter} "$0"`).join(' && ');
  return (
    spawnSync('/bin/sh', ['-c', expression, path], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' })
      .status === 0
  );
}

function idOf(name: string, which: '-u' | '-g'): number | null {
  try {
    const id = Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    // macOS gives nobody a negative number, which spawn does not take.
    return Number.isInteger(id) && id >= 0 ? id : null;
  } catch {
    return null;
  }
}
