import { execFile } from 'node:child_process';
import { withoutServices } from './running-up';

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command as a person does, in an environment that names only these services. */
export function runCli(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...withoutServices(), ...environment };
    execFile(process.execPath, [command, ...args], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
