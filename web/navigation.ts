import { may, type Permission } from '../domain/access/permissions';
import { type Viewer } from '../domain/access/roles';

interface Entry {
  readonly text: string;
  readonly href: string;
  readonly permission: Permission;
}

/** In the order in which they are shown; the first that somebody may see is where they begin. */
const ENTRIES: readonly Entry[] = [
  { text: 'Programme', href: '/dashboard', permission: 'see-programme' },
  { text: 'My tasks', href: '/tasks', permission: 'do-tasks' },
  { text: 'Decisions', href: '/decisions', permission: 'verify' },
  { text: 'Cases', href: '/cases', permission: 'see-cases' },
  { text: 'Sites', href: '/sites', permission: 'see-cases' },
  { text: 'Devices', href: '/devices', permission: 'see-cases' },
  { text: 'Departments', href: '/departments', permission: 'see-cases' },
  { text: 'Check before installing', href: '/check', permission: 'check-deployment' },
  { text: 'Users', href: '/users', permission: 'manage-users' },
  { text: 'Access log', href: '/access-log', permission: 'see-access-log' },
];

/** What the navigation of a page shows. @param path of the page */
export function navigationFor(viewer: Viewer, path: string) {
  return ENTRIES.filter(({ permission }) => may(viewer, permission)).map(({ text, href }) => ({
    text,
    href,
    active: path === href || path.startsWith(`${href}/`),
  }));
}

/** Where somebody begins. */
export function homeOf(viewer: Viewer): string {
  return ENTRIES.find(({ permission }) => may(viewer, permission))?.href ?? '/account';
}
