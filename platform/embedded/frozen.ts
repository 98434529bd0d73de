import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freeze, type ProcessIdentity, signal } from '../processes';

/**
 * Holds processes still while `body` runs, so that their files can be copied as of one instant. Should we be killed meanwhile, a shell that
 * waits on a pipe from us lets them go on.
 */
export async function whileFrozen<T>(processes: readonly ProcessIdentity[], body: () => Promise<T>): Promise<T> {
  if (processes.length === 0) return body();
  const pids = processes.map(({ pid }) => String(pid));
  const guard = spawn('/bin/sh', ['-c', 'echo; cat >/dev/null; kill -CONT "$@"', 'guard', ...pids], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = once(guard, 'exit');
  // It waits on the pipe before anything is frozen.
  await once(guard.stdout, 'data');
  try {
    for (const identity of processes) await freeze(identity);
    return await body();
  } finally {
    for (const identity of processes) signal(identity, 'SIGCONT');
    guard.stdin.end();
    await ended;
  }
}
