import { CASE_ACTIONS } from '../../domain/case-actions';
import { type Things } from './a-full-programme';

/** What pages are asked for, for each route that answers GET: everything that there is to see, and what there is not. */
type Addresses = (things: Things) => readonly string[];

const none: Addresses = () => [];
const only =
  (...paths: readonly string[]): Addresses =>
  () =>
    paths;

/** By route; a route that has none here fails the tests, so that a new page is looked at from its first day. */
export const ADDRESSES: Readonly<Record<string, Addresses>> = {
  '/': only('/'),
  '/accessibility': only('/accessibility'),
  '/cookies': only('/cookies'),
  '/healthz': only('/healthz'),
  '/readyz': only('/readyz'),
  '/assets/*': none,

  '/sign-in': only('/sign-in', '/sign-in?next=%2Fcases', '/sign-in?next=https%3A%2F%2Fevil.example'),
  '/sign-in/code': only('/sign-in/code'),
  '/sign-in/link/:token': only('/sign-in/link/unknown'),
  '/account': only('/account'),
  '/users': only('/users'),
  '/users/grant': only('/users/grant'),
  '/access-log': only('/access-log', '/access-log?what=nonsense'),

  '/dashboard': only('/dashboard', '/dashboard?as-of=2019-01-01', '/dashboard?as-of=nonsense'),
  '/dashboard/compare': only('/dashboard/compare', '/dashboard/compare?since=nonsense&as-of=1'),
  '/dashboard/list': only('/dashboard/list', '/dashboard/list?figure=nonsense'),
  '/decisions': only('/decisions'),
  '/decisions/answered': only('/decisions/answered'),
  '/decisions/:requestId': ({ requests }) => [...requests, 'k_unknown-1'].map((id) => `/decisions/${id}`),
  '/sites/:siteId/assessment': () => ['S-1', 'UNKNOWN'].map((id) => `/sites/${id}/assessment`),
  '/departments': only('/departments'),
  '/departments/:departmentId': () => ['D-AG', 'D-HS', 'UNKNOWN'].map((id) => `/departments/${id}`),
  '/departments/:departmentId/contacts/:contactId': ({ contactId }) => [
    `/departments/D-AG/contacts/${contactId}`,
    '/departments/D-AG/contacts/c_unknown',
  ],

  '/check': only('/check', '/check?make=Hikvision&site=S-1'),
  '/check/:reference': ({ check }) => [`/check/${check}`, '/check/DC-2026-222222'],
  '/checks': only('/checks', '/checks?whose=all', '/checks?page=99'),

  '/cases': only(
    '/cases',
    '/cases?rag=red',
    '/cases?search=nothing-has-this',
    '/cases?stage=nonsense',
    '/cases?status=closed',
  ),
  '/cases.csv': only('/cases.csv'),
  '/cases.json': only('/cases.json'),
  '/cases/:caseId': ({ fresh, asked, proposed, closed, theirs }) =>
    [fresh, asked, proposed, closed, theirs, 'k_unknown'].map((id) => `/cases/${id}`),
  '/cases/:caseId/actions/:action': ({ fresh, asked, closed, theirs }) => [
    ...CASE_ACTIONS.map((action) => `/cases/${fresh}/actions/${action}`),
    `/cases/${asked}/actions/retract`,
    `/cases/${closed}/actions/reopen`,
    `/cases/${theirs}/actions/acknowledge`,
  ],
  '/actions/:batchId': ({ batchId }) => [`/actions/${batchId}`, '/actions/b_unknown'],

  '/devices': only(
    '/devices',
    '/devices?screening=suspect',
    '/devices?search=nothing-has-this',
    '/devices?network=nonsense',
  ),
  '/devices.csv': only('/devices.csv'),
  '/devices.json': only('/devices.json'),
  '/devices/:assetId': () => [
    '/devices/HTML-1',
    '/devices/FINE-1',
    '/devices/DONE',
    '/devices/THEIRS',
    '/devices/UNKNOWN',
  ],
  '/sites': only('/sites', '/sites?sensitivity=sensitive', '/sites?search=nothing-has-this', '/sites?nation=nonsense'),
  '/sites.csv': only('/sites.csv'),
  '/sites.json': only('/sites.json'),
  '/sites/:siteId': () => ['S-1', 'S-2', 'S-3', 'S-4', 'S-9', 'UNKNOWN'].map((id) => `/sites/${id}`),

  '/tasks': only('/tasks'),
  '/tasks/:siteId/:stage': () => [
    '/tasks/S-1/assess',
    '/tasks/S-1/disconnect',
    '/tasks/S-3/assess',
    '/tasks/S-9/assess',
    '/tasks/S-1/constructor',
  ],
  '/tasks/:siteId/:stage/:what': () => [
    '/tasks/S-1/assess/more-time',
    '/tasks/S-1/assess/on-it',
    '/tasks/S-1/assess/constructor',
  ],
  '/recorded/:submissionId': ({ submissionId }) => [`/recorded/${submissionId}`, '/recorded/t_unknown'],
  '/evidence/:evidenceId': ({ evidenceId }) => [`/evidence/${evidenceId}`, '/evidence/e_unknown'],
  '/reference': only('/reference'),
  '/reference/code': only('/reference/code'),
  '/t/:token': ({ links }) => [...links.map((token) => `/t/${token}`), '/t/unknown'],
  '/t/:token/code': ({ links }) => links.map((token) => `/t/${token}/code`),
};

/** The key of {@link ADDRESSES} for a route's path. */
export function keyOf(path: string): string {
  return path.startsWith('/assets/') ? '/assets/*' : path;
}
