import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { followLink, linkOf, makeSignInLink } from '../../../app/access/links';
import { sessionOf, startSession } from '../../../app/access/sessions';
import {
  findGrants,
  findSignedIn,
  grantRole,
  type GrantInput,
  revokeRoles,
  signOutEverywhere,
} from '../../../app/access/users';
import { viewerOf } from '../../../app/access/viewer';
import { leave } from '../../../app/inventory/leave';
import { PEOPLE } from '../../support/a-programme';
import { after, Gate, NOW } from './a-gate';

const OPS = { as: null, typist: null };
const ADA = 'ada@example.org';
const VIC = 'vic@example.org';
const by = (typist: string) => ({ as: null, typist });
let gate: Gate;

beforeAll(async () => {
  gate = await Gate.open();
});
afterAll(() => gate?.close());
beforeEach(async () => {
  await gate.pool.query(`TRUNCATE users, role_grants, sessions, sign_in_links, access_log`);
  await gate.pool.query(`UPDATE programmes SET demo = false`);
});

const input = (email: string, changes: Partial<GrantInput> = {}): GrantInput => ({
  email,
  role: 'viewer',
  departmentId: null,
  name: 'Some Body',
  ...changes,
});
const grant = (given: GrantInput, who = OPS as { as: null; typist: string | null }, now = NOW) =>
  grantRole(gate.services, given, who, now);
const rolesOf = async (email: string) =>
  (await viewerOf(gate.services, email, NOW))?.roles.map(({ role, departmentId }) => [role, departmentId]) ?? null;

describe('granting', () => {
  test('the first administrator comes from the command line, and grants the others', async () => {
    const ada = await grant(input(ADA, { role: 'admin', name: 'Ada Example' }));
    expect(ada).toMatchObject({ outcome: 'granted', email: ADA, userId: expect.stringMatching(/^u_/) });
    const vic = await grant(
      input(` ${VIC.toUpperCase()}`, { departmentId: 'D-AG', name: '  Vic   Example ' }),
      by(ADA),
    );
    expect(vic).toMatchObject({ email: VIC, name: 'Vic Example', role: 'viewer', departmentId: 'D-AG' });
    expect(await rolesOf(VIC)).toEqual([['viewer', 'D-AG']]);
    expect(
      (await findGrants(gate.services)).map(({ name, role, grantedByName }) => [name, role, grantedByName]),
    ).toEqual([
      ['Ada Example', 'admin', null],
      ['Vic Example', 'viewer', 'Ada Example'],
    ]);
    expect(await gate.log()).toEqual([
      expect.stringMatching(new RegExp(`^ops:\\S+ role-granted ${ada.userId} admin$`)),
      `${ada.userId} role-granted ${vic.userId} viewer D-AG`,
    ]);
  });

  test('twice is once; also for two at once', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => grant(input(VIC))));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['granted', 'held', 'held']);
    expect(await gate.rows('SELECT FROM role_grants')).toHaveLength(1);
    expect(await gate.rows('SELECT FROM users')).toHaveLength(1);
  });

  test('a contact keeps name and id, and has both roles', async () => {
    const { email, id } = PEOPLE.owner;
    await grant(input(email, { role: 'auditor', name: null }));
    const viewer = await viewerOf(gate.services, email, NOW);
    expect(viewer).toMatchObject({ id, name: 'Name of c_owner' });
    expect(await rolesOf(email)).toEqual([
      ['auditor', null],
      ['task-owner', 'D-AG'],
    ]);
  });

  test('nobody grants themselves anything, and only administrators grant', async () => {
    await grant(input(ADA, { role: 'admin' }));
    await expect(grant(input(ADA.toUpperCase(), { role: 'auditor' }), by(ADA))).rejects.toMatchObject({
      code: 'own-role',
      exit: 1,
    });
    for (const typist of [PEOPLE.manager.email, PEOPLE.sro.email, PEOPLE.owner.email, VIC, 'x'])
      await expect(grant(input('new@example.org'), by(typist))).rejects.toMatchObject({ code: 'not-allowed', exit: 1 });
    expect(await gate.rows('SELECT FROM role_grants')).toHaveLength(1);
  });

  test.each<[string, GrantInput, string]>([
    ['an address of nobody without a name', input('new@example.org', { name: null }), 'name-needed'],
    ['a name of nothing', input('new@example.org', { name: '  ' }), 'name-needed'],
    ['a name that is a novel', input('new@example.org', { name: 'n'.repeat(10_000) }), 'bad-name'],
    ['no address', input('new'), 'bad-email'],
    ['a department that is not there', input('new@example.org', { departmentId: 'D-XX' }), 'unknown-department'],
    [
      'an administrator of one department',
      input('new@example.org', { role: 'admin', departmentId: 'D-AG' }),
      'wrong-place',
    ],
  ])('is refused, and nothing is written, for %s', async (_, given, code) => {
    await expect(grant(given)).rejects.toMatchObject({ code });
    expect(await gate.rows('SELECT FROM users')).toEqual([]);
  });
});

describe('taking away', () => {
  test('counts at the very next request', async () => {
    await grant(input(VIC));
    await grant(input(VIC, { role: 'auditor', name: null }));
    const session = await startSession(gate.services, VIC, 'code', NOW);
    await revokeRoles(gate.services, { email: VIC, role: 'viewer', at: 'anywhere' }, OPS, after(1));
    expect((await sessionOf(gate.services, session!.token, after(1)))?.viewer.roles).toMatchObject([
      { role: 'auditor' },
    ]);
    const rest = await revokeRoles(gate.services, { email: VIC, role: null, at: 'anywhere' }, OPS, after(2));
    expect(rest.revoked).toEqual([{ role: 'auditor', departmentId: null }]);
    expect(await sessionOf(gate.services, session!.token, after(2))).toBeNull();
    await expect(
      revokeRoles(gate.services, { email: VIC, role: null, at: 'anywhere' }, OPS, after(3)),
    ).rejects.toMatchObject({
      code: 'not-granted',
      exit: 1,
    });
    expect(await gate.rows('SELECT role FROM role_grants WHERE revoked_at IS NOT NULL')).toHaveLength(2);
  });

  test('of one place leaves the others', async () => {
    for (const departmentId of [null, 'D-AG', 'D-HS']) await grant(input(VIC, { departmentId }));
    await revokeRoles(gate.services, { email: VIC, role: 'viewer', at: { departmentId: null } }, OPS, NOW);
    expect(await rolesOf(VIC)).toEqual([
      ['viewer', 'D-AG'],
      ['viewer', 'D-HS'],
    ]);
    await revokeRoles(gate.services, { email: VIC, role: 'viewer', at: { departmentId: 'D-AG' } }, OPS, NOW);
    expect(await rolesOf(VIC)).toEqual([['viewer', 'D-HS']]);
  });

  test('leaves what a post gives', async () => {
    await grant(input(PEOPLE.head.email, { name: null }));
    await revokeRoles(gate.services, { email: PEOPLE.head.email, role: null, at: 'anywhere' }, OPS, NOW);
    expect(await rolesOf(PEOPLE.head.email)).toEqual([['head', 'D-AG']]);
  });

  test('does not leave an administrator alone without any, even where two do it at once', async () => {
    await grant(input(ADA, { role: 'admin' }));
    await expect(
      revokeRoles(gate.services, { email: ADA, role: null, at: 'anywhere' }, by(ADA), NOW),
    ).rejects.toMatchObject({
      code: 'last-admin',
    });
    await grant(input(VIC, { role: 'admin' }));
    const results = await Promise.allSettled([
      revokeRoles(gate.services, { email: ADA, role: 'admin', at: 'anywhere' }, by(VIC), NOW),
      revokeRoles(gate.services, { email: VIC, role: 'admin', at: 'anywhere' }, by(ADA), NOW),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await gate.rows(`SELECT FROM role_grants WHERE role = 'admin' AND revoked_at IS NULL`)).toHaveLength(1);
  });

  test('is for administrators alone', async () => {
    await grant(input(VIC));
    for (const typist of [VIC, PEOPLE.manager.email])
      await expect(
        revokeRoles(gate.services, { email: VIC, role: null, at: 'anywhere' }, by(typist), NOW),
      ).rejects.toMatchObject({
        code: 'not-allowed',
      });
  });
});

describe('who is signed in', () => {
  test('is listed by person, and an administrator signs them out', async () => {
    await grant(input(ADA, { role: 'admin' }));
    const { email } = PEOPLE.owner;
    const session = await startSession(gate.services, email, 'code', NOW);
    await startSession(gate.services, email, 'code', after(3));
    expect(await findSignedIn(gate.services, after(4), 50)).toEqual([
      { email, name: 'Name of c_owner', sessions: 2, lastSeenAt: after(3) },
    ]);
    await expect(signOutEverywhere(gate.services, email, by(PEOPLE.sro.email), after(4))).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect(await signOutEverywhere(gate.services, email, by(ADA), after(4))).toBe(2);
    expect(await sessionOf(gate.services, session!.token, after(4))).toBeNull();
    expect(await findSignedIn(gate.services, after(4), 50)).toEqual([]);
  });
});

describe('somebody who leaves', () => {
  test('is signed out, and loses what was granted to them', async () => {
    const { email, id } = PEOPLE.otherOwner;
    await grant(input(email, { role: 'auditor', name: null }));
    const now = new Date().toISOString();
    const session = await startSession(gate.services, email, 'code', now);
    await leave(
      gate.services,
      { email, successor: PEOPLE.otherOfficer.email, departmentId: null, reason: 'moved on' },
      OPS,
    );
    expect(await sessionOf(gate.services, session!.token, now)).toBeNull();
    expect(await viewerOf(gate.services, email, now)).toBeNull();
    expect(await gate.rows('SELECT ended_why FROM sessions')).toEqual([{ ended_why: 'left' }]);
    await gate.pool.query(`UPDATE contacts SET left_at = NULL WHERE contact_id = $1`, [id]);
  });
});

describe('a sign-in link', () => {
  const { email } = PEOPLE.manager;
  const tokenOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

  test('is not made for a programme that is real', async () => {
    await expect(makeSignInLink(gate.services, email, NOW)).rejects.toMatchObject({
      code: 'no-demonstration',
      exit: 1,
    });
  });

  test('is made where "up" runs on this machine alone', async () => {
    const { config } = gate.services;
    const up = { ...config, source: { ...config.source, database: 'up' } } as const;
    const made = await makeSignInLink({ ...gate.services, config: up }, email, NOW);
    expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sign-in\/link\/[\w-]{43}$/);
    for (const publicUrl of ['https://a.example.org', 'http://localhost.example.org', 'http://127.0.0.1.example.org'])
      await expect(
        makeSignInLink({ ...gate.services, config: { ...up, publicUrl } }, email, NOW),
      ).rejects.toMatchObject({ code: 'no-demonstration' });
  });

  test('signs in once, within 24 hours; looking at it uses nothing up', async () => {
    await gate.pool.query(`UPDATE programmes SET demo = true`);
    const { url, expiresAt } = await makeSignInLink(gate.services, email, NOW);
    const token = tokenOf(url);
    expect(expiresAt).toBe(after(24 * 60));
    for (let look = 0; look < 3; look += 1)
      expect(await linkOf(gate.services, token, after(1))).toMatchObject({ state: 'valid', viewer: { email } });
    expect(await linkOf(gate.services, token, after(24 * 60))).toEqual({ state: 'expired' });
    expect(await followLink(gate.services, token, after(24 * 60))).toBeNull();
    const both = await Promise.all([1, 2].map(() => followLink(gate.services, token, after(2))));
    const session = both.find((one) => one !== null)!;
    expect(both.filter((one) => one !== null)).toHaveLength(1);
    expect(session.viewer.email).toBe(email);
    expect(await sessionOf(gate.services, session.token, after(2))).not.toBeNull();
    expect(await linkOf(gate.services, token, after(3))).toEqual({ state: 'used' });
    expect(JSON.stringify(await gate.rows('SELECT * FROM sign_in_links'))).not.toContain(token);
    expect(await gate.rows('SELECT how FROM sessions')).toEqual([{ how: 'link' }]);
  });

  test('of a demonstration is worth nothing once it is none any more', async () => {
    await gate.pool.query(`UPDATE programmes SET demo = true`);
    const { url } = await makeSignInLink(gate.services, email, NOW);
    await gate.pool.query(`UPDATE programmes SET demo = false`);
    expect(await linkOf(gate.services, tokenOf(url), after(1))).toEqual({ state: 'unknown' });
    expect(await followLink(gate.services, tokenOf(url), after(1))).toBeNull();
  });

  test('is not made for somebody without a role', async () => {
    await gate.pool.query(`UPDATE programmes SET demo = true`);
    await expect(makeSignInLink(gate.services, VIC, NOW)).rejects.toMatchObject({ code: 'unknown-user', exit: 1 });
  });
});
