import { type Cut, type SiteAssessment } from '../../app/inventory/assess-site';
import { count } from '../../domain/counted';
import { fullDate } from '../../domain/dates-for-people';
import { OUTCOME_SHOWN, SENSITIVITY_SHOWN, STAGE_SHOWN } from '../../domain/wording';

/** Cases and dates of each kind that a page names; the rest is counted. */
const SHOWN = 50;

function total({ listed, omitted }: Cut<unknown>): number {
  return listed.length + omitted;
}

function cutView<T, V>(cases: Cut<T>, view: (item: T) => V) {
  const listed = cases.listed.slice(0, SHOWN);
  return { total: total(cases), listed: listed.map(view), more: total(cases) - listed.length };
}

function movedBy(days: number): string {
  if (days === 0) return 'the same day';
  return days > 0 ? `${count(days, 'day')} later` : `${count(-days, 'day')} earlier`;
}

/** What an assessment would do, before anybody confirms it. @param zone IANA name in which due dates are days */
export function previewView(assessment: SiteAssessment, zone: string) {
  const { sensitivity, was, opening, outOfScope, givenUp, dates, casesReplanning } = assessment;
  const day = (instant: string): string => fullDate(instant, zone);
  const moves = dates?.moves.slice(0, SHOWN) ?? [];
  return {
    now: SENSITIVITY_SHOWN[was],
    then: SENSITIVITY_SHOWN[sensitivity],
    same: was === sensitivity,
    opening: cutView(opening, ({ assetId }) => assetId),
    outOfScope: cutView(outOfScope, ({ caseId, assetId, stage }) => ({ caseId, assetId, stage: STAGE_SHOWN[stage] })),
    givenUp: cutView(givenUp, ({ caseId, assetId, outcome }) => ({ caseId, assetId, outcome: OUTCOME_SHOWN[outcome] })),
    replanning: casesReplanning,
    moving: dates?.cases ?? 0,
    waiting: dates?.waiting ?? 0,
    moves: moves.map(({ caseId, assetId, stage, was: from, due, days, waits }) => ({
      caseId,
      assetId,
      stage: STAGE_SHOWN[stage],
      was: day(from),
      due: day(due),
      by: movedBy(days),
      waits,
    })),
    moreMoves: dates === null ? 0 : dates.moves.length + dates.movesOmitted - moves.length,
  };
}

/** What an assessment did, in a sentence or two. */
export function doneWords({ siteId, sensitivity, was, opening, opened, casesReplanning }: SiteAssessment): string {
  const shown = SENSITIVITY_SHOWN[sensitivity].toLowerCase();
  const site = was === sensitivity ? `Site ${siteId} is ${shown}, as before.` : `Site ${siteId} is ${shown} now.`;
  const cases = total(opening);
  const wait = opened?.outcome === 'waiting' ? ' They wait for a part of the service that does not answer now.' : '';
  const opens = cases === 0 ? '' : ` ${count(cases, 'case')} ${cases === 1 ? 'opens' : 'open'}.${wait}`;
  const dates = casesReplanning === 0 ? '' : ` The dates of ${count(casesReplanning, 'case')} are computed anew.`;
  return `${site}${opens}${dates}`;
}
