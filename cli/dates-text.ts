import { type Opening } from '../app/import/open-after-import';
import { type DatesPreview } from '../app/replan-preview';
import { STAGE_SHOWN } from '../domain/wording';
import { dayShown } from './days';
import { count } from '../domain/counted';
import { table } from './output';

/** Moves that are shown to people; `--json` lists more. */
const SHOWN = 20;

/** What became of the dates of open cases, as lines; none where nothing was to be computed. */
export function datesText(replanning: number, opening: Opening | null): string[] {
  if (replanning === 0) return [];
  if (opening === null) return [`The dates of ${count(replanning, 'case')} would be computed anew.`];
  if (opening.outcome === 'waiting')
    return [
      `The dates of ${count(replanning, 'case')} are computed anew once Temporal is there ("clearsite reconcile").`,
    ];
  const { replanned, waiting } = opening.dates;
  return [
    `Dates: ${count(replanned, 'case')} planned anew.`,
    ...(waiting === 0
      ? []
      : [
          `${count(waiting, 'case')} would be due later: the old dates stand until a programme manager agrees (clearsite extensions list).`,
        ]),
  ];
}

/** How far a date moves: `14 days later`. */
function movedBy(days: number): string {
  if (days === 0) return 'same day';
  return days > 0 ? `${count(days, 'day')} later` : `${count(-days, 'day')} earlier`;
}

/**
 * Which dates would move, as lines for people.
 * @param zone IANA name in which instants are days
 */
export function datesPreviewText({ cases, waiting, moves, movesOmitted }: DatesPreview, zone: string): string[] {
  if (cases === 0) return ['No due date would move.'];
  const shown = moves.slice(0, SHOWN);
  const more = moves.length + movesOmitted - shown.length;
  return [
    `Dates of ${count(cases, 'case')} would move.`,
    ...(waiting === 0
      ? []
      : [`Of these ${count(waiting, 'case')} would wait: the old dates stand until a programme manager agrees.`]),
    '',
    table(
      [
        { head: 'asset' },
        { head: 'task' },
        { head: 'due now' },
        { head: 'due then' },
        { head: 'moves' },
        { head: 'decision' },
      ],
      shown.map(({ assetId, stage, was, due, days, waits }) => [
        assetId,
        STAGE_SHOWN[stage],
        dayShown(was, zone),
        dayShown(due, zone),
        movedBy(days),
        waits ? 'waits' : '',
      ]),
    ),
    ...(more > 0 ? [`and ${more.toLocaleString('en-GB')} more (--json lists up to 1,000)`] : []),
  ];
}
