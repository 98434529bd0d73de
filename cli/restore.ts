import { type Command } from 'commander';
import { restore } from '../app/backup/restore';
import { loadConfig } from '../platform/config';
import { action } from './command';

export function configure(command: Command): void {
  action(
    command
      .argument('<file>', 'an archive that "clearsite backup" wrote')
      .addHelpText(
        'after',
        '\nInto CLEARSITE_HOME, which must be absent or empty. Mail starts held.\n\nExample:\n  CLEARSITE_HOME=/srv/clearsite-restored clearsite restore /srv/backups/clearsite-20271123T040000Z.tar.gz',
      ),
    async (io, _options, file = '') => {
      const report = await restore(loadConfig(), file, (line) => io.note(line));
      io.answer(report, () =>
        [
          `Restored into ${report.home}, as of ${report.takenAt}: ${report.rows} rows, ${report.evidenceFiles} evidence files${report.temporal ? ', Temporal' : ''}.`,
          ...report.todo.map((sentence) => `Next: ${sentence}`),
        ].join('\n'),
      );
    },
  );
}
