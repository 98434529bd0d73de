import { type Pool } from 'pg';
import { startOfDay } from '../../domain/deadlines/start-of-day';
import { Failure } from '../../domain/errors';
import { type Policy } from '../../domain/policy/policy';
import { type Instant, type IsoDate } from '../../domain/records';
import { type CaseFilter, countCases, isKnown, listCases, type RagBasis } from '../../register/cases';
import { policyOf, theProgramme } from '../../register/current-policy';
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
  const { programmeId } = await theProgramme(pool);
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

/**
 * Cases, live ones first, the earliest due first.
 * @param now the instant that RAG is derived for
 * @throws Failure `unknown-department`, `unknown-site`, `unknown-case` (of `after`), `bad-date`, `no-policy`
 */
export async function findCases(services: Services, query: CaseQuery, now: Instant): Promise<CaseList> {
  const pool = await services.register();
  const { basis, policy } = await ragBasis(pool, now);
  await checkNames(pool, query.filter);
  const dueBefore = query.dueBefore === null ? {} : { dueBefore: startOfDay(query.dueBefore, policy.zone) };
  const filter: CaseFilter = { ...query.filter, ...dueBefore };
  const { limit } = query;
  const after = query.after === null ? null : (await theCase(pool, query.after)).caseId;
  const records = await listCases(pool, basis, filter, { limit: limit === null ? null : limit + 1, after });
  const page = limit === null ? records : records.slice(0, limit);
  return {
    cases: page.map((record) => caseJson(record, basis)),
    zone: policy.zone,
    total: await countCases(pool, basis, filter),
    next: records.length > page.length ? (page.at(-1)?.caseId ?? null) : null,
  };
}
