import { type HeldRole, type UserRole, type Viewer } from '../../domain/access/roles';
import { type Recognised } from '../../web/site';

/** Somebody with one role. */
export function viewerWith(
  id: string,
  role: UserRole,
  place: Partial<Pick<HeldRole, 'departmentId' | 'siteId'>> = {},
): Viewer {
  const { departmentId = null, siteId = null } = place;
  return {
    email: `${id}@example.test`,
    name: `Name of ${id}`,
    id,
    roles: [{ role, departmentId, siteId, deputyFor: null }],
  };
}

/** Recognises tokens that are the ids of these people: what sessions do, for tests that are not about signing in. */
export function recogniseById(viewers: readonly Viewer[]): (token: string, now: Date) => Promise<Recognised | null> {
  return (token, now) => {
    const viewer = viewers.find(({ id }) => id === token);
    const expiresAt = new Date(now.getTime() + 3_600_000).toISOString();
    return Promise.resolve(viewer === undefined ? null : { viewer, expiresAt });
  };
}
