import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Which process is meant, beyond its number: numbers are given out again, so a number alone may name some other program.
 * `started` is opaque; two processes never share both.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/** A process as the system lists it. */
export interface ListedProcess {
  readonly identity: ProcessIdentity;
  readonly parentPid: number;
  /** Its arguments, the program first. */
  readonly argv: readonly string[];
}

const POLL_MS = 25;

/** The process that has this number now, or null. A dead one that nobody has collected counts as gone. */
export function identify(pid: number): ProcessIdentity | null {
  return inspect(pid)?.identity ?? null;
}

/** Is exactly this process still there? */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Processes whose arguments satisfy the test; this process is never among them. */
export function findProcesses(test: (argv: readonly string[]) => boolean): readonly ListedProcess[] {
  return listProcesses().filter((listed) => listed.identity.pid !== process.pid && test(listed.argv));
}

/** Waits until the process is gone; false when it is still there after the time. */
export async function waitUntilGone(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (isRunning(identity)) {
    if (Date.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** Sends a signal to exactly this process; false when it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Holds a process still; returns once every thread of it stands. @returns false when it is gone */
export async function freeze(identity: ProcessIdentity): Promise<boolean> {
  if (!signal(identity, 'SIGSTOP')) return false;
  while (isRunning(identity) && !standsStill(identity.pid)) await new Promise((resolve) => setTimeout(resolve, 1));
  return isRunning(identity);
}

/** Asks a process to end, waits, and ends it the hard way when it does not. */
export async function stopProcess(identity: ProcessIdentity, polite: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!signal(identity, polite)) return;
  if (await waitUntilGone(identity, graceMs)) return;
  if (!signal(identity, 'SIGKILL')) return;
  await waitUntilGone(identity, 10_000);
}

/** A signal is taken up by each thread in its own time. */
function standsStill(pid: number): boolean {
  try {
    if (process.platform !== 'linux') return /^T/.test(ps(['-o', 'state=', '-p', String(pid)]));
    const stats = readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'),
    );
    return stats.every((stat) => /^[Tt]$/.test(stateOf(stat)));
  } catch {
    // A thread that ended between listing and reading: look again.
    return false;
  }
}

function stateOf(stat: string): string {
  // The name in parentheses may hold spaces and parentheses itself: the fields begin after the last one (proc(5)).
  return stat.charAt(stat.lastIndexOf(')') + 2);
}

function inspect(pid: number): ListedProcess | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? inspectProc(pid) : (parsePs(ps([...LISTING, '-p', String(pid)]))[0] ?? null);
}

function listProcesses(): readonly ListedProcess[] {
  if (process.platform !== 'linux') return parsePs(ps([...LISTING, '-ax']));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => inspectProc(Number(name)))
    .filter((listed) => listed !== null);
}

let boot: string | undefined;

function inspectProc(pid: number): ListedProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, parent] = fields;
    const ticks = fields[19];
    if (ticks === undefined || /^[ZX]$/.test(stateOf(stat))) return null;
    // Ticks count from boot, so the boot has to be part of the identity.
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { identity: { pid, started: `${boot}/${ticks}` }, parentPid: Number(parent), argv };
  } catch {
    // Gone between listing and reading, or another user's process on a system that hides them.
    return null;
  }
}

const LISTING = ['-ww', '-o', 'pid=,ppid=,stat=,lstart=,command='];

function ps(args: readonly string[]): string {
  try {
    return execFileSync('ps', [...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    // ps ends with 1 where no process matches.
    return '';
  }
}

/** Reads `pid ppid stat Www Mmm dd hh:mm:ss yyyy command…`. Arguments with spaces come apart here; callers compare whole paths. */
function parsePs(output: string): readonly ListedProcess[] {
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, state, started = '', command = ''] = match;
    if (state?.startsWith('Z')) return [];
    return [
      {
        identity: { pid: Number(pid), started: started.replace(/\s+/g, ' ') },
        parentPid: Number(parent),
        argv: command.split(' '),
      },
    ];
  });
}
