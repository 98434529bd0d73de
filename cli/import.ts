import { type Command, Option } from 'commander';
import { importFile } from '../app/import/import-file';
import { openAfterImport, type Opening } from '../app/import/open-after-import';
import { type ImportReport } from '../app/import/report';
import { type ImportProgress, type ImportRequest, type Kind, KINDS } from '../app/import/request';
import { rulingPolicy } from '../app/policies';
import { type Services, withServices } from '../app/services';
import { type Who } from '../app/who';
import { DEFAULT_ZONE } from '../domain/policy/defaults';
import { loadConfig } from '../platform/config';
import { action, actsAs, type Io } from './command';
import { importText } from './import-text';
import { type Progress, progressBar } from './output';

interface Options {
  readonly kind: Kind;
  readonly format?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly map: readonly string[];
  readonly dryRun?: true;
  readonly department?: string;
  readonly assetPrefix?: string;
  readonly complete?: true;
  readonly rejects?: string;
  readonly verbose?: true;
}

const HELP = `
CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252) and Excel (.xlsx, up to some 80,000 rows) are
recognised by themselves. Good lines go in; bad ones are listed and written to a file that can be mended and imported
again. Importing the same file twice changes nothing. A column that the file has replaces what is known, a column that
it has not leaves it. Dates: 2026-04-03, or day/month/year where it can mean one day only.

Columns (case, spaces and punctuation do not count; common other names are known; * = needed):
  devices   asset_id*, make* (or mac), model, serial, mac, ip, site_id*, device_type, network, parent_asset_id,
            installed_on, scheduled_upgrade_on
  sites     site_id*, name*, department_id*, department_name, nation*, sensitivity, controlled_by, access_lead_days
  contacts  department_id, role*, name*, email*, site_id, nation, deputy_email, away_from, away_to

Exit code: 0 all lines went in, 1 lines were rejected, 2 the file as a whole cannot be used, 3 a service is not there.

Examples:
  clearsite import sites.csv --kind sites
  clearsite import cameras.csv --dry-run
  clearsite import cameras.xlsx --sheet "Site A" --map "Tag No=asset_id" --map "Notes="
  clearsite import cameras.csv --department D-AG --asset-prefix AG- --complete`;

const LABELS: Readonly<Record<ImportProgress['phase'], string>> = {
  waiting: 'Another import is running: waiting for it to end.',
  reading: 'Reading',
  'writing-rejects': 'Writing rejected lines',
  checking: 'Checking …',
  merging: 'Merging …',
};

/** Bars for the phases that have a size, a line for the others. */
function reporter(io: Io): { readonly report: (progress: ImportProgress) => void; readonly stop: () => void } {
  let bar: Progress | null = null;
  let phase: ImportProgress['phase'] | null = null;
  const stop = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    report(progress) {
      if (progress.phase !== phase) {
        stop();
        phase = progress.phase;
        if (phase === 'waiting') io.note(LABELS.waiting);
        else if (phase === 'checking' || phase === 'merging') {
          if (process.stderr.isTTY) io.note(LABELS[phase]);
        } else bar = progressBar(LABELS[phase]);
      }
      if ('bytesRead' in progress) bar?.update(progress.bytesRead, progress.totalBytes);
    },
    stop,
  };
}

function requestOf(path: string, options: Options, who: Who): ImportRequest {
  return {
    path,
    kind: options.kind,
    format: options.format ?? null,
    encoding: options.encoding ?? null,
    sheet: options.sheet ?? null,
    map: options.map,
    dryRun: options.dryRun ?? false,
    department: options.department ?? null,
    assetPrefix: options.assetPrefix ?? '',
    complete: options.complete ?? false,
    rejectsPath: options.rejects ?? null,
    verbose: options.verbose ?? false,
    who,
  };
}

const quoted = (word: string): string => (/^[\w./=-]+$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, '\\$1')}"`);

/** The command that imports the mended rejects file as this file was imported. */
function againWith({ rejectsFile, kind }: ImportReport, { map, department, assetPrefix }: Options): string {
  const words = [
    'clearsite import',
    quoted(rejectsFile ?? 'FILE'),
    ...(kind === 'devices' ? [] : ['--kind', kind]),
    ...map.flatMap((entry) => ['--map', quoted(entry)]),
    ...(department === undefined ? [] : ['--department', quoted(department)]),
    ...(assetPrefix === undefined ? [] : ['--asset-prefix', quoted(assetPrefix)]),
  ];
  return words.join(' ');
}

/** Starts the cases that the import asked for. */
async function open(
  services: Services,
  { dryRun, casesOpening, casesReplanning }: ImportReport,
): Promise<Opening | null> {
  if (dryRun || casesOpening + casesReplanning === 0) return null;
  const bar = progressBar('Opening and planning cases');
  try {
    return await openAfterImport(services, (started) => bar.update(started, casesOpening + casesReplanning));
  } finally {
    bar.stop();
  }
}

export function configure(command: Command): void {
  const collect = (entry: string, before: readonly string[]): readonly string[] => [...before, entry];
  action<Options>(
    actsAs(command)
      .argument('<file>', 'a CSV or .xlsx file')
      .addOption(new Option('--kind <kind>', 'what the lines are').choices(KINDS).default('devices'))
      .option('--format <format>', 'csv or xlsx; found by the content')
      .option('--encoding <name>', 'utf-8, utf-16le, utf-16be or windows-1252; found by the content')
      .option('--sheet <name>', 'name or number of an Excel sheet (default: the first)')
      .option(
        '--map <column=field>',
        'which column is which field; may be repeated; "column=" leaves one out',
        collect,
        [],
      )
      .option('--dry-run', 'say what would change, with the due dates that would move, and change nothing')
      .option('--department <id>', "refuse other departments' lines")
      .option('--asset-prefix <text>', 'put this before every asset id, where departments number alike')
      .option('--complete', 'this is the full inventory: list known devices that it lacks (none counts as removed)')
      .option('--rejects <file>', 'where rejected lines go (default: imports/<id>-rejects.csv in the home)')
      .option('--verbose', 'list every accepted device with its screening result')
      .addHelpText('after', HELP),
    async (io, options, path = '') => {
      const progress = reporter(io);
      return withServices(loadConfig(), async (services) => {
        const report = await importFile(services, requestOf(path, options, io.who), progress.report).finally(
          progress.stop,
        );
        const opening = await open(services, report);
        // Only a dry run shows days, and before a policy has been applied there are none.
        const zone = report.dates ? (await rulingPolicy(services)).zone : DEFAULT_ZONE;
        io.answer({ ...report, opening }, () => importText(report, opening, againWith(report, options), zone));
        return report.rejected > 0 ? 1 : 0;
      });
    },
  );
}
