import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Clock ticks a second in /proc/PID/stat; 100 on every Linux. */
const TICKS = 100;

interface Usage {
  readonly parent: number;
  readonly ticks: number;
}

function usages(): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command's name stands in brackets and may hold anything; the numbers follow the last one.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      found.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** CPU seconds used so far by processes and all their children. Linux only. */
function cpuSeconds(roots: readonly number[]): number {
  const all = usages();
  const wanted = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, { parent }] of all) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid);
        grown = true;
      }
    }
  }
  return [...wanted].reduce((sum, pid) => sum + (all.get(pid)?.ticks ?? 0), 0) / TICKS;
}

/** Cores used by processes and their children over some seconds. */
export async function coresUsed(roots: readonly number[], seconds: number): Promise<number> {
  const before = cpuSeconds(roots);
  const start = performance.now();
  await delay(seconds * 1000);
  return (cpuSeconds(roots) - before) / ((performance.now() - start) / 1000);
}
