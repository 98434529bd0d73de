import { type Command } from 'commander';
import { type ImportReport } from '../app/import/report';
import { undoImport } from '../app/import/undo-import';
import { findImports, type Run, showImport } from '../app/import/runs';
import { throughWorkflows } from '../app/import/withdraw-case';
import { withServices } from '../app/services';
import { Failure } from '../domain/errors';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';
import { momentShown } from './days';
import { wholeNumber } from './numbers';
import { undoneText } from './imports-text';
import { facts, table } from './output';

const ZONE = 'Europe/London';
const SCREENFUL = 50;

function state({ finishedAt, undoneAt, report }: Run): string {
  if (undoneAt !== null) return 'undone';
  if (finishedAt !== null) return 'applied';
  const failed = (report as { error?: { code?: string } } | null)?.error?.code;
  return failed === undefined ? 'not finished: nothing of it applied' : `refused: ${failed}`;
}

/** Counts of a finished import; null for one that was cut short. */
function counts({ finishedAt, report }: Run): Partial<ImportReport> | null {
  return finishedAt === null ? null : (report as Partial<ImportReport> | null);
}

function summary(run: Run): Record<string, unknown> {
  const { importId, kind, fileName: file, startedAt, finishedAt, undoneAt, actor } = run;
  const { read = null, accepted = null, rejected = null, created = null, updated = null } = counts(run) ?? {};
  return {
    importId,
    kind,
    file,
    state: state(run),
    startedAt,
    finishedAt,
    undoneAt,
    actor,
    read,
    accepted,
    rejected,
    created,
    updated,
  };
}

function importId(text: string): number {
  const id = Number(text);
  if (/^\d{1,9}$/.test(text) && id > 0) return id;
  throw new Failure('unknown-import', `There is no import "${text}".`, { hint: 'See "clearsite imports list".' });
}

function configureList(command: Command): void {
  action<{ readonly limit?: number }>(
    command.option('--limit <count>', `at most so many (default ${SCREENFUL})`, wholeNumber('--limit', 1)),
    async (io, { limit = SCREENFUL }) => {
      const runs = await withServices(loadConfig(), (services) => findImports(services, limit));
      io.answer({ imports: runs.map(summary) }, () => {
        if (runs.length === 0) return 'Nothing has been imported yet: clearsite import FILE';
        return table(
          [
            { head: 'import', align: 'right' },
            { head: 'when' },
            { head: 'kind' },
            { head: 'file' },
            { head: 'accepted', align: 'right' },
            { head: 'rejected', align: 'right' },
            { head: 'by' },
            { head: 'state' },
          ],
          runs.map((run) => [
            run.importId,
            momentShown(run.startedAt, ZONE),
            run.kind,
            run.fileName,
            counts(run)?.accepted ?? null,
            counts(run)?.rejected ?? null,
            run.actor,
            state(run),
          ]),
        );
      });
    },
  );
}

function shownText(run: Run): string {
  const report = counts(run);
  return facts([
    ['Import', run.importId],
    ['State', state(run)],
    ['Kind', run.kind],
    ['File', run.fileName],
    ['SHA-256', run.fileSha256],
    ['Started', momentShown(run.startedAt, ZONE)],
    ['Finished', run.finishedAt === null ? null : momentShown(run.finishedAt, ZONE)],
    ['By', run.actor],
    [
      'Lines',
      report === null
        ? null
        : `${report.read ?? 0} read, ${report.accepted ?? 0} accepted (${report.created ?? 0} created, ${report.updated ?? 0} updated, ${report.unchanged ?? 0} unchanged), ${report.rejected ?? 0} rejected`,
    ],
    ['Cases asked for', report?.casesOpening ?? null],
    ['Rejects', report?.rejectsFile ?? null],
    ...(run.undoneAt === null
      ? []
      : ([
          ['Undone', `${momentShown(run.undoneAt, ZONE)} by ${run.undoneBy ?? ''}`],
          ['Because', run.undoReason],
        ] as const)),
  ]);
}

function configureShow(command: Command): void {
  action(command.argument('<id>', 'number of the import'), async (io, _, id = '') => {
    const number = importId(id);
    const run = await withServices(loadConfig(), (services) => showImport(services, number));
    io.answer({ ...summary(run), ...run }, () => shownText(run));
  });
}

const UNDO_HELP = `
Rows get their earlier values back where nothing has changed them since, rows that the import created go where nothing
refers to them, cases that nobody acted on are withdrawn, mail about them is stopped or corrected. The rest is listed,
with exit code 1. Interrupted, the same command goes on; undone already, it says so and changes nothing.

Example:
  clearsite imports undo 12 --reason "last year's file"`;

function configureUndo(command: Command): void {
  action<{ readonly reason: string }>(
    actsAs(command)
      .argument('<id>', 'number of the import')
      .requiredOption('--reason <text>', 'why; stays on record')
      .addHelpText('after', UNDO_HELP),
    async (io, { reason }, id = '') => {
      const number = importId(id);
      const report = await withServices(loadConfig(), async (services) => {
        const withTemporal = services.config.temporal !== null;
        // Without it cases could not be withdrawn: better to find out before anything is written.
        if (withTemporal) await services.temporal();
        const withdraw = withTemporal ? throughWorkflows(services, io.who, number) : null;
        return undoImport(services, { importId: number, reason, who: io.who }, withdraw, () =>
          io.note('An import is running: waiting for it to end.'),
        );
      });
      io.answer(report, () => undoneText(report, ZONE));
      return report.needsPerson.length > 0 ? 1 : 0;
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('what has been imported, newest first'));
  configureShow(command.command('show').description('one import and its report'));
  configureUndo(command.command('undo').description('take an import back'));
}
