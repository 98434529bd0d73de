import { type Scope } from '../../domain/access/permissions';
import { type Instant } from '../../domain/records';
import { type Sorting } from '../../register/lists/order';
import {
  countListedSites,
  everySite,
  type ListedSite,
  type SiteListFilter,
  type SiteSort,
  sliceOfSites,
} from '../../register/lists/sites';
import { type Services } from '../services';
import { paged, type Paged } from './paged';
import { remembered } from './remembered';

export { type ListedSite, SITE_SORTS, type SiteSort } from '../../register/lists/sites';

/** What a list of sites is asked for. */
export interface SiteListQuery {
  readonly filter: Omit<SiteListFilter, 'scope'>;
  readonly sorting: Sorting<SiteSort>;
}

/**
 * A page of the sites that somebody may see.
 * @param page from 1; beyond the end it is the last one
 * @param now the instant that lateness is derived for
 */
export async function sitePage(
  services: Services,
  scope: Scope,
  query: SiteListQuery,
  page: number,
  now: Instant,
): Promise<Paged<ListedSite>> {
  const pool = await services.register();
  const filter = { ...query.filter, scope };
  const total = await remembered(pool, `sites ${JSON.stringify(filter)}`, () => countListedSites(pool, filter));
  return paged(page, total, (slice) => sliceOfSites(pool, filter, query.sorting, slice, now));
}

/** All sites that a query asks for, in its order, handed over some at a time as they are at one instant. */
export async function everySiteRow(
  services: Services,
  scope: Scope,
  { filter, sorting }: SiteListQuery,
  now: Instant,
  onRows: (rows: readonly ListedSite[]) => Promise<void>,
): Promise<void> {
  await everySite(await services.register(), { ...filter, scope }, sorting, now, onRows);
}
