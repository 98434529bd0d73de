import { momentWords, type Report } from '../app/figures/report';
import { FLOW_SHOWN, type Remaining } from '../domain/figures/balance';
import { shortDate } from '../domain/dates-for-people';
import { type Instant } from '../domain/records';
import { STAGES, type WorkStage } from '../domain/vocabulary';
import { RAG_SHOWN, STAGE_WORDS } from '../domain/wording';
import { table } from './output';

const COLUMNS = [
  { head: '' },
  { head: 'Devices', align: 'right' },
  { head: 'Must be removed', align: 'right' },
  { head: 'To be looked at', align: 'right' },
] as const;

type Row = readonly [string, number, number, number];

function row(name: string, { devices, mustGo, toLookAt }: Remaining): Row {
  return [name, devices, mustGo, toLookAt];
}

function balanceTable({ balance, since, asOf, zone }: Report, now: Instant): string {
  return table(COLUMNS, [
    row(`Remained at ${momentWords(since, now, zone)}`, balance.opening),
    ...balance.lines.map((line) => row(`  ${FLOW_SHOWN[line.kind]}`, line)),
    row(`Remained at ${momentWords(asOf, now, zone)}`, balance.closing),
  ]);
}

function atStage({ figures }: Report, stage: WorkStage): Remaining {
  const rows = figures.stages.filter((one) => one.stage === stage);
  const of = (some: typeof rows): number => some.reduce((total, { devices }) => total + devices, 0);
  return {
    devices: of(rows),
    mustGo: of(rows.filter(({ mustGo }) => mustGo)),
    toLookAt: of(rows.filter(({ mustGo }) => !mustGo)),
  };
}

function stageTable(report: Report): string {
  return table(
    COLUMNS,
    STAGES.map((stage) => row(STAGE_WORDS[stage], atStage(report, stage))),
  );
}

function departmentTable({ figures }: Report): string {
  return table(
    [
      { head: 'Department' },
      { head: 'Devices', align: 'right' },
      { head: RAG_SHOWN.red, align: 'right' },
      { head: RAG_SHOWN.amber, align: 'right' },
      { head: RAG_SHOWN.green, align: 'right' },
      { head: 'No date yet', align: 'right' },
    ],
    figures.departments.map(({ name, open, red, amber, green, unplanned }) => [
      name,
      open,
      red,
      amber,
      green,
      unplanned,
    ]),
  );
}

function corrections({ corrections: found, asOf, zone }: Report, now: Instant): string[] {
  if (found.length === 0) return [];
  const words = found.map(({ kind, devices }) => `${FLOW_SHOWN[kind]}: ${Math.abs(devices)}`);
  return [`Recorded later of what had happened by ${shortDate(asOf.at, now, zone)}: ${words.join(' · ')}.`];
}

/** A report as people read it: the sentence to copy first. */
export function reportText(report: Report, now: Instant): string {
  const { title, startedAt, sentence, split, departments } = report;
  return [
    departments === null ? title : `${title}, ${departments.join(', ')}`,
    ...(startedAt === null ? ['Not started: no stage clock runs and no mail leaves.'] : []),
    '',
    sentence,
    ...(split === '' ? [] : [split]),
    ...corrections(report, now),
    '',
    balanceTable(report, now),
    '',
    stageTable(report),
    ...(report.figures.departments.length === 0 ? [] : ['', departmentTable(report)]),
  ].join('\n');
}
