import { Failure } from '../../domain/errors';
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

/** @throws Failure `unknown-site` */
export async function showSite(services: Services, siteId: string): Promise<SiteDetail> {
  const site = await findSite(await services.register(), siteId);
  if (site !== null) return site;
  throw new Failure('unknown-site', `There is no site "${siteId}".`, { hint: 'See "clearsite sites list".' });
}
