import { type DecisionView, type MadeDecision, type WaitingDecision } from '../../app/decisions';
import { type NoDecision } from '../../app/cases/for-viewer';
import { askWords, EXTENSION_REASON_SHOWN } from '../../domain/case-words';
import { count } from '../../domain/counted';
import { fullDate, fullMoment, shortDate } from '../../domain/dates-for-people';
import { type Ask } from '../../domain/lifecycle';
import { type Instant } from '../../domain/records';
import { type Role } from '../../domain/vocabulary';
import { ROLE_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { REQUEST_STATES } from '../case/case-view';
import { CaseWording } from '../case/wording';

function asker(id: string, role: Role | null): string {
  if (role !== null) return ROLE_SHOWN[role];
  return id === 'system' ? 'clearsite, since the inventory changed' : id.startsWith('ops:') ? 'operations' : 'a deputy';
}

function renewals(kind: WaitingDecision['what'], before: number): string {
  if (before === 0 || kind === 'not-covered' || kind === 'later-dates') return '';
  return kind === 'exception'
    ? `Allowed ${count(before, 'time')} before`
    : `Given more time ${count(before, 'time')} before`;
}

/** What a yes does to dates, as far as the request itself says. */
function consequence(ask: Ask | null, due: Instant | null, day: (instant: Instant) => string): string {
  if (ask === null) return 'A yes closes the case: nothing is removed.';
  switch (ask.kind) {
    case 'extension':
      return due === null ? `Due ${day(ask.due)}` : `From ${day(due)} to ${day(ask.due)}`;
    case 'exception':
      return `In breach, with approval, until ${day(ask.until)}`;
    case 'later-dates':
      return 'Due dates move later';
  }
}

/** Something that waits, as a row of the queue. */
export function waitingRow(one: WaitingDecision, now: Instant, zone: string) {
  const day = (instant: Instant): string => fullDate(instant, zone);
  const agreement = `/cases/${one.caseId}/actions/record-assessment?result=not-covered`;
  return {
    href: one.requestId === null ? agreement : `/decisions/${one.requestId}`,
    what: one.ask === null ? 'Agree that it is not on the list' : askWords(one.ask, day),
    caseId: one.caseId,
    assetId: one.assetId,
    thing: [one.make, one.model].filter(Boolean).join(' '),
    place: `${one.siteName}, ${one.departmentName}`,
    by: asker(one.askedBy, one.askedRole),
    since: day(one.askedAt),
    text: one.text,
    late: one.due !== null && one.due < now,
    due: one.due === null ? 'No date' : day(one.due),
    consequence: consequence(one.ask, one.due, day),
    renewals: renewals(one.what, one.agreedBefore),
    decides: one.needs === 'sro' ? 'Beyond the limits: only the SRO' : ROLE_SHOWN[one.needs],
  };
}

/** A decision that was made, as a row. */
export function madeRow(one: MadeDecision, zone: string) {
  const day = (instant: Instant): string => fullDate(instant, zone);
  return {
    href: `/decisions/${one.requestId}`,
    what: one.ask === null ? '' : askWords(one.ask, day),
    caseId: one.caseId,
    assetId: one.assetId,
    place: `${one.siteName}, ${one.departmentName}`,
    verdict: REQUEST_STATES[one.state],
    by: one.decidedRole === null ? 'a deputy' : ROLE_SHOWN[one.decidedRole],
    on: day(one.decidedAt),
    conditions: one.conditions,
  };
}

const KEPT: Readonly<Record<Exclude<NoDecision, 'decided'>, string>> = {
  'no-role': 'A programme manager or the SRO decides this.',
  'own-request': 'You asked for this, so another person has to decide it.',
  'beyond-limits': 'This goes beyond the limits that a programme manager may agree to: the SRO has to decide it.',
};

/** A request with what a yes would do and its case's history beside it. */
export function decisionView({ request, viewed, kept, moves, limits, now }: DecisionView) {
  const wording = new CaseWording(viewed);
  const { day } = wording;
  const { ask } = request;
  const brief = (instant: Instant | null): string =>
    instant === null ? '' : shortDate(instant, now, viewed.shown.zone);
  const beyond = request.needs === 'sro' && limits !== null;
  return {
    title: `${askWords(ask, day)}: ${viewed.shown.assetId}`,
    requestId: request.requestId,
    caseId: viewed.shown.caseId,
    assetId: viewed.shown.assetId,
    place: `${viewed.site.name}, ${viewed.site.departmentName}`,
    what: askWords(ask, day),
    reason: ask.kind === 'extension' ? EXTENSION_REASON_SHOWN[ask.reason] : '',
    control: ask.kind === 'exception' ? ask.control : '',
    text: request.text,
    by: viewed.person(request.requestedBy),
    at: fullMoment(request.requestedAt, viewed.shown.zone),
    state: REQUEST_STATES[request.state],
    pending: request.state === 'pending',
    decided: request.decidedBy === null ? '' : `${viewed.person(request.decidedBy)} on ${day(request.decidedAt)}`,
    conditions: request.conditions ?? '',
    before: renewals(ask.kind, request.agreedBefore),
    beyond: beyond
      ? `A programme manager may agree to ${count(limits.longestDays, 'day')} at most, and ${count(limits.most, 'time')}: this goes beyond, so the SRO decides.`
      : '',
    moves: moves.map(({ stage, was, due, baseline }) => ({
      stage: STAGE_SHOWN[stage],
      was: day(was) || 'No date',
      due: day(due),
      baseline: day(baseline),
    })),
    kept: kept === null || kept === 'decided' ? '' : KEPT[kept],
    others: viewed.shown.requests
      .filter(({ requestId }) => requestId !== request.requestId)
      .map((one) => ({
        requestId: one.requestId,
        what: askWords(one.ask, day),
        state: REQUEST_STATES[one.state],
        conditions: one.conditions ?? '',
      })),
    next: viewed.shown.nextAction,
    due: day(viewed.shown.due),
    distance: viewed.distance,
    milestones: viewed.shown.milestones
      .filter(({ skipped }) => !skipped)
      .map(({ stage, baseline, due, actual }) => ({
        stage: STAGE_SHOWN[stage],
        baseline: brief(baseline),
        due: brief(due),
        actual: brief(actual),
      })),
    history: viewed.maySee.audit
      ? [...viewed.shown.audit]
          .reverse()
          .filter(({ type }) => type !== 'rung-fired')
          .slice(0, 15)
          .map(wording.line)
      : [],
  };
}
