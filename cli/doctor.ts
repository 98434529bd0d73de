import { type Command } from 'commander';
import { type Check } from '../app/doctor/check';
import { examine } from '../app/doctor/doctor';
import { type ExitCode } from '../domain/errors';
import { loadConfig } from '../platform/config';
import { action } from './command';

const SIGNS = { ok: 'ok     ', finding: 'FINDING', missing: 'MISSING' } as const;

export function configure(command: Command): void {
  action<{ all?: boolean }>(
    command
      .option('--all', 'look into every open case, however long it takes')
      .addHelpText(
        'after',
        '\nSays what is reachable, which versions, which migrations wait, which cases fail, and what to do about each.\nExit 0 all is well, 1 something has to be done, 3 a needed service is not there.\n\nExamples:\n  clearsite doctor\n  clearsite doctor --json',
      ),
    async (io, { all }) => {
      const checks = await examine(loadConfig(), new Date(), all ? 'every' : 'quick');
      io.answer({ ok: exitOf(checks) === 0, checks }, () => checks.map(lineOf).join('\n'));
      return exitOf(checks);
    },
  );
}

function exitOf(checks: readonly Check[]): ExitCode {
  if (checks.some(({ verdict }) => verdict === 'missing')) return 3;
  return checks.some(({ verdict }) => verdict === 'finding') ? 1 : 0;
}

function lineOf({ name, verdict, found, todo }: Check): string {
  const line = `${SIGNS[verdict]}  ${name.padEnd(10)}  ${found}`;
  return todo === null ? line : `${line}\n         What to do: ${todo}`;
}
