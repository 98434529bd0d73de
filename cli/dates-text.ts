import { type Opening } from '../app/import/open-after-import';
import { count } from './output';

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
