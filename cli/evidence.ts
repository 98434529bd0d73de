import { type Command } from 'commander';
import { actOnCase } from '../app/cases/act-on-case';
import { parseAction } from '../app/cases/action-input';
import { listEvidence } from '../app/evidence/list';
import { withServices } from '../app/services';
import { FILE_KINDS } from '../domain/evidence';
import { loadConfig } from '../platform/config';
import { answerText, evidenceText } from './cases-text';
import { action, actsAs } from './command';

interface AddOptions {
  readonly file: string;
  readonly kind: string;
  readonly note?: string;
  readonly commandId?: string;
}

function configureAdd(command: Command): void {
  action<AddOptions>(
    actsAs(command)
      .argument('<case>', 'case id, or asset id')
      .requiredOption('--file <path>', 'a photo, a PDF or a text file, at most 25 MB')
      .requiredOption('--kind <kind>', `what the file is: ${FILE_KINDS.join(', ')}`)
      .option('--note <text>', 'what it shows')
      .option('--command-id <id>', 'an id of your own, to repeat safely')
      .addHelpText(
        'after',
        '\nThe same as "cases act ID submit-evidence". The file is kept by its SHA-256, once, however often it is handed in.\n\nExample:\n  clearsite evidence add CAM-0042 --file gone.jpg --kind photo --note "bare bracket, north wall"',
      ),
    async (io, { file, kind, note, commandId }, id = '') => {
      const input = parseAction('submit-evidence', { evidenceFile: file, kind, note });
      const answer = await withServices(loadConfig(), (services) =>
        actOnCase(services, id, input, io.who, { commandId: commandId ?? null, expectedRevision: null }),
      );
      io.answer(answer, () => answerText(answer, id));
    },
  );
}

function configureList(command: Command): void {
  action(
    command
      .argument('<case>', 'case id, or asset id')
      .addHelpText('after', '\nExample:\n  clearsite evidence list CAM-0042'),
    async (io, _options, id = '') => {
      const listed = await withServices(loadConfig(), (services) => listEvidence(services, id));
      io.answer(listed, () => evidenceText(listed));
    },
  );
}

export function configure(command: Command): void {
  configureAdd(command.command('add').description('hand in a file that proves something'));
  configureList(command.command('list').description('what was handed in and accepted'));
}
