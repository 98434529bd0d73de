import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIfPresent } from '../../platform/files';
import { findProcesses, isRunning, type ListedProcess, type ProcessIdentity } from '../../platform/processes';

/** A `clearsite up` of a test's own, run as people run it. */
export class RunningUp {
  private readonly child: ChildProcess;
  private said = '';
  readonly exited: Promise<number | null>;

  constructor(
    command: string,
    readonly home: string,
    args: readonly string[] = [],
    environment: Record<string, string> = {},
  ) {
    this.child = spawn(process.execPath, [command, 'up', ...args], {
      env: { ...withoutServices(), CLEARSITE_HOME: home, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.exited = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
  }

  get pid(): number {
    return this.child.pid!;
  }

  get output(): string {
    return this.said;
  }

  /** Waits until a line says this. */
  async says(text: string): Promise<void> {
    let ended = false;
    void this.exited.then(() => (ended = true));
    await eventually(() => {
      if (this.said.includes(text)) return true;
      if (ended) throw new Error(`"up" ended without saying "${text}":\n${this.said}`);
      return false;
    });
  }

  send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What it runs: by name of the program. */
  children(): { postgres: ProcessIdentity; temporal: ProcessIdentity; worker: ProcessIdentity; web: ProcessIdentity } {
    const children = findProcesses(() => true).filter((listed) => listed.parentPid === this.pid);
    const find = (test: (listed: ListedProcess) => boolean): ProcessIdentity => children.find(test)!.identity;
    return {
      postgres: find(({ argv }) => argv[0]!.endsWith('/postgres')),
      temporal: find(({ argv }) => argv.some((argument) => argument.includes('temporal'))),
      worker: find(({ argv }) => argv.at(-1) === 'worker'),
      web: find(({ argv }) => argv.at(-1) === 'web'),
    };
  }
}

/** A folder that only its owner may enter, for a home inside. */
export function closedFolder(): string {
  return mkdtempSync(join(tmpdir(), 'clearsite-up-'));
}

/** Processes that work on a home's files, wherever those are kept. */
export function processesOf(home: string): readonly ListedProcess[] {
  const elsewhere = stateElsewhere(home);
  return findProcesses((argv) =>
    argv.some((argument) => argument.startsWith(home) || (elsewhere !== null && argument.startsWith(elsewhere))),
  );
}

function stateElsewhere(home: string): string | null {
  const pointer = readIfPresent(join(home, 'postgres', 'location.json'));
  return pointer === null ? null : (JSON.parse(pointer) as { folder: string }).folder;
}

/** Removes a home, and what PostgreSQL keeps elsewhere for it when the tests run as root. */
export function removeHome(folder: string, home: string): void {
  const elsewhere = stateElsewhere(home);
  if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Waits until something holds; the test's own time limit ends it. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Waits until these processes are gone. */
export function gone(...identities: readonly ProcessIdentity[]): Promise<void> {
  return eventually(() => identities.every((identity) => !isRunning(identity)));
}

/** Reads a home's run.json. */
export function runFileOf(home: string): { databaseUrl: string; temporal: { address: string }; up: { pid: number } } {
  return JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')) as ReturnType<typeof runFileOf>;
}

/** The machine's environment without anything that would name a service. */
export function withoutServices(): Record<string, string> {
  const named = /^(CLEARSITE_|TEMPORAL_|DATABASE_URL$|SMTP_URL$|PORT$|PUBLIC_URL$|MAIL_FROM$)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || named.test(name) ? [] : [[name, value]],
    ),
  );
}
