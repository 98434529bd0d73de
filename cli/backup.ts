import { type Command } from 'commander';
import { backup } from '../app/backup/backup';
import { loadConfig } from '../platform/config';
import { action } from './command';

export function configure(command: Command): void {
  action(
    command
      .argument('<file>', 'the archive to write, or a folder to put it in')
      .addHelpText(
        'after',
        '\nHolds the register, the evidence, the keys and the embedded Temporal as of one instant, while everything runs on.\nKeep it secret: whoever has it can read everything. Restore it with "clearsite restore".\n\nExample:\n  clearsite backup /srv/backups',
      ),
    async (io, _options, file = '') => {
      const report = await backup(loadConfig(), file, new Date());
      io.answer(report, () =>
        [
          `Written: ${report.file} (${(report.bytes / 1_000_000).toFixed(1)} MB).`,
          `Held: ${report.rows} rows of ${report.tables} tables, ${report.evidenceFiles} evidence files${report.temporal ? ', Temporal' : ''}${report.keys ? ', the encryption keys' : ''}.`,
          ...report.notHeld.map((sentence) => `Not held: ${sentence}`),
        ].join('\n'),
      );
    },
  );
}
