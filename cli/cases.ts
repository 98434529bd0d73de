import { Argument, type Command, Option } from 'commander';
import { actOnCase } from '../app/cases/act-on-case';
import { parseAction } from '../app/cases/action-input';
import { type CaseQuery, findAllCases, findCases } from '../app/cases/list';
import { showCase } from '../app/cases/show';
import { type Services, withServices } from '../app/services';
import { CASE_STATUSES, type CaseStatus } from '../domain/case-actions';
import { type Finding } from '../domain/lifecycle/state';
import { EXTENSION_REASONS } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { RAGS, STAGES, type Rag, type Stage } from '../domain/vocabulary';
import { FILE_KINDS } from '../domain/evidence';
import { loadConfig } from '../platform/config';
import { answerText, caseText, listText } from './cases-text';
import { action, actsAs, type Io } from './command';
import { SCREENFUL, withPage } from './lists';
import { wholeNumber } from './numbers';

interface ListOptions {
  readonly stage?: Stage;
  readonly department?: string;
  readonly site?: string;
  readonly rag?: Rag;
  readonly dueBefore?: string;
  readonly status?: CaseStatus;
  readonly finding?: Finding;
  readonly limit?: number;
  readonly after?: string;
}

const LIST_HELP = `
Live cases come first, the earliest due first. Without --limit people see ${SCREENFUL}; --json has them all.
--rag: green = on track, amber = due soon, red = late, or expected to be.

Examples:
  clearsite cases list --rag red
  clearsite cases list --department D-AG --stage assess --due-before 2027-01-01
  clearsite cases list --status closed --json`;

/** The document of all cases, written as they are read. */
function streamAll(io: Io, services: Services, query: Omit<CaseQuery, 'limit'>, now: Instant): Promise<void> {
  return io.stream(async (piece) => {
    let opening = '{"cases":[';
    const rest = await findAllCases(services, query, now, async (cases) => {
      await piece(`${opening}${cases.map((one) => JSON.stringify(one)).join(',')}`);
      opening = ',';
    });
    await piece(`${opening === ',' ? '' : opening}],${JSON.stringify(rest).slice(1)}\n`);
  });
}

function configureList(command: Command): void {
  action<ListOptions>(
    withPage(
      command
        .addOption(new Option('--stage <stage>', 'the stage whose turn it is').choices([...STAGES, 'closed']))
        .option('--department <id>', 'of this department')
        .option('--site <id>', 'at this site')
        .addOption(new Option('--rag <colour>', 'on track, at risk or late').choices(RAGS))
        .option('--due-before <date>', 'due before this day, YYYY-MM-DD')
        .addOption(new Option('--status <status>', 'where the case stands').choices(CASE_STATUSES))
        .addOption(
          new Option('--finding <finding>', 'why it was opened').choices(['covered', 'suspect', 'unknown-make']),
        ),
      'case',
    ).addHelpText('after', LIST_HELP),
    async (io, { stage, department, site, rag, dueBefore, status, finding, limit, after }) => {
      const now = new Date().toISOString();
      const filter = {
        ...(stage && { stage }),
        ...(department && { departmentId: department }),
        ...(site && { siteId: site }),
        ...(rag && { rag }),
        ...(status && { status }),
        ...(finding && { finding }),
      };
      const query = { filter, dueBefore: dueBefore ?? null, after: after ?? null };
      await withServices(loadConfig(), async (services) => {
        if (io.json && limit === undefined) return streamAll(io, services, query, now);
        const list = await findCases(services, { ...query, limit: limit ?? SCREENFUL }, now);
        io.answer(list, () => listText(list, now));
      });
    },
  );
}

function configureShow(command: Command): void {
  action(
    command
      .argument('<id>', 'case id, or asset id: the live case of that device')
      .addHelpText(
        'after',
        '\nWhat happens next and whose turn it is, every date and why it is that date, evidence, mail and audit trail.\n\nExamples:\n  clearsite cases show CAM-0042\n  clearsite cases show k_5f0c… --json',
      ),
    async (io, _options, id = '') => {
      const now = new Date().toISOString();
      const shown = await withServices(loadConfig(), (services) => showCase(services, id, now));
      io.answer(shown, () => caseText(shown, now));
    },
  );
}

const ACT_HELP = `
Actions and what each needs:
  record-assessment      --result covered | not-covered | not-found | already-removed  [--note] [evidence]
                         not-covered needs evidence, and a security officer who does the same
  confirm-disconnection  [--note] [evidence]
  schedule-replacement   --on DATE
  confirm-removal        [--note] [evidence]
  submit-evidence        evidence
  verify-removal         [--note] [evidence]     by a security officer who did not remove it
  request-extension      --stage STAGE --on DATE --reason REASON --text "…"  [evidence]     more time; a programme manager decides
                         reasons: ${EXTENSION_REASONS.join(', ')}
  request-exception      --until DATE --control "…" --text "…"  [evidence]     to stay for a time, with a compensating control
  decide-extension       --verdict agree|refuse  [--conditions "…"] [--request ID]
  decide-exception       --verdict agree|refuse  [--conditions "…"] [--request ID]
  move-upgrade           --to DATE|none --reason "…"    an earlier one applies at once; a later one may need a decision
  acknowledge            [--days 1..5]           "we are on it": no reminders for so many working days, or until it is due
  reassign               --to EMAIL
  retract                --stage STAGE --reason "…"     takes back a mistaken confirmation
  withdraw               --reason "…"            by a programme manager or the SRO
  reopen                 --reason "…"            a closed case starts again as a new one, linked to it
Evidence: --evidence "words", or --evidence-file PATH --kind photo|work-order|scan|certificate with an optional --note.

A command sent twice under one --command-id is carried out once; another one under that id is refused (exit 2). With
--revision a command is refused where the case has changed since. Exit 1: the case refused it, and says why. Exit 3 with
"recorded": false: accepted, not recorded yet.

Examples:
  clearsite cases act CAM-0042 record-assessment --result covered --note "label read on site"
  clearsite cases act CAM-0042 confirm-removal --evidence-file gone.jpg --kind photo
  clearsite cases act CAM-0042 verify-removal --as officer@department.example
  clearsite cases act CAM-0042 request-extension --stage remove --on 2027-03-01 --reason supply --text "lens on back order"
  clearsite cases act CAM-0042 retract --stage disconnect --reason "wrong switch port"`;

interface ActOptions extends Readonly<Record<string, unknown>> {
  readonly revision?: number;
  readonly commandId?: string;
}

function configureAct(command: Command): void {
  action<ActOptions>(
    actsAs(command)
      .argument('<id>', 'case id, or asset id: the live case of that device')
      .addArgument(new Argument('<action>', 'what has been done, see below'))
      .option('--result <result>', 'record-assessment: what it is')
      .option('--note <text>', 'what was seen or done, in words')
      .option('--evidence <text>', 'evidence in words')
      .option('--evidence-file <path>', 'a photo, a PDF or a text file, at most 25 MB')
      .option('--kind <kind>', `what the file is: ${FILE_KINDS.join(', ')}`)
      .option('--on <date>', 'schedule-replacement: the day, YYYY-MM-DD')
      .option('--days <count>', 'acknowledge: for how many working days')
      .option('--to <email|date>', 'reassign: the colleague who takes over; move-upgrade: the new day, or none')
      .option('--stage <stage>', 'retract: which confirmation; request-extension: more time for what')
      .option('--reason <text>', 'retract, withdraw, reopen, move-upgrade: why; request-extension: a reason code')
      .option('--text <text>', 'request-extension, request-exception: why, in your words')
      .option('--until <date>', 'request-exception: the last day, YYYY-MM-DD')
      .option('--control <text>', 'request-exception: what is done meanwhile so that the device does less harm')
      .option('--verdict <verdict>', 'decide-…: agree or refuse')
      .option('--conditions <text>', 'decide-…: conditions of a yes; why not, for a no')
      .option('--request <id>', 'decide-…: which request, where several wait')
      .addOption(new Option('--revision <number>', 'the revision that you saw').argParser(wholeNumber('--revision', 0)))
      .option('--command-id <id>', 'an id of your own, to repeat safely')
      .addHelpText('after', ACT_HELP),
    async (io, { revision, commandId, ...given }, id = '', name = '') => {
      const { json: _json, as: _as, ...options } = given;
      const input = parseAction(name, options);
      const answer = await withServices(loadConfig(), (services) =>
        actOnCase(services, id, input, io.who, {
          commandId: commandId ?? null,
          expectedRevision: revision ?? null,
        }),
      );
      io.answer(answer, () => answerText(answer, id));
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('cases, worst first'));
  configureShow(command.command('show').description('everything about one case'));
  configureAct(command.command('act').description('say what has been done, or ask for something'));
}
