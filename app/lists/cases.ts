import { type Pool } from 'pg';
import { type Scope } from '../../domain/access/permissions';
import { startOfDay } from '../../domain/deadlines/start-of-day';
import { type Instant, type IsoDate } from '../../domain/records';
import { type CaseFilter, countCases, type RagBasis } from '../../register/case-list';
import { casesOf, type CaseSort, everyListedCase, type ListedCase, sliceOfCases } from '../../register/lists/cases';
import { type Sorting } from '../../register/lists/order';
import { caseJson, type CaseJson } from '../cases/case-json';
import { basisOf, ragBasis } from '../cases/list';
import { findProgramme } from '../../register/current-policy';
import { type Services } from '../services';
import { paged, type Paged } from './paged';
import { remembered } from './remembered';
import { toTheSecond } from '../to-the-second';
import { DEFAULT_ZONE } from '../../domain/policy/defaults';

export { CASE_SORTS, type CaseSort } from '../../register/lists/cases';
export { type Sorting } from '../../register/lists/order';

/** What a list of cases is asked for. */
export interface CaseListQuery {
  readonly filter: Omit<CaseFilter, 'dueBefore' | 'lateSince' | 'scope' | 'assetId'>;
  /** Due before this day begins, in the policy's zone. */
  readonly dueBefore: IsoDate | null;
  /** Became late on this day or after it, in the policy's zone. @default any day */
  readonly lateSince?: IsoDate | null;
  readonly sorting: Sorting<CaseSort>;
}

/** A case as lists and exports show it. */
export interface CaseRow extends CaseJson {
  readonly make: string | null;
  readonly model: string | null;
  readonly siteName: string;
  readonly departmentName: string;
}

export interface CasePage extends Paged<CaseRow> {
  /** In which the policy's dates are days. */
  readonly zone: string;
}

function rowOf(record: ListedCase, basis: RagBasis): CaseRow {
  const { make, model, siteName, departmentName } = record;
  return { ...caseJson(record, basis), make, model, siteName, departmentName };
}

interface Resolved {
  readonly pool: Pool;
  readonly basis: RagBasis;
  readonly zone: string;
  readonly filter: CaseFilter;
}

/** What a query means; null before a policy says which devices are covered: there are no cases then. */
async function resolved(
  services: Services,
  scope: Scope,
  { filter, dueBefore, lateSince = null }: Pick<CaseListQuery, 'filter' | 'dueBefore' | 'lateSince'>,
  now: Instant,
): Promise<Resolved | null> {
  const pool = await services.register();
  const programme = await findProgramme(pool);
  if (programme === null) return null;
  const { basis, policy } = await basisOf(pool, programme, now);
  const due = dueBefore === null ? {} : { dueBefore: startOfDay(dueBefore, policy.zone) };
  const late = lateSince === null ? {} : { lateSince: startOfDay(lateSince, policy.zone) };
  return { pool, basis, zone: policy.zone, filter: { ...filter, ...due, ...late, scope } };
}

/**
 * A page of the cases that somebody may see.
 * @param page from 1; beyond the end it is the last one
 * @param now the instant that RAG is derived for
 * @throws Failure `bad-date`
 */
export async function casePage(
  services: Services,
  scope: Scope,
  query: CaseListQuery,
  page: number,
  now: Instant,
): Promise<CasePage> {
  const meant = await resolved(services, scope, query, toTheSecond(now));
  if (meant === null) return { items: [], total: 0, page: 1, pages: 1, zone: DEFAULT_ZONE };
  const { pool, basis, zone, filter } = meant;
  const key = `cases ${JSON.stringify([filter, basis.amberWithinDays])}`;
  const total = await remembered(pool, key, () => countCases(pool, basis, filter));
  const found = await paged(page, total, (slice) => sliceOfCases(pool, basis, filter, query.sorting, slice, total));
  return { ...found, items: found.items.map((record) => rowOf(record, basis)), zone };
}

/**
 * All cases that a query asks for, in its order, handed over some at a time as they are at one instant.
 * @param onRows waited for before more are read
 * @throws Failure as {@link casePage}, before the first are handed over
 */
export async function everyCaseRow(
  services: Services,
  scope: Scope,
  query: CaseListQuery,
  now: Instant,
  onRows: (rows: readonly CaseRow[]) => Promise<void>,
): Promise<void> {
  const meant = await resolved(services, scope, query, now);
  if (meant === null) return;
  const { pool, basis, filter } = meant;
  await everyListedCase(pool, basis, filter, query.sorting, (records) =>
    onRows(records.map((record) => rowOf(record, basis))),
  );
}

/** The cases of these ids that somebody may see, by asset id. @throws Failure `no-policy` */
export async function chosenCases(
  services: Services,
  scope: Scope,
  ids: readonly string[],
  now: Instant,
): Promise<readonly CaseRow[]> {
  const pool = await services.register();
  const { basis } = await ragBasis(pool, now);
  return (await casesOf(pool, basis, { scope }, ids)).map((record) => rowOf(record, basis));
}
