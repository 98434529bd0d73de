import { type Dashboard } from '../../app/figures/dashboard';
import { momentWords } from '../../app/figures/report';
import { count } from '../../domain/counted';
import { readableDate, shortDate } from '../../domain/dates-for-people';
import { FLOW_SHOWN } from '../../domain/figures/balance';
import { type FlowKind } from '../../domain/figures/crossings';
import { dateOf, daysFrom, startOfWeek, takenAt } from '../../domain/figures/days';
import { type Instant } from '../../domain/records';
import { SCREENING_RESULTS, STAGES, type Stage } from '../../domain/vocabulary';
import { LISTED_ONLY, OUTCOME_SHOWN, SCREENING_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { asTyped } from '../lists/day';
import { burnDownPicture } from './burn-down-picture';
import { link } from './link';
import { barsPicture } from './stage-picture';
import { type Whose } from './whose';

const number = (devices: number): string => devices.toLocaleString('en-GB');

function total(rows: readonly { readonly devices: number }[]): number {
  return rows.reduce((sum, { devices }) => sum + devices, 0);
}

/** The one department that lists of others are narrowed to; null = they narrow by themselves. */
function only({ departments, seesAll }: Whose): string | null {
  return seesAll || departments?.length === 1 ? (departments?.[0] ?? null) : null;
}

function remainWords(devices: number, past: boolean): string {
  if (past) return devices === 1 ? 'device remained' : 'devices remained';
  return devices === 1 ? 'device remains' : 'devices remain';
}

function stageRows({ figures }: Dashboard, listOf: (stage: Stage, part: string | null) => string) {
  return STAGES.map((stage) => {
    const rows = figures.stages.filter((row) => row.stage === stage);
    const mustGo = total(rows.filter((row) => row.mustGo));
    const toLookAt = total(rows.filter((row) => !row.mustGo));
    const sites = figures.sites.find((row) => row.stage === stage)?.sites ?? 0;
    return {
      label: STAGE_SHOWN[stage],
      devices: mustGo + toLookAt,
      mustGo,
      toLookAt,
      sites,
      lists: { all: listOf(stage, null), mustGo: listOf(stage, 'must-go'), toLookAt: listOf(stage, 'to-look-at') },
    };
  });
}

function closedRows({ figures }: Dashboard) {
  const closed = figures.stages.filter(({ stage }) => stage === 'closed');
  const outcomes = [...new Set(closed.map(({ outcome }) => outcome))];
  return outcomes.flatMap((outcome) =>
    outcome === null
      ? []
      : [{ label: OUTCOME_SHOWN[outcome], devices: number(total(closed.filter((row) => row.outcome === outcome))) }],
  );
}

function flowTotal({ figures }: Dashboard, kinds: readonly FlowKind[]): number {
  return total(figures.flows.filter(({ kind }) => kinds.includes(kind)));
}

const GROWTH = ['found-later', 'into-scope', 'reopened'] as const;

/** A list of cases as they are now; null where it would have others than a figure counts. */
type CasesLink = (query: Readonly<Record<string, string>>) => string | null;

function dueRows(board: Dashboard, now: Instant, cases: CasesLink) {
  return board.figures.due.map(({ due, stage, devices }) => ({
    on: readableDate(due, now, board.zone),
    label: STAGE_SHOWN[stage],
    devices: number(devices),
    href: cases({ stage, 'due-before': asTyped(daysFrom(dateOf(due, board.zone), 1)) }),
  }));
}

const DECISION_WORDS = {
  'not-covered': 'to agree that a device is not covered',
  extension: 'for more time',
  exception: 'to let a device stay',
  'later-dates': 'for later dates',
} as const;

const DECIDED_BY = {
  'security-officer': 'security officers',
  'programme-manager': 'programme managers',
  sro: 'the SRO',
} as const;

function decisionRows({ decisions, zone }: Dashboard, now: Instant) {
  return decisions.map(({ what, role, waiting, since }) => ({
    text: `${count(waiting, 'request')} ${DECISION_WORDS[what]}, with ${DECIDED_BY[role]}`,
    since: shortDate(since, now, zone),
  }));
}

function screenedRows({ screened }: Dashboard) {
  return SCREENING_RESULTS.flatMap((screening) => {
    const of = (inScope: boolean): number =>
      total(screened.filter((row) => row.screening === screening && row.inScope === inScope));
    const shown = {
      label: SCREENING_SHOWN[screening],
      devices: number(of(true)),
      href: link('/devices', { screening }),
    };
    if (screening !== 'covered') return [{ ...shown, devices: number(of(true) + of(false)) }];
    return [shown, { label: LISTED_ONLY, devices: number(of(false)), href: null }];
  });
}

function drawn(board: Dashboard, whose: Whose) {
  const now = board.takenAt;
  const { figures, remaining, zone, asOf } = board;
  const past = asOf.day !== null;
  const department = only(whose);
  const days = { 'as-of': asOf.day, department };
  const late = figures.departments.reduce((sum, { red }) => sum + red, 0);
  const soon = figures.departments.reduce((sum, { amber }) => sum + amber, 0);
  const cases: CasesLink = (query) =>
    past || whose.lists === 'wider' ? null : link('/cases', { ...query, department });
  const stages = stageRows(board, (stage, part) =>
    link('/dashboard/list', { figure: 'remaining', stage, part, ...days }),
  );
  const waiting = board.decisions.reduce((sum, one) => sum + one.waiting, 0);
  return {
    programme: board.title,
    started: board.startedAt !== null,
    moment: momentWords(asOf, now, zone),
    past,
    // Of the day before everything is nought, which looks like a programme that is over.
    before:
      asOf.day !== null && asOf.day < board.madeOn
        ? `Nothing was known yet: the programme began on ${shortDate(takenAt(board.madeOn, zone), now, zone)}.`
        : null,
    opening: board.opening,
    sentence: board.sentence,
    split: board.split,
    compare: link('/dashboard/compare', days),
    figures: [
      {
        number: number(remaining.devices),
        label: remainWords(remaining.devices, past),
        href: link('/dashboard/list', { figure: 'remaining', ...days }),
      },
      { number: number(late), label: 'late, or expected to be', href: cases({ rag: 'red' }) },
      {
        number: number(figures.newlyLate),
        label: 'newly late since Monday',
        href: cases({ 'late-since': asTyped(dateOf(startOfWeek(now, zone), zone)) }),
      },
      { number: number(soon), label: 'at risk: due soon', href: cases({ rag: 'amber' }) },
      ...(past
        ? []
        : [
            {
              number: number(waiting),
              label: waiting === 1 ? 'decision waits' : 'decisions wait',
              href: waiting > 0 ? '/decisions' : null,
            },
          ]),
    ],
    decisions: past ? [] : decisionRows(board, now),
    corrections: board.corrections.map(({ kind, devices }) => ({
      label: FLOW_SHOWN[kind],
      devices: number(Math.abs(devices)),
    })),
    due: dueRows(board, now, cases),
    stages: stages.map((row) => ({
      ...row,
      devices: number(row.devices),
      mustGo: number(row.mustGo),
      toLookAt: number(row.toLookAt),
      sites: number(row.sites),
    })),
    cleared: number(figures.sites.find(({ stage }) => stage === 'closed')?.sites ?? 0),
    stagePicture: barsPicture(stages),
    closed: closedRows(board),
    burnDown: burnDownPicture(board.burnDown, now, zone),
    departments: figures.departments.map(({ departmentId, name, open, red, amber, green, unplanned }) => ({
      name,
      href: link('/dashboard', { department: departmentId, 'as-of': asOf.day }),
      cells: [open, red, amber, green, unplanned].map(number),
    })),
    growth: {
      total: flowTotal(board, GROWTH),
      text: count(flowTotal(board, GROWTH), 'device'),
      start: number(flowTotal(board, ['found-at-start'])),
      rows: GROWTH.map((kind) => ({
        label: FLOW_SHOWN[kind],
        devices: number(flowTotal(board, [kind])),
      })),
    },
    slippage: {
      devices: figures.slippage.devices,
      text: `${count(figures.slippage.devices, 'device')} ${figures.slippage.devices === 1 ? 'is' : 'are'} expected to go later than first planned: by ${count(figures.slippage.mean, 'day')} on average, ${count(figures.slippage.most, 'day')} at most.`,
    },
    screened: past ? [] : screenedRows(board),
  };
}

const views = new WeakMap<Dashboard, Map<string, ReturnType<typeof drawn>>>();

/** What the dashboard's page shows. Drawn once, however many readers get the same figures. */
export function dashboardView(board: Dashboard, whose: Whose): ReturnType<typeof drawn> {
  const known = views.get(board) ?? new Map<string, ReturnType<typeof drawn>>();
  views.set(board, known);
  const key = JSON.stringify(whose);
  const view = known.get(key) ?? drawn(board, whose);
  known.set(key, view);
  return view;
}

/** True where nothing has been imported: there is nothing to show but what to do first. */
export function isEmpty({ screened, remaining, figures }: Dashboard): boolean {
  return total(screened) === 0 && remaining.devices === 0 && figures.stages.length === 0;
}
