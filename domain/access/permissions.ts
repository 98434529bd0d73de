import { type CaseAction } from '../case-actions';
import { type HeldRole, type UserRole, type Viewer, type Where } from './roles';

/** What a page shows or an action does, as far as roles decide it. */
export const PERMISSIONS = [
  'see-programme',
  'see-cases',
  'see-audit',
  'see-access-log',
  'export',
  'do-tasks',
  'verify',
  'ask',
  'decide',
  'assess-site',
  'keep-contacts',
  'check-deployment',
  'manage-users',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const WHOLE_PROGRAMME: readonly Permission[] = PERMISSIONS.filter((permission) => permission !== 'manage-users');

/** Who may do what; an administrator of users decides nothing else. */
export const ALLOWED: Readonly<Record<UserRole, readonly Permission[]>> = {
  viewer: ['see-programme', 'see-cases', 'check-deployment'],
  auditor: ['see-programme', 'see-cases', 'see-audit', 'see-access-log', 'export', 'check-deployment'],
  'task-owner': ['see-cases', 'export', 'do-tasks', 'ask', 'check-deployment'],
  'security-officer': [
    'see-cases',
    'see-audit',
    'export',
    'do-tasks',
    'verify',
    'ask',
    'assess-site',
    'keep-contacts',
    'check-deployment',
  ],
  head: ['see-cases', 'see-audit', 'export', 'do-tasks', 'ask', 'keep-contacts', 'check-deployment'],
  procurement: ['check-deployment'],
  'programme-manager': WHOLE_PROGRAMME,
  sro: WHOLE_PROGRAMME,
  admin: ['manage-users'],
};

/** The permission that each action on a case asks for; the case itself has the last word. */
export const NEEDED: Readonly<Record<CaseAction, Permission>> = {
  'record-assessment': 'do-tasks',
  'confirm-disconnection': 'do-tasks',
  'schedule-replacement': 'do-tasks',
  'confirm-removal': 'do-tasks',
  'submit-evidence': 'do-tasks',
  'verify-removal': 'verify',
  'request-extension': 'ask',
  'decide-extension': 'decide',
  'request-exception': 'ask',
  'decide-exception': 'decide',
  'move-upgrade': 'do-tasks',
  acknowledge: 'do-tasks',
  reassign: 'do-tasks',
  retract: 'do-tasks',
  withdraw: 'decide',
  reopen: 'decide',
};

/** True where what somebody holds counts at a place: everywhere, in its department, or at its site. */
export function reaches(held: Pick<HeldRole, 'departmentId' | 'siteId'>, where: Where): boolean {
  if (held.departmentId === null) return true;
  return held.departmentId === where.departmentId && (held.siteId === null || held.siteId === where.siteId);
}

/** True where somebody may do something at a place; without a place: at one at least. */
export function may(viewer: Viewer, permission: Permission, where?: Where): boolean {
  return viewer.roles.some(
    (held) => ALLOWED[held.role].includes(permission) && (where === undefined || reaches(held, where)),
  );
}

/** What of the register somebody may see; a query is narrowed to it. */
export type Scope =
  | { readonly everything: true }
  | {
      readonly everything: false;
      readonly places: readonly { readonly departmentId: string; readonly siteId: string | null }[];
    };

/** Where somebody holds a permission. Empty places: nowhere. */
export function scopeOf(viewer: Viewer, permission: Permission): Scope {
  const held = viewer.roles.filter(({ role }) => ALLOWED[role].includes(permission));
  if (held.some(({ departmentId }) => departmentId === null)) return { everything: true };
  const places = held.flatMap(({ departmentId, siteId }) => (departmentId === null ? [] : [{ departmentId, siteId }]));
  return { everything: false, places };
}

/** True where somebody holds a permission for the whole programme, and not for a part of it alone. */
export function mayEverywhere(viewer: Viewer, permission: Permission): boolean {
  return scopeOf(viewer, permission).everything;
}

/** True where a place is within what somebody may see. */
export function covers(scope: Scope, where: Where): boolean {
  return scope.everything || scope.places.some((place) => reaches(place, where));
}
