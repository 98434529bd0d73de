import { type Command } from 'commander';
import { exportAudit } from '../app/audit/export';
import { type AuditReport, verifyAudit } from '../app/audit/verify';
import { withServices } from '../app/services';
import { Failure } from '../domain/errors';
import { loadConfig } from '../platform/config';
import { action, type Io } from './command';
import { count } from '../domain/counted';
import { table } from './table';

interface VerifyOptions {
  readonly deep?: boolean;
}

const VERIFY_HELP = `
Recomputes the digest of every event and every link of each case's hash chain: an event that was changed, removed, added
or put elsewhere breaks it. With --deep the trail is also compared with what the workflows' own histories say was
accepted, as far back as Temporal keeps them; without it, somebody who can write to the register and rewrites a whole
chain together with the case's own row is found only by comparing with an earlier "audit export".
Exit 1 where anything breaks.

Examples:
  clearsite audit verify
  clearsite audit verify CAM-0042 --deep
  clearsite audit verify --json`;

function reportText({ cases, events, histories, breaks, more }: AuditReport): string {
  const what = `${count(events, 'event')} of ${count(cases, 'case')}${histories === null ? '' : `, ${count(histories, 'history', 'histories')} compared`}`;
  if (breaks.length === 0) return `The audit trail proves itself: ${what}.`;
  const rows = breaks.map(({ caseId, sequence, code, message }) => [caseId, String(sequence ?? ''), code, message]);
  const rest = more === 0 ? '' : `\n… and ${more} more.`;
  return `${table(['Case', 'Event', 'Break', 'What'], rows)}${rest}\nThe audit trail does not prove itself: ${count(breaks.length + more, 'break')} in ${what}.`;
}

function configureVerify(command: Command): void {
  action<VerifyOptions>(
    command
      .argument('[case]', 'case id or asset id; left out: every case')
      .option('--deep', 'compare with the histories of the workflows too')
      .addHelpText('after', VERIFY_HELP),
    async (io, { deep }, id) => {
      const report = await withServices(loadConfig(), (services) =>
        verifyAudit(services, { id: id ?? null, depth: deep === true ? 'deep' : 'register' }),
      );
      io.answer({ ok: report.breaks.length === 0, ...report }, () => reportText(report));
      return report.breaks.length === 0 ? 0 : 1;
    },
  );
}

interface ExportOptions {
  readonly case?: string;
  readonly since?: string;
}

/** With `-` the lines themselves are the answer. */
function answerExport(io: Io, exported: { readonly file: string; readonly events: number }): void {
  const done = `${count(exported.events, 'event')} written to ${exported.file}.`;
  if (exported.file === '-') io.note(`${count(exported.events, 'event')} written.`);
  else io.answer(exported, () => done);
}

function configureExport(command: Command): void {
  action<ExportOptions>(
    command
      .argument('<file>', 'where to; - is standard output')
      .option('--case <id>', 'of this case only: case id or asset id')
      .option('--since <date>', 'recorded on or after this day, YYYY-MM-DD')
      .addHelpText(
        'after',
        '\nJSON lines in the order of case and sequence, each with its digest and its link of the hash chain. People are\nnamed by contact id only. Keep a copy elsewhere: it shows whether the register was rewritten later.\n\nExamples:\n  clearsite audit export audit.jsonl\n  clearsite audit export - --case CAM-0042',
      ),
    async (io, options, file = '') => {
      if (io.json && file === '-') {
        throw new Failure('bad-usage', 'With - the events themselves are the answer, one a line: leave out --json.');
      }
      const request = { id: options.case ?? null, since: options.since ?? null, file };
      answerExport(io, await withServices(loadConfig(), (services) => exportAudit(services, request)));
    },
  );
}

export function configure(command: Command): void {
  configureVerify(command.command('verify').description('prove that nothing was changed, removed or added'));
  configureExport(command.command('export').description('write the audit trail to a file'));
}
