import { type FlowKind } from '../../domain/figures/crossings';
import { takenAt } from '../../domain/figures/days';
import { type Instant } from '../../domain/records';
import { type Stage } from '../../domain/vocabulary';
import { casesThatCrossed, casesThatRemained, type ListedCase } from '../../register/figures/list';
import { type Services } from '../services';
import { sharedToTheSecond } from '../to-the-second';
import { figuresBasis } from './basis';
import { asOfMoment, type Moment, sinceMoment } from './moments';
import { type ReportQuery } from './report';

/** A figure whose cases are wanted: what remained, or what crossed in one way between the two dates. */
export type Behind =
  | { readonly figure: 'remaining'; readonly stage: Stage | null; readonly mustGo: boolean | null }
  | { readonly figure: FlowKind };

export interface BehindQuery extends ReportQuery {
  readonly behind: Behind;
  readonly limit: number;
  /** The last case of the page before; null = from the beginning. */
  readonly after: string | null;
}

/** The cases behind a figure, a page of them. */
export interface BehindFigure {
  readonly cases: readonly ListedCase[];
  /** What to give as `after` for the next page; null = this is the last one. */
  readonly next: string | null;
  /** Null where the figure is of one moment. */
  readonly since: Moment | null;
  readonly asOf: Moment;
  readonly zone: string;
}

async function look(services: Services, query: BehindQuery, now: Instant): Promise<BehindFigure> {
  const { behind, departments, limit, after } = query;
  const basis = await figuresBasis(services, now);
  const scope = { programmeId: basis.programme.programmeId, departments };
  const page = { limit: limit + 1, after };
  const asOf = asOfMoment(query.asOf, basis);
  // What is recorded while we read is in the figures too.
  const until = asOf.day === null ? 'infinity' : takenAt(asOf.day, basis.zone);
  const since = behind.figure === 'remaining' ? null : sinceMoment(query.since, asOf, basis);
  const found =
    behind.figure === 'remaining'
      ? await casesThatRemained(basis.pool, scope, until, behind, page)
      : await casesThatCrossed(basis.pool, scope, behind.figure, { after: since?.at ?? until, until }, page);
  const cases = found.slice(0, limit);
  return { cases, next: found.length > limit ? (cases.at(-1)?.caseId ?? null) : null, since, asOf, zone: basis.zone };
}

/** The cases behind a figure. @throws Failure `no-policy`, `bad-date`, `date-in-future`, `before-programme`, `since-not-before` */
export async function casesBehind(services: Services, query: BehindQuery, now: Instant): Promise<BehindFigure> {
  return sharedToTheSecond(services, ['behind', query], now, (second) => look(services, query, second));
}
