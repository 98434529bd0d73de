import { type Pool } from 'pg';
import { startOfDay } from '../../domain/deadlines/start-of-day';
import { Failure } from '../../domain/errors';
import { type Policy } from '../../domain/policy/policy';
import { type Instant, type IsoDate } from '../../domain/records';
import { type CaseFilter, countCases, everyCase, listCases, type RagBasis } from '../../register/case-list';
import { isKnown } from '../../register/cases';
import { policyOf, type Programme, theProgramme } from '../../register/current-policy';
import { type Services } from '../services';
import { caseJson, type CaseJson } from './case-json';
import { theCase } from './find';

/** What a list is asked for. */
export interface CaseQuery {
  readonly filter: Omit<CaseFilter, 'dueBefore'>;
  /** Due before this day begins, in the policy's zone. */
  readonly dueBefore: IsoDate | null;
  /** Null = all. */
  readonly limit: number | null;
  /** The last case id of the page before. */
  readonly after: string | null;
}

export interface CaseList {
  readonly cases: readonly CaseJson[];
  /** In which the policy's dates are days. */
  readonly zone: string;
  /** How many the filter lets through on all pages. */
  readonly total: number;
  /** What to give as `after` for the next page; null = this is the last one. */
  readonly next: string | null;
}

/** What RAG is derived from at an instant, with the policy that rules. @throws Failure `no-policy` */
export async function ragBasis(pool: Pool, now: Instant): Promise<{ basis: RagBasis; policy: Policy }> {
  return basisOf(pool, await theProgramme(pool), now);
}

/** As {@link ragBasis}, where the programme has been read already. */
export async function basisOf(
  pool: Pool,
  { programmeId }: Pick<Programme, 'programmeId'>,
  now: Instant,
): Promise<{ basis: RagBasis; policy: Policy }> {
  const policy = await policyOf(pool, programmeId);
  return { basis: { now, amberWithinDays: policy.rag.amberWithinDays }, policy };
}

async function checkNames(pool: Pool, { departmentId, siteId }: CaseQuery['filter']): Promise<void> {
  for (const [kind, id] of [
    ['department', departmentId],
    ['site', siteId],
  ] as const) {
    if (id === undefined || (await isKnown(pool, kind, id))) continue;
    throw new Failure(`unknown-${kind}`, `There is no ${kind} "${id}" in the register.`, {
      hint: 'See "clearsite sites list".',
    });
  }
}

/** The filter and place that a query means. */
async function resolved(
  services: Services,
  query: Omit<CaseQuery, 'limit'>,
  now: Instant,
): Promise<{
  readonly pool: Pool;
  readonly basis: RagBasis;
  readonly zone: string;
  readonly filter: CaseFilter;
  readonly after: string | null;
}> {
  const pool = await services.register();
  const { basis, policy } = await ragBasis(pool, now);
  await checkNames(pool, query.filter);
  const dueBefore = query.dueBefore === null ? {} : { dueBefore: startOfDay(query.dueBefore, policy.zone) };
  const after = query.after === null ? null : (await theCase(pool, query.after)).caseId;
  return { pool, basis, zone: policy.zone, filter: { ...query.filter, ...dueBefore }, after };
}

/**
 * Cases, live ones first, the earliest due first.
 * @param now the instant that RAG is derived for
 * @throws Failure `unknown-department`, `unknown-site`, `unknown-case` (of `after`), `bad-date`, `no-policy`
 */
export async function findCases(services: Services, query: CaseQuery, now: Instant): Promise<CaseList> {
  const { pool, basis, zone, filter, after } = await resolved(services, query, now);
  const { limit } = query;
  const records = await listCases(pool, basis, filter, { limit: limit === null ? null : limit + 1, after });
  const page = limit === null ? records : records.slice(0, limit);
  return {
    cases: page.map((record) => caseJson(record, basis)),
    zone,
    total: await countCases(pool, basis, filter),
    next: records.length > page.length ? (page.at(-1)?.caseId ?? null) : null,
  };
}

/**
 * All cases that a query asks for, in the order of {@link findCases}, handed over some at a time as they are at one
 * instant, so that memory does not grow with their number.
 * @param onCases waited for before more are read
 * @returns the rest of the document
 * @throws Failure as {@link findCases}, before the first are handed over
 */
export async function findAllCases(
  services: Services,
  query: Omit<CaseQuery, 'limit'>,
  now: Instant,
  onCases: (cases: readonly CaseJson[]) => Promise<void>,
): Promise<Omit<CaseList, 'cases'>> {
  const { pool, basis, zone, filter, after } = await resolved(services, query, now);
  const total = await everyCase(pool, basis, filter, after, (records) =>
    onCases(records.map((record) => caseJson(record, basis))),
  );
  return { zone, total, next: null };
}
