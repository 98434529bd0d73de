import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FullProgramme, type Reader, READERS, startFullProgramme } from './a-full-programme';
import { ADDRESSES } from './addresses';

/**
 * What the first address of each route answers to each reader, in the order of READERS: viewer, auditor, task owner, security officer,
 * head, procurement, programme manager, SRO, administrator of users, another department, nobody. 303 = sent elsewhere, for
 * nobody to signing in; 403 = not this role's; 404 = nobody can tell whether it is there. Written out, not computed from the roles.
 */
const EXPECTED: readonly (readonly [route: string, statuses: string])[] = [
  ['/', '303 303 303 303 303 303 303 303 303 303 303'],
  ['/accessibility', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/cookies', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/healthz', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/readyz', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/sign-in', '303 303 303 303 303 303 303 303 303 303 200'],
  ['/sign-in/code', '303 303 303 303 303 303 303 303 303 303 303'],
  ['/sign-in/link/:token', '404 404 404 404 404 404 404 404 404 404 404'],
  ['/account', '200 200 200 200 200 200 200 200 200 200 303'],
  ['/users', '403 403 403 403 403 403 403 403 200 403 303'],
  ['/users/grant', '403 403 403 403 403 403 403 403 200 403 303'],
  ['/access-log', '403 200 403 403 403 403 200 200 403 403 303'],
  ['/dashboard', '200 200 200 200 200 403 200 200 403 200 303'],
  ['/dashboard/compare', '200 200 200 200 200 403 200 200 403 200 303'],
  ['/dashboard/list', '400 400 400 400 400 403 400 400 403 400 303'],
  ['/decisions', '403 403 403 200 403 403 200 200 403 403 303'],
  ['/decisions/answered', '403 403 403 403 403 403 200 200 403 403 303'],
  ['/decisions/:requestId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/departments', '200 200 303 303 303 403 200 200 403 303 303'],
  ['/departments/:departmentId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/departments/:departmentId/contacts/:contactId', '404 404 404 200 200 404 200 200 404 404 303'],
  ['/check', '200 200 200 200 200 200 200 200 403 200 303'],
  ['/check/:reference', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/checks', '200 200 200 200 200 200 200 200 403 200 303'],
  ['/cases', '200 200 200 200 200 403 200 200 403 200 303'],
  ['/cases.csv', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/cases.json', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/cases/:caseId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/cases/:caseId/actions/:action', '403 403 200 200 200 404 200 200 404 404 303'],
  ['/actions/:batchId', '404 404 200 404 404 404 404 404 404 404 303'],
  ['/devices', '200 200 200 200 200 403 200 200 403 200 303'],
  ['/devices.csv', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/devices.json', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/devices/:assetId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/sites', '200 200 200 200 200 403 200 200 403 200 303'],
  ['/sites.csv', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/sites.json', '403 200 200 200 200 403 200 200 403 200 303'],
  ['/sites/:siteId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/tasks', '403 403 200 200 200 403 200 200 403 200 303'],
  ['/tasks/:siteId/:stage', '404 404 200 200 200 404 200 200 404 404 303'],
  ['/tasks/:siteId/:stage/:what', '404 404 200 200 200 404 200 200 404 404 303'],
  ['/recorded/:submissionId', '404 404 200 404 404 404 404 404 404 404 303'],
  ['/evidence/:evidenceId', '200 200 200 200 200 404 200 200 404 404 303'],
  ['/reference', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/reference/code', '303 303 303 303 303 303 303 303 303 303 303'],
  ['/sites/:siteId/assessment', '403 403 403 200 403 404 200 200 404 404 303'],
  ['/t/:token', '403 403 200 403 403 403 403 403 403 403 200'],
  ['/t/:token/code', '403 403 303 403 403 403 403 403 403 403 303'],
];

let made: FullProgramme;

beforeAll(async () => {
  made = await startFullProgramme();
});
afterAll(() => made?.stop());

describe('every route, for every role', () => {
  test('the table has every route that answers GET with a page', () => {
    const routes = Object.keys(ADDRESSES).filter((route) => route !== '/assets/*');
    expect(EXPECTED.map(([route]) => route).sort()).toEqual(routes.sort());
  });

  test.each(EXPECTED)('%s: %s', async (route, expected) => {
    const [path] = ADDRESSES[route]!(made.things);
    const statuses: number[] = [];
    for (const reader of Object.keys(READERS) as Reader[]) {
      const email = READERS[reader];
      statuses.push((await (email === null ? made.web.browser() : made.as(email)).get(path!)).status);
    }
    expect([statuses.join(' '), made.web.faults.map((fault) => fault.stack)]).toEqual([expected, []]);
  });
});
