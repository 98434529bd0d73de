import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { ensureUser, type Holdings, holdingsOf } from '../../register/access/holdings';
import { personId } from '../../register/people';
import { type Services } from '../services';

/** Who an address is by what it holds; null where that is nothing: nobody. @param address in lower case */
export async function viewerHolding(
  services: Services,
  address: string,
  { holdings, user }: Holdings,
  now: Instant,
): Promise<Viewer | null> {
  if (holdings.length === 0) return null;
  const own = holdings.find(({ because }) => because === 'post')?.name ?? user?.name;
  const id =
    personId(holdings, user) ??
    (await ensureUser(await services.register(), { email: address, name: address, change: 'keep' }, now));
  const roles = holdings.map(({ because, role, departmentId, siteId, name }) => ({
    role,
    departmentId,
    siteId,
    deputyFor: because === 'deputy' ? name : null,
  }));
  return { email: address, name: own ?? address, id, roles };
}

/**
 * Who is behind an address, with every role that they have at this moment: posts, granted roles, and those of absent
 * programme managers and SROs whose deputy they are. Null where that is none: nobody.
 * @param now says who is away
 */
export async function viewerOf(services: Services, email: string, now: Instant): Promise<Viewer | null> {
  const address = email.trim().toLowerCase();
  return viewerHolding(services, address, await holdingsOf(await services.register(), address, now), now);
}
