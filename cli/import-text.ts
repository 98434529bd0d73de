import { type ImportReport, type ScreeningCounts, type Warning } from '../app/import/report';
import { type Opening } from '../app/import/open-after-import';
import { SCREENING_SHOWN } from '../domain/wording';
import { type Reject } from '../importers/problem';
import { datesPreviewText, datesText } from './dates-text';
import { count } from '../domain/counted';
import { printable, table } from './output';

/** Rejected lines and warnings that are shown to people; files and `--json` have more. */
const SHOWN = 20;

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

function source({ file, format, encoding, delimiter, sheet, read, kind }: ImportReport): string {
  const how =
    format === 'xlsx'
      ? `Excel, sheet ${sheet ?? '1'}`
      : `CSV, ${encoding}, ${DELIMITERS[delimiter ?? ''] ?? String(delimiter)}`;
  return `${printable(file)} (${how}): ${count(read, 'line')} of ${kind} read.`;
}

function outcome({ dryRun, accepted, rejected, created, updated, unchanged }: ImportReport): string {
  const would = dryRun ? ' would be' : '';
  return `${count(accepted, 'line')}${would} accepted: ${created} created, ${updated} updated, ${unchanged} unchanged. ${count(rejected, 'line')} rejected.`;
}

/** What the accepted devices are, in the words that people read. */
function screened(screening: ScreeningCounts, outOfScope: ScreeningCounts): string {
  const apart = outOfScope.covered + outOfScope.suspect + outOfScope.unknownMake;
  const parts = [
    [screening.covered - outOfScope.covered, SCREENING_SHOWN.covered],
    [screening.suspect - outOfScope.suspect, SCREENING_SHOWN.suspect],
    [screening.unknownMake - outOfScope.unknownMake, SCREENING_SHOWN['unknown-make']],
    [screening.clear, SCREENING_SHOWN.clear],
    [apart, 'Flagged where the policy asks for nothing (listed only)'],
  ] as const;
  return table(
    [{ head: 'devices', align: 'right' }, { head: 'what screening says' }],
    parts.filter(([number]) => number > 0).map(([number, words]) => [number.toLocaleString('en-GB'), words]),
  );
}

/** What becomes of due dates, or with a dry run would. */
function dated({ casesReplanning, dates }: ImportReport, opening: Opening | null, zone: string): string[] {
  if (!dates) return datesText(casesReplanning, opening);
  return casesReplanning === 0 ? [] : datesPreviewText(dates, zone);
}

function flagged(report: ImportReport, opening: Opening | null, zone: string): string[] {
  const { screening, outOfScope, accepted, casesOpening, dryRun } = report;
  const lines: string[] = dated(report, opening, zone);
  if (screening !== undefined && outOfScope !== undefined && accepted > 0)
    lines.push('', screened(screening, outOfScope), '');
  if (casesOpening === 0) return lines;
  if (dryRun) return [...lines, `${count(casesOpening, 'case')} would open.`];
  const cases = `${count(casesOpening, 'case')} asked for`;
  if (opening === null) return [...lines, `${cases}.`];
  return opening.outcome === 'opened'
    ? [...lines, `${cases}, ${opening.started} started.`]
    : [...lines, `${cases}. Temporal is not running, so they wait: "clearsite reconcile" opens them once it is.`];
}

function rejectsTable(rejects: readonly Reject[]): string {
  return table(
    [
      { head: 'line', align: 'right' },
      { head: 'column' },
      { head: 'value' },
      { head: 'reason' },
      { head: 'what to do' },
    ],
    rejects.map(({ line, column, value, reason, hint }) => [line, column, value, reason, hint]),
  );
}

function rejected({ rejects, rejectsOmitted, rejectsFile }: ImportReport, again: string): string[] {
  if (rejects.length === 0) return [];
  const more = rejects.length + rejectsOmitted - Math.min(SHOWN, rejects.length);
  const where = rejectsFile === null ? 'use --rejects FILE to have them all' : `see ${rejectsFile}`;
  return [
    '',
    'Rejected lines:',
    rejectsTable(rejects.slice(0, SHOWN)),
    ...(more > 0 ? [`and ${more} more, ${where}`] : []),
    ...(rejectsFile === null ? [] : ['', `To mend them: correct ${rejectsFile} (it has the reasons), then: ${again}`]),
  ];
}

function warned({ warnings, warningsOmitted }: ImportReport): string[] {
  if (warnings.length === 0) return [];
  const more = warnings.length + warningsOmitted - Math.min(SHOWN, warnings.length);
  return [
    '',
    'Please look at:',
    table(
      [{ head: 'line', align: 'right' }, { head: 'what' }, { head: 'why' }, { head: 'what to do' }],
      warnings.slice(0, SHOWN).map(({ line, subject, text, hint }: Warning) => [line, subject, text, hint]),
    ),
    ...(more > 0 ? [`and ${more} more (--json lists up to 1,000)`] : []),
  ];
}

function missed({ missing }: ImportReport): string[] {
  if (missing === undefined) return [];
  const total = missing.assetIds.length + missing.omitted;
  if (total === 0) return ['', 'Complete: every device that is known there is in the file.'];
  const more = total - Math.min(SHOWN, total);
  return [
    '',
    `${count(total, 'known device')} not in this complete inventory (nothing is taken as removed):`,
    `  ${missing.assetIds.slice(0, SHOWN).map(printable).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}

/**
 * An import's report for people.
 * @param opening what became of its cases; null = nothing was to open
 * @param again the command that imports the mended rejects file
 * @param zone IANA name in which instants are days
 */
export function importText(report: ImportReport, opening: Opening | null, again: string, zone: string): string {
  const { dryRun, ignoredColumns, notes, devices, importId } = report;
  return [
    source(report),
    ...(dryRun ? ['Dry run: nothing has been changed.'] : []),
    outcome(report),
    ...flagged(report, opening, zone),
    ...notes,
    ...(ignoredColumns.length > 0 ? [`Columns not used: ${ignoredColumns.map(printable).join(', ')}.`] : []),
    ...rejected(report, again),
    ...warned(report),
    ...missed(report),
    ...(devices === undefined || devices.length === 0
      ? []
      : [
          '',
          table(
            [{ head: 'line', align: 'right' }, { head: 'asset' }, { head: 'screening' }],
            devices.map(({ line, assetId, result }) => [line, assetId, result]),
          ),
        ]),
    ...(importId === null
      ? []
      : ['', `Import ${importId}. To take it back: clearsite imports undo ${importId} --reason "…"`]),
  ].join('\n');
}
