import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CalendarPolicy, dueCase } from '../app/calendar/due-case';
import { readPolicyFile } from '../app/policy-file';
import { shippedPolicy } from '../app/shipped-policy';
import { zoneOffsets } from '../domain/calendar/zone-offsets';
import { type ExitCode, Failure } from '../domain/errors';
import { type Nation, NATIONS } from '../domain/vocabulary';
import { dueBatchFrom } from './calendar-batch';
import { dueText } from './calendar-text';
import { action, type Io } from './command';

interface Options {
  readonly start?: string;
  readonly workingDays?: number;
  readonly nation?: Nation;
  readonly policy?: string;
  readonly zone?: string;
}

const HELP = `
One case: --start, --working-days and --nation. It is due when the n-th working day after the start's date closes; that date
does not count. Saturdays, Sundays and the nation's bank holidays are passed over; below 0 it counts back.
Many: FILE or standard input (-), one JSON object a line: {"start": "2026-11-23T08:00:00Z", "workingDays": 5, "nation": "scotland"}.
Answers are JSON lines too, with or without --json: the same members and "due", in the same order. A line that cannot be
answered has "line" and "error" instead of "due", and stops nothing; the summary is on stderr.
A start says its offset from UTC (Z or +01:00); without one it is refused. No service is needed.
Exit code: 0 every case has its due date, 1 some line has not, 2 bad usage, or a file that cannot be read.

Examples:
  clearsite calendar due --start 2026-12-23T10:00:00Z --working-days 5 --nation scotland
  clearsite calendar due cases.jsonl > due.jsonl
  zcat cases.jsonl.gz | clearsite calendar due - --policy my-policy.yaml`;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('It takes a whole number; below 0 counts back.');
}

async function rules({ policy, zone }: Options): Promise<CalendarPolicy> {
  const read = await readPolicyFile(policy ?? shippedPolicy());
  const used = { zone: zone ?? read.zone, calendar: read.calendar };
  // Once here, rather than on every line.
  zoneOffsets(used.zone);
  return used;
}

function usage(command: Command, message: string): Failure {
  process.stderr.write(command.helpInformation());
  return new Failure('bad-usage', message, {
    hint: 'Give --start, --working-days and --nation; or a FILE of JSON lines, or - for standard input. See --help.',
  });
}

async function due(command: Command, io: Io, options: Options, file: string | undefined): Promise<ExitCode> {
  const { start, workingDays, nation } = options;
  const asked = [start, workingDays, nation].filter((value) => value !== undefined).length;
  if (asked === 0) {
    if (file === undefined && process.stdin.isTTY) throw usage(command, 'Nothing says what is to be worked out.');
    return dueBatchFrom(io, await rules(options), file ?? '-');
  }
  if (file !== undefined) throw usage(command, 'One case comes from options, many from a file: not both.');
  if (start === undefined || workingDays === undefined || nation === undefined) {
    throw usage(command, 'One case needs all three: --start, --working-days and --nation.');
  }
  const answer = dueCase(await rules(options), start, workingDays, nation);
  io.answer(answer, () => dueText(answer));
  return 0;
}

export function configure(command: Command): void {
  const described = command
    .command('due')
    .description('when something is due that may take so many working days, and why then')
    .argument('[file]', 'cases as JSON lines; - is standard input')
    .option('--start <instant>', 'from when, e.g. 2026-11-23T08:00:00Z')
    .option('--working-days <n>', 'how many working days', wholeNumber)
    .addOption(new Option('--nation <nation>', 'whose bank holidays').choices(NATIONS))
    .option('--policy <file>', 'hours, zone and days of this policy file (else the shipped one)')
    .option('--zone <zone>', 'IANA zone in which dates are days (else the policy’s)')
    .addHelpText('after', HELP);
  action<Options>(described, (io, options, file) => due(described, io, options, file));
}
