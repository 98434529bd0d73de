import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { viewerOf } from '../../../app/access/viewer';
import { actorName, replanBy, resolveActor } from '../../../app/who';
import { PEOPLE } from '../../support/a-programme';
import { Gate, NOW } from './a-gate';

const { owner, manager, sro, head } = PEOPLE;
const DEPUTY = 'dora@elsewhere.example';
const PLACE = { departmentId: 'D-AG', siteId: 'S-1' };
let gate: Gate;

beforeAll(async () => {
  gate = await Gate.open();
});
afterAll(() => gate?.close());
beforeEach(async () => {
  await gate.pool.query(`TRUNCATE users, role_grants`);
  await gate.pool.query(`UPDATE contacts SET deputy_email = NULL, away_from = NULL, away_to = NULL, left_at = NULL`);
});

const roles = async (email: string, now = NOW) =>
  (await viewerOf(gate.services, email, now))?.roles.map(
    ({ role, departmentId, deputyFor }) =>
      `${role} ${departmentId ?? '*'}${deputyFor === null ? '' : ` for ${deputyFor}`}`,
  ) ?? null;

/** Today by the machine's clock, since acting happens now. */
async function awayToday(contactId: string, deputy: string): Promise<void> {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await gate.away(contactId, deputy, day(-2), day(2));
}

describe('who somebody is', () => {
  test('is every post of the address, in whatever case it is written', async () => {
    await gate.pool.query(
      `INSERT INTO contacts (contact_id, department_id, site_id, role, name, email) VALUES ('c_zz', 'D-HS', 'S-3', 'security-officer', 'Other Name', $1)`,
      [owner.email.toUpperCase()],
    );
    expect(await viewerOf(gate.services, ` ${owner.email.toUpperCase()}`, NOW)).toEqual({
      email: owner.email,
      name: 'Name of c_owner',
      id: 'c_owner',
      roles: [
        { role: 'task-owner', departmentId: 'D-AG', siteId: null, deputyFor: null },
        { role: 'security-officer', departmentId: 'D-HS', siteId: 'S-3', deputyFor: null },
      ],
    });
    await gate.pool.query(`DELETE FROM contacts WHERE contact_id = 'c_zz'`);
  });

  test('is nobody for an address that no post has, or none that is still held', async () => {
    expect(await viewerOf(gate.services, 'stranger@elsewhere.example', NOW)).toBeNull();
    await gate.pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = $1`, [owner.id]);
    expect(await viewerOf(gate.services, owner.email, NOW)).toBeNull();
  });
});

describe('a deputy of an absent programme manager or SRO', () => {
  test('holds that role meanwhile, beside their own, and both dates are included', async () => {
    await gate.away(manager.id, head.email, '2026-11-26', '2026-11-27');
    expect(await roles(head.email, '2026-11-25T23:59:00.000Z')).toEqual(['head D-AG']);
    const both = ['programme-manager * for Name of c_manager', 'head D-AG'];
    expect(await roles(head.email, '2026-11-26T00:00:00.000Z')).toEqual(both);
    expect(await roles(head.email, '2026-11-27T23:59:00.000Z')).toEqual(both);
    expect(await roles(head.email, '2026-11-28T00:00:00.000Z')).toEqual(['head D-AG']);
    expect((await viewerOf(gate.services, head.email, NOW))?.id).toBe(head.id);
  });

  test('who is no contact is known by an id of their own, always the same', async () => {
    await gate.away(sro.id, DEPUTY);
    const viewer = await viewerOf(gate.services, DEPUTY, NOW);
    expect(viewer).toMatchObject({ email: DEPUTY, id: expect.stringMatching(/^u_[0-9a-f]{32}$/) });
    expect(await roles(DEPUTY)).toEqual(['sro * for Name of c_sro']);
    expect((await viewerOf(gate.services, DEPUTY.toUpperCase(), NOW))?.id).toBe(viewer?.id);
    await gate.away(sro.id, null);
    expect(await viewerOf(gate.services, DEPUTY, NOW)).toBeNull();
  });

  test.each([
    ['of a head of department: a deputy there reads the mail alone', head.id, DEPUTY, null],
    ['whose address takes no mail', manager.id, DEPUTY, `UPDATE contacts SET deputy_refused = deputy_email`],
    [
      'who was a contact and has left',
      manager.id,
      owner.email,
      `UPDATE contacts SET left_at = now() WHERE role = 'task-owner'`,
    ],
    [
      'of somebody who has left',
      manager.id,
      DEPUTY,
      `UPDATE contacts SET left_at = now() WHERE role = 'programme-manager'`,
    ],
    ['of somebody who named no dates', manager.id, DEPUTY, `UPDATE contacts SET away_from = NULL, away_to = NULL`],
  ])('is none: %s', async (_, contactId, deputy, change) => {
    await gate.away(contactId, deputy);
    if (change !== null) await gate.pool.query(change);
    expect(await roles(deputy)).toBeNull();
    await gate.pool.query(`UPDATE contacts SET deputy_refused = NULL`);
  });

  test('acts with that role under their own id, so that the trail says who it really was', async () => {
    await awayToday(manager.id, head.email);
    const who = { as: null, typist: head.email };
    const actor = await resolveActor(gate.pool, who, PLACE, { demo: false });
    expect(actor).toMatchObject({ id: head.id, kind: 'contact', enteredBy: null });
    expect([...actor.roles].sort()).toEqual(['head', 'programme-manager']);
    expect(actor.authority).toEqual(actor.roles);
    expect(await replanBy(gate.pool, who)).toEqual({ actor: head.id, authority: 'programme-manager' });
    const elsewhere = await resolveActor(gate.pool, who, { departmentId: 'D-HS', siteId: 'S-3' }, { demo: false });
    expect(elsewhere.roles).toEqual(['programme-manager']);
  });

  test('who is no contact acts too', async () => {
    await awayToday(sro.id, DEPUTY);
    const who = { as: null, typist: DEPUTY };
    const actor = await resolveActor(gate.pool, who, PLACE, { demo: false });
    expect(actor).toMatchObject({ id: expect.stringMatching(/^u_/), roles: ['sro'], authority: ['sro'] });
    expect(await actorName(gate.pool, who)).toBe(actor.id);
  });

  test('has no such authority once the other is back', async () => {
    const actor = await resolveActor(gate.pool, { as: null, typist: head.email }, PLACE, { demo: false });
    expect(actor.roles).toEqual(['head']);
    await expect(actorName(gate.pool, { as: null, typist: DEPUTY })).rejects.toMatchObject({ code: 'unknown-contact' });
  });

  test('typing for the absent person, judges as the deputy that they are', async () => {
    await awayToday(manager.id, head.email);
    const actor = await resolveActor(gate.pool, { as: manager.email, typist: head.email }, PLACE, { demo: false });
    expect(actor).toMatchObject({ id: manager.id, enteredBy: head.id });
    expect(actor.authority).toContain('programme-manager');
  });
});
