import { Failure } from '../../domain/errors';
import { namesOf } from '../../register/case-detail';
import { countSites, findSite, listSites, type SiteDetail, type SiteFilter, type SiteRow } from '../../register/sites';
import { type Services } from '../services';
import { checkFilter, type Listed, pageOf, type PageQuery } from './pages';

/** Sites by site id. @throws Failure `unknown-department` */
export async function findSites(services: Services, filter: SiteFilter, page: PageQuery): Promise<Listed<SiteRow>> {
  const pool = await services.register();
  await checkFilter(pool, filter.departmentId === undefined ? {} : { departmentId: filter.departmentId });
  return pageOf(
    page,
    (wanted) => listSites(pool, filter, wanted),
    () => countSites(pool, filter),
    ({ siteId }) => siteId,
  );
}

/** A site, with the name of whoever assessed it last. */
export interface ShownSite extends SiteDetail {
  /** Null where ops did, or nobody has. */
  readonly assessedBy: string | null;
}

/** @throws Failure `unknown-site` */
export async function showSite(services: Services, siteId: string): Promise<ShownSite> {
  const pool = await services.register();
  const site = await findSite(pool, siteId);
  if (site === null) {
    throw new Failure('unknown-site', `There is no site "${siteId}".`, { hint: 'See "clearsite sites list".' });
  }
  const actor = site.assessment?.actor;
  const names = actor === undefined ? null : await namesOf(pool, [actor]);
  return { ...site, assessedBy: names?.get(actor ?? '')?.name ?? null };
}
