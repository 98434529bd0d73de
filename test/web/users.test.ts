import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { noteSensitiveRead } from '../../app/access/log';
import { grantRole, type GrantInput } from '../../app/access/users';
import { type GrantedRole } from '../../domain/access/roles';
import { after, Gate, NOW } from '../app/access/a-gate';
import { PEOPLE } from '../support/a-programme';
import { startWeb, type TestWeb } from '../support/web';

const OPS = { as: null, typist: null };
const ADA = 'ada@example.org';
const VIC = 'vic@example.org';
let gate: Gate;
let web: TestWeb;

beforeAll(async () => {
  gate = await Gate.open();
  web = await startWeb(gate.services, { now: () => new Date(NOW) });
});
afterAll(async () => {
  await web?.stop();
  await gate?.close();
  expect(web.faults).toEqual([]);
});

function grant(email: string, role: GrantedRole, changes: Partial<GrantInput> = {}): Promise<unknown> {
  return grantRole(gate.services, { email, role, departmentId: null, name: `Name of ${email}`, ...changes }, OPS, NOW);
}

beforeEach(async () => {
  await gate.pool.query(`TRUNCATE users, role_grants, sessions, access_log`);
  await grant(ADA, 'admin');
});

describe('the users page', () => {
  test('gives a role and takes it away, with the person signed out of it at once', async () => {
    const ada = await web.signedIn(ADA);
    const form = await ada.get('/users/grant');
    const given = await ada.post(
      '/users/grant',
      { email: VIC, name: 'Vic Example', role: 'viewer', department: 'D-AG' },
      form,
    );
    expect([given.status, given.location]).toEqual([303, '/users']);
    const list = await ada.get('/users');
    expect(list.text).toContain('Vic Example has the role now: viewer.');
    expect(list.text).toContain(`${VIC} viewer Agriculture (D-AG) Thursday 26 November 2026, by Name of ${ADA}`);
    const vic = await web.signedIn(VIC);
    expect((await vic.get('/account')).text).toContain('viewer, Agriculture (D-AG)');
    const taken = await ada.post('/users/revoke', { email: VIC, role: 'viewer', department: 'D-AG' }, list);
    expect(taken.location).toBe('/users');
    expect((await vic.get('/account')).location).toContain('/sign-in');
    expect((await ada.get('/users')).text).toContain(`Taken away from ${VIC}: viewer.`);
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['the role missing', { email: VIC, name: 'Vic', department: '' }, 400, 'Choose the role.'],
    [
      'a role that comes with a post',
      { email: VIC, name: 'Vic', role: 'sro', department: '' },
      400,
      'Choose the role.',
    ],
    ['the name missing', { email: VIC, name: '', role: 'viewer', department: '' }, 400, 'Enter the name'],
    ['no address', { email: 'vic', name: 'Vic', role: 'viewer', department: '' }, 400, 'Enter an e-mail address'],
    ['the address missing', { name: 'Vic', role: 'viewer' }, 400, 'Enter the e-mail address.'],
    ['everything missing', {}, 400, 'Enter the e-mail address. Choose the role.'],
    ['no such department', { email: VIC, name: 'V', role: 'viewer', department: 'D-XX' }, 400, 'Choose a department'],
    [
      'an administrator of one department',
      { email: VIC, name: 'V', role: 'admin', department: 'D-AG' },
      400,
      'for the whole programme',
    ],
    ['oneself', { email: ADA, name: 'V', role: 'auditor', department: '' }, 409, 'Nobody grants a role to themselves'],
  ])('explains, and changes nothing: %s', async (_, fields, status, words) => {
    const ada = await web.signedIn(ADA);
    const page = await ada.post('/users/grant', fields, await ada.get('/users/grant'));
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
    expect(page.text).toContain('There is a problem');
    expect(page.body).toContain(`value="${fields['email'] ?? ''}"`.replace('value=""', ''));
    expect(await gate.rows('SELECT FROM role_grants')).toHaveLength(1);
  });

  test('does not leave the programme without an administrator', async () => {
    const ada = await web.signedIn(ADA);
    const list = await ada.get('/users');
    const page = await ada.post('/users/revoke', { email: ADA, role: 'admin', department: '' }, list);
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('last administrator')]);
    for (const fields of [{}, { email: VIC, role: 'king' }, { email: VIC, role: 'viewer' }])
      expect((await ada.post('/users/revoke', fields, list)).status).toBeGreaterThanOrEqual(400);
    expect((await ada.get('/users')).status).toBe(200);
  });

  test('shows who is signed in, and signs them out', async () => {
    const ada = await web.signedIn(ADA);
    const owner = await web.signedIn(PEOPLE.owner.email);
    const list = await ada.get('/users');
    expect(list.text).toContain(`Name of c_owner ${PEOPLE.owner.email} Thursday 26 November 2026 at 9:00am 1`);
    await ada.post('/users/sign-out', { email: PEOPLE.owner.email }, list);
    expect((await owner.get('/account')).status).toBe(303);
    expect((await ada.get('/users')).text).toContain(`1 session of ${PEOPLE.owner.email} ended.`);
  });

  test('has pages where there are many roles', async () => {
    for (let number = 0; number < 60; number += 1) await grant(`viewer${number}@example.org`, 'viewer');
    const ada = await web.signedIn(ADA);
    const first = await ada.get('/users');
    expect(first.body.match(/action="\/users\/revoke"/g)).toHaveLength(50);
    expect(first.body).toContain('href="/users?page=2"');
    expect((await ada.get('/users?page=2')).body.match(/action="\/users\/revoke"/g)).toHaveLength(11);
    for (const page of ['0', '-1', 'x', '99999999999', '3'])
      expect((await ada.get(`/users?page=${page}`)).status).toBe(200);
  });
});

describe('who may see the pages of users and access', () => {
  const people: Record<string, () => Promise<string>> = {
    admin: () => Promise.resolve(ADA),
    viewer: () => grant(VIC, 'viewer').then(() => VIC),
    auditor: () => grant(VIC, 'auditor').then(() => VIC),
    procurement: () => grant(VIC, 'procurement').then(() => VIC),
    'task owner': () => Promise.resolve(PEOPLE.owner.email),
    'security officer': () => Promise.resolve(PEOPLE.officer.email),
    head: () => Promise.resolve(PEOPLE.head.email),
    'programme manager': () => Promise.resolve(PEOPLE.manager.email),
    sro: () => Promise.resolve(PEOPLE.sro.email),
  };
  const LOG = ['auditor', 'programme manager', 'sro'];

  test.each(Object.keys(people))('%s', async (role) => {
    const browser = await web.signedIn(await people[role]!());
    const users = role === 'admin' ? 200 : 403;
    expect((await browser.get('/users')).status).toBe(users);
    expect((await browser.get('/users/grant')).status).toBe(users);
    expect((await browser.get('/access-log')).status).toBe(LOG.includes(role) ? 200 : 403);
    expect((await browser.get('/account')).status).toBe(200);
    if (role === 'admin') return;
    const account = await browser.get('/account');
    const fields = { email: 'new@example.org', name: 'New', role: 'viewer', department: '' };
    for (const path of ['/users/grant', '/users/revoke', '/users/sign-out'])
      expect((await browser.post(path, { ...fields, email: ADA }, account)).status).toBe(403);
    expect((await gate.rows(`SELECT FROM role_grants WHERE revoked_at IS NULL AND role = 'admin'`)).length).toBe(1);
  });

  test('nobody without signing in', async () => {
    for (const path of ['/users', '/users/grant', '/access-log', '/account'])
      expect((await web.browser().get(path)).location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
  });
});

describe('the access log', () => {
  const read = (who: string, siteId: string, subject: string, minutes: number) =>
    noteSensitiveRead(gate.services, { id: who }, { siteId, sensitivity: 'sensitive' }, subject, after(minutes));

  test('says in words who did what, newest first, by person and by kind', async () => {
    await web.signedIn(PEOPLE.owner.email);
    await read('c_owner', 'S-1', 'S-1', 5);
    await read('c_owner', 'S-1', 'k_cam-1', 6);
    await read('c_head', 'S-1', 'S-1', 7);
    const sro = await web.signedIn(PEOPLE.sro.email);
    const all = await sro.get('/access-log');
    expect(all.text).toMatch(
      /Name of c_sro Signed in .* Name of c_head Read of a sensitive site site S-1 .* Name of c_owner Read of a sensitive site k_cam-1 at site S-1/,
    );
    expect(all.text).toContain(`Role granted Name of ${ADA}: administrator of users`);
    expect(all.body).toContain('href="/cases/k_cam-1"');
    expect(all.body).not.toContain(PEOPLE.owner.email);
    const mine = await sro.get(`/access-log?who=${encodeURIComponent(PEOPLE.owner.email)}&what=read-sensitive`);
    expect(mine.body.match(/<tr class="govuk-table__row"/g)).toHaveLength(3);
    expect((await sro.get('/access-log?who=c_head&what=read-sensitive')).text).not.toContain('k_cam-1');
    expect((await sro.get('/access-log?who=nobody@example.org')).text).toContain('Nothing of that is in the log.');
  });

  test('has pages, and takes no harm from what is typed into its address', async () => {
    for (let number = 0; number < 70; number += 1) await read('c_owner', 'S-1', `k_${number}`, 1);
    const sro = await web.signedIn(PEOPLE.sro.email);
    const first = await sro.get('/access-log?what=read-sensitive');
    const older = /href="([^"]+)">Older/.exec(first.body)![1]!.replaceAll('&amp;', '&');
    const second = await sro.get(older);
    expect(second.body.match(/<tr class="govuk-table__row"/g)).toHaveLength(21);
    expect(second.body).toContain('>Newest</a>');
    for (const query of [
      'what=x',
      'before=x',
      'before=-1',
      `before=${'9'.repeat(30)}`,
      `who=${'a'.repeat(900)}`,
      'who[]=1',
      'who=a&who=b',
      `who=' OR 1=1`,
    ])
      expect((await sro.get(`/access-log?${query}`)).status).toBe(200);
    expect((await sro.get('/access-log?who=%00')).status).toBe(400);
  });

  test('of an auditor of one department has the reads at its sites alone', async () => {
    await grant(VIC, 'auditor', { departmentId: 'D-HS' });
    await read('c_owner', 'S-1', 'k_ag', 1);
    await read('c_owner2', 'S-3', 'k_hs', 1);
    const { text } = await (await web.signedIn(VIC)).get('/access-log');
    expect(text).toContain('k_hs at site S-3');
    expect(text).not.toMatch(/k_ag|Signed in Name|Role granted Name/);
  });
});
