import { GRANTED_ROLE_SHOWN, type GrantedRole, type HeldRole, type UserRole } from '../domain/access/roles';
import { isOneOf, ROLES } from '../domain/vocabulary';
import { ROLE_SHOWN } from '../domain/wording';

/** What people read for a role. */
export function roleShown(role: UserRole): string {
  return isOneOf(ROLES, role) ? ROLE_SHOWN[role] : GRANTED_ROLE_SHOWN[role satisfies GrantedRole];
}

/** Where a role counts, in words. @param departments names by id */
export function placeShown(
  { departmentId, siteId }: Pick<HeldRole, 'departmentId' | 'siteId'>,
  departments: ReadonlyMap<string, string>,
): string {
  if (departmentId === null) return 'the whole programme';
  const name = departments.get(departmentId);
  const department = name === undefined || name === departmentId ? departmentId : `${name} (${departmentId})`;
  return siteId === null ? department : `site ${siteId} of ${department}`;
}
