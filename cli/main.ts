import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands';

const NAME = 'clearsite';

/**
 * The command line. Only the named command's module is loaded, so that `screen` does not pay for the Temporal client.
 * @param argv as in `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command(NAME)
    .description('Runs the removal of banned surveillance equipment from government sites.')
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
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
