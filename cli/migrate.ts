import { type Command } from 'commander';
import { loadConfig } from '../platform/config';
import { prepare } from '../app/prepare';
import { action } from './command';

export function configure(command: Command): void {
  action(
    command.addHelpText(
      'after',
      '\nBrings the register up to date, and the namespace and search attributes of Temporal where one is named.\nMay be repeated. "clearsite up" does it by itself.\n\nExample:\n  clearsite migrate',
    ),
    async (io) => {
      const { migrations, temporal } = await prepare(loadConfig());
      io.answer({ migrations, temporal }, () =>
        [
          migrations.length === 0 ? 'The register was up to date.' : `Applied: ${migrations.join(', ')}.`,
          temporal === null
            ? 'No Temporal server is named, so none was prepared.'
            : temporal.length === 0
              ? 'Temporal was up to date.'
              : `Made in Temporal: ${temporal.join(', ')}.`,
        ].join('\n'),
      );
    },
  );
}
