import { Command, CommanderError } from 'commander';
import { packageVersion } from '../platform/paths';
import { COMMANDS } from './commands';

const NAME = 'clearsite';

/** With `--json` also what was typed wrong is one document on stdout, as every other error is. */
function reportUsage({ message }: CommanderError): void {
  const sentence = message.replace(/^error: /, '');
  const hint = `Run "${NAME} --help" or "${NAME} <command> --help".`;
  process.stdout.write(`${JSON.stringify({ error: { code: 'bad-usage', message: sentence, hint } })}\n`);
}

/**
 * The command line. Only the named command's module is loaded, so that `screen` does not pay for the Temporal client.
 * @param argv as in `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command(NAME)
    .description('Runs the removal of banned surveillance equipment from government sites.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError(`Run "${NAME} --help" or "${NAME} <command> --help".`)
    .exitOverride();
  const wanted = argv[2];
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary).exitOverride();
    if (entry.name === wanted) (await entry.load()).configure(command);
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // --help and --version end through here too, with 0.
    if (error.exitCode === 0) return;
    if (argv.includes('--json')) reportUsage(error);
    process.exitCode = 2;
  }
}
