import { spawn } from 'node:child_process';

/** Ends a process when this one dies, however it dies: a run that is killed must leave no servers behind. */
export interface Leash {
  release(): void;
}

/** Ties a process to this one: a shell waits on a pipe that only this process holds open, and ends the other when it closes. */
export function leash(pid: number): Leash {
  const watcher = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -9 "$0" 2>/dev/null', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return { release: () => void watcher.kill('SIGKILL') };
}
