import {
  type Balance,
  balanceOf,
  balanceSentence,
  beforeWords,
  type Remaining,
  splitSentence,
} from '../../domain/figures/balance';
import { type FlowKind } from '../../domain/figures/crossings';
import { startOfWeek } from '../../domain/figures/days';
import { clockTime, shortDate } from '../../domain/dates-for-people';
import { Failure } from '../../domain/errors';
import { type Instant, type IsoDate } from '../../domain/records';
import { isKnown } from '../../register/cases';
import { type Figures, flowsBetween, readFigures } from '../../register/figures/read';
import { type Services } from '../services';
import { type FiguresBasis, figuresBasis } from './basis';
import { asOfMoment, daysApart, type Moment, sinceMoment } from './moments';

/** Which figures are asked for. */
export interface ReportQuery {
  /** As was known at 17:00 of that day; null = now. */
  readonly asOf: IsoDate | null;
  /** What it is compared with; null = a week before. */
  readonly since: IsoDate | null;
  /** Null = the whole programme. */
  readonly departments: readonly string[] | null;
}

/** The balance between two moments, in figures and as a sentence to copy. */
export interface Comparison {
  readonly programmeId: string;
  readonly title: string;
  /** Null = not started. */
  readonly startedAt: Instant | null;
  readonly zone: string;
  readonly madeOn: IsoDate;
  readonly departments: readonly string[] | null;
  readonly since: Moment;
  readonly asOf: Moment;
  readonly balance: Balance;
  readonly sentence: string;
  /** How many of them must go and how many are still to be looked at; empty where all are of one sort. */
  readonly split: string;
}

/** A {@link Comparison} with the figures of the later moment. */
export interface Report extends Comparison {
  readonly remaining: Remaining;
  readonly figures: Figures;
  /** What has become known since of what had happened by then. */
  readonly corrections: readonly { readonly kind: FlowKind; readonly devices: number }[];
}

/** `17:00 on 20 November` */
export function momentWords({ at }: Moment, now: Instant, zone: string): string {
  return `${clockTime(at, zone)} on ${shortDate(at, now, zone)}`;
}

async function checkDepartments({ pool }: FiguresBasis, departments: readonly string[] | null): Promise<void> {
  for (const id of departments ?? []) {
    if (await isKnown(pool, 'department', id)) continue;
    throw new Failure('unknown-department', `There is no department "${id}" in the register.`, {
      hint: 'See "clearsite sites list".',
    });
  }
}

async function comparison(basis: FiguresBasis, query: ReportQuery): Promise<Comparison> {
  const { pool, programme, zone, now, madeOn } = basis;
  const { departments } = query;
  const asOf = asOfMoment(query.asOf, basis);
  const since = sinceMoment(query.since, asOf, basis);
  await checkDepartments(basis, departments);
  const span = { since: since.day, until: asOf.day };
  const { before, between } = await flowsBetween(pool, programme.programmeId, departments, span);
  const balance = balanceOf(before, between, departments === null ? 'programme' : 'departments');
  return {
    programmeId: programme.programmeId,
    title: programme.title,
    startedAt: programme.startedAt,
    zone,
    madeOn,
    departments,
    since,
    asOf,
    balance,
    sentence: balanceSentence(balance, momentWords(asOf, now, zone), beforeWords(daysApart(since, asOf))),
    split: splitSentence(balance.closing),
  };
}

/**
 * Compares what remained at two moments: every device that came or went in between is in exactly one line.
 * @throws Failure `no-policy`, `bad-date`, `date-in-future`, `before-programme`, `since-not-before`, `unknown-department`
 */
export async function compareDates(services: Services, query: ReportQuery, now: Instant): Promise<Comparison> {
  return comparison(await figuresBasis(services, now), query);
}

/** The figures of a moment. */
export function figuresOf(basis: FiguresBasis, asOf: Moment, departments: readonly string[] | null): Promise<Figures> {
  return readFigures(basis.pool, {
    programmeId: basis.programme.programmeId,
    zone: basis.zone,
    day: asOf.day,
    departments,
    at: asOf.at,
    amberWithinDays: basis.policy.rag.amberWithinDays,
    lateSince: startOfWeek(asOf.at, basis.zone),
  });
}

/** The programme's figures as of a date, with what has changed since another. @throws Failure as {@link compareDates} */
export async function report(services: Services, query: ReportQuery, now: Instant): Promise<Report> {
  const basis = await figuresBasis(services, now);
  const compared = await comparison(basis, query);
  const figures = await figuresOf(basis, compared.asOf, query.departments);
  return { ...compared, remaining: compared.balance.closing, figures, corrections: figures.corrections };
}
