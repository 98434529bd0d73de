import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { ensureUser, holdingsOf } from '../../register/access/holdings';
import { personId } from '../../register/people';
import { type Services } from '../services';

/**
 * Who is behind an address, with every role that they have at this moment: posts, granted roles, and those of absent
 * programme managers and SROs whose deputy they are. Null where that is none: nobody.
 * @param now says who is away
 */
export async function viewerOf(services: Services, email: string, now: Instant): Promise<Viewer | null> {
  const pool = await services.register();
  const address = email.trim().toLowerCase();
  const { holdings, user } = await holdingsOf(pool, address, now);
  if (holdings.length === 0) return null;
  const own = holdings.find(({ because }) => because === 'post')?.name ?? user?.name;
  const id =
    personId(holdings, user) ?? (await ensureUser(pool, { email: address, name: address, change: 'keep' }, now));
  const roles = holdings.map(({ because, role, departmentId, siteId, name }) => ({
    role,
    departmentId,
    siteId,
    deputyFor: because === 'deputy' ? name : null,
  }));
  return { email: address, name: own ?? address, id, roles };
}
