import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routesOf } from '../support/routes';
import { type FullProgramme, type Reader, READERS, startFullProgramme } from './a-full-programme';
import { ADDRESSES, keyOf } from './addresses';
import { browserOf } from './every-form';

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

test('every route that answers GET has its addresses', () => {
  const routes = routesOf(made.web.server)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => keyOf(path));
  expect([...new Set(routes)].sort()).toEqual(Object.keys(ADDRESSES).sort());
});

describe('every route, for every role', () => {
  test('the table has every route that answers GET with a page', () => {
    const routes = Object.keys(ADDRESSES).filter((route) => route !== '/assets/*');
    expect(EXPECTED.map(([route]) => route).sort()).toEqual(routes.sort());
  });

  test.each(EXPECTED)('%s: %s', async (route, expected) => {
    const [path] = ADDRESSES[route]!(made.things);
    const statuses: number[] = [];
    for (const reader of Object.keys(READERS) as Reader[]) {
      statuses.push((await browserOf(made, reader).get(path!)).status);
    }
    expect([statuses.join(' '), made.web.faults.map((fault) => fault.stack)]).toEqual([expected, []]);
  });
});

/**
 * What a form that is sent with nothing filled in answers, in the same order. 400 = may send it, and is told what is missing;
 * 303 = needs nothing filled in, or leads on; 403 = not this role's, and nobody has to sign in first; 404 = nobody can tell
 * whether it is there. A fresh link (200) goes to the address that the old one went to, whoever asks for it.
 */
const SENT: readonly (readonly [route: string, statuses: string])[] = [
  ['/account/sessions/end', '404 404 404 404 404 404 404 404 404 404 403'],
  ['/account/sessions/end-all', '303 303 303 303 303 303 303 303 303 303 403'],
  ['/actions', '400 400 400 400 400 403 400 400 403 400 403'],
  ['/actions/:batchId', '404 404 400 404 404 404 404 404 404 404 403'],
  ['/reference', '400 400 400 400 400 400 400 400 400 400 400'],
  ['/reference/sign-in', '303 303 303 303 303 303 303 303 303 303 400'],
  ['/check', '400 400 400 400 400 400 400 400 403 400 403'],
  ['/cases/:caseId/actions/:action', '403 403 400 400 400 404 400 400 404 404 403'],
  ['/sign-in', '400 400 400 400 400 400 400 400 400 400 400'],
  ['/sign-in/code', '400 400 400 400 400 400 400 400 400 400 400'],
  ['/sign-in/link/:token', '404 404 404 404 404 404 404 404 404 404 404'],
  ['/sign-out', '303 303 303 303 303 303 303 303 303 303 303'],
  ['/sites/:siteId/assessment', '403 403 403 400 403 404 400 400 404 404 403'],
  ['/users/revoke', '403 403 403 403 403 403 403 403 400 403 403'],
  ['/users/sign-out', '403 403 403 403 403 403 403 403 400 403 403'],
  ['/users/grant', '403 403 403 403 403 403 403 403 400 403 403'],
  ['/departments/:departmentId/contacts/:contactId', '404 404 404 303 303 404 303 303 404 404 403'],
  ['/decisions/:requestId', '403 403 403 403 403 404 400 400 404 404 403'],
  ['/t/:token', '403 403 400 403 403 403 403 403 403 403 303'],
  ['/t/:token/code', '403 403 303 403 403 403 403 403 403 403 303'],
  ['/t/:token/sign-in', '403 403 303 403 403 403 403 403 403 403 400'],
  ['/t/:token/fresh', '200 200 200 200 200 200 200 200 200 200 200'],
  ['/tasks/:siteId/:stage', '404 404 400 400 400 404 400 400 404 404 403'],
  ['/tasks/:siteId/:stage/:what', '404 404 400 400 400 404 400 400 404 404 403'],
];

describe('every form, sent by every role with nothing filled in', () => {
  const posts = (): string[] =>
    routesOf(made.web.server)
      .filter(({ method }) => method === 'POST')
      .map(({ path }) => path);

  test('the table has every route that takes a form', () => {
    expect(SENT.map(([route]) => route).sort()).toEqual(posts().sort());
  });

  test.each(SENT)('%s: %s', async (route, expected) => {
    const path = ADDRESSES[route]?.(made.things)[0] ?? route.replace(':token', made.things.links[0]!);
    const statuses: number[] = [];
    for (const reader of Object.keys(READERS) as Reader[]) {
      const browser = browserOf(made, reader);
      const from = reader === 'nobody' ? await browser.get('/sign-in') : undefined;
      statuses.push((await browser.post(path, {}, from)).status);
    }
    expect([statuses.join(' '), made.web.faults.map((fault) => fault.stack)]).toEqual([expected, []]);
  });
});
