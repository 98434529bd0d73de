import { type Command, Option } from 'commander';
import { assessSite, type Cut, type SiteAssessment } from '../app/inventory/assess-site';
import { rulingPolicy } from '../app/policies';
import { withServices } from '../app/services';
import { DEFAULT_ZONE } from '../domain/policy/defaults';
import { type Answer, ANSWERS, QUESTIONS, SITE_QUESTIONS, type SiteAnswers } from '../domain/site-assessment';
import { SENSITIVITIES, type Sensitivity } from '../domain/vocabulary';
import { STAGE_SHOWN } from '../domain/wording';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';
import { datesPreviewText, datesText } from './dates-text';
import { count } from '../domain/counted';
import { table } from './output';

type Options = { readonly [Q in keyof typeof SITE_QUESTIONS]?: Answer } & {
  readonly sensitivity?: Sensitivity;
  readonly reason: string;
  readonly dryRun?: true;
};

/** Cases that are shown to people; `--json` lists more. */
const SHOWN = 20;

/** Answers as they are typed: `secret yes, vetted no`. */
export function answersText(answers: SiteAnswers): string {
  return QUESTIONS.flatMap((question) => {
    const answer = answers[question];
    return answer === undefined ? [] : [`${question} ${answer}`];
  }).join(', ');
}

function total({ listed, omitted }: Cut<unknown>): number {
  return listed.length + omitted;
}

function casesTable<T extends { readonly caseId: string; readonly assetId: string }>(
  cases: Cut<T>,
  third: string,
  say: (item: T) => string,
): string[] {
  const shown = cases.listed.slice(0, SHOWN);
  const more = total(cases) - shown.length;
  return [
    table(
      [{ head: 'asset' }, { head: 'case' }, { head: third }],
      shown.map((item) => [item.assetId, item.caseId, say(item)]),
    ),
    ...(more > 0 ? [`and ${more.toLocaleString('en-GB')} more (--json lists up to 1,000)`] : []),
  ];
}

function openingText({ opening, dryRun, opened }: SiteAssessment): string[] {
  if (total(opening) === 0) return [];
  const cases = count(total(opening), 'case');
  if (dryRun) {
    const shown = opening.listed.slice(0, SHOWN).map(({ assetId }) => assetId);
    const more = total(opening) - shown.length;
    return [`${cases} would open: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
  }
  return opened?.outcome === 'opened'
    ? [`${cases} asked for, ${opened.started} started.`]
    : [`${cases} asked for. Temporal is not running, so they wait: "clearsite reconcile" opens them once it is.`];
}

function peopleDecide({ outOfScope, givenUp }: SiteAssessment): string[] {
  const live =
    total(outOfScope) === 0
      ? []
      : [
          '',
          `${count(total(outOfScope), 'case')} on the site ${total(outOfScope) === 1 ? 'stays' : 'stay'} open although nothing is asked for there now. The programme manager decides each (clearsite cases act ID withdraw --reason "…"):`,
          ...casesTable(outOfScope, 'stage', ({ stage }) => STAGE_SHOWN[stage]),
        ];
  const closed =
    total(givenUp) === 0
      ? []
      : [
          '',
          `${count(total(givenUp), 'case')} had been given up. Look at each (clearsite cases act ID reopen --reason "…"):`,
          ...casesTable(givenUp, 'closed as', ({ outcome }) => outcome),
        ];
  return [...live, ...closed];
}

function assessedText(assessment: SiteAssessment, zone: string): string {
  const { siteId, sensitivity, was, dryRun, casesReplanning, dates, opened } = assessment;
  const change = was === sensitivity ? `is ${sensitivity}, as before` : `is ${sensitivity}; it was ${was}`;
  const dated = dates === null ? datesText(casesReplanning, opened) : datesPreviewText(dates, zone);
  return [
    ...(dryRun ? ['Dry run: nothing has been changed.'] : []),
    `Site ${siteId} ${dryRun ? change.replace('is ', 'would be ').replace('it was', 'it is') : change}.`,
    ...openingText(assessment),
    ...(casesReplanning === 0 ? [] : dated),
    ...peopleDecide(assessment),
  ].join('\n');
}

const HELP = `
One yes makes a site sensitive; four times no makes it not sensitive. Answers and --sensitivity must agree. On a site that
turns sensitive the missing cases open, their time running from today. On one that ceases to be, no case is closed and no
date moves later by itself: a programme manager decides. By a security officer or the head of the department, a programme
manager, the SRO or ops.

Examples:
  clearsite sites assess HS-03 --secret no --vetted no --ministers yes --socpa no --reason "weekly ministerial visits" --dry-run
  clearsite sites assess HS-04 --sensitivity not-sensitive --reason "public library, no secure rooms"`;

/** `sites assess ID`. */
export function configureAssess(command: Command): void {
  actsAs(command)
    .argument('<id>', 'site id')
    .addOption(new Option('--sensitivity <class>', 'how sensitive the site is').choices(SENSITIVITIES));
  for (const question of QUESTIONS)
    command.addOption(new Option(`--${question} <answer>`, SITE_QUESTIONS[question]).choices(ANSWERS));
  command
    .requiredOption('--reason <text>', 'what the assessment rests on')
    .option('--dry-run', 'say which cases would open and which due dates would move, and change nothing')
    .addHelpText('after', HELP);
  action<Options>(command, async (io, options, siteId = '') => {
    const { sensitivity = null, reason, dryRun } = options;
    const answers = Object.fromEntries(
      QUESTIONS.flatMap((question) => (options[question] === undefined ? [] : [[question, options[question]]])),
    ) as SiteAnswers;
    await withServices(loadConfig(), async (services) => {
      const onWait = (): void => io.note('An import is running: waiting for it to end.');
      const request = { siteId, sensitivity, answers, reason };
      const done = await assessSite(services, request, io.who, dryRun ? 'trial' : 'done', onWait);
      // Only a dry run shows days, and before a policy has been applied there are none.
      const zone = done.dates === null ? DEFAULT_ZONE : (await rulingPolicy(services)).zone;
      io.answer(done, () => assessedText(done, zone));
    });
  });
}
