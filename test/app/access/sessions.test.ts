import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { noteSensitiveRead } from '../../../app/access/log';
import { newSecret } from '../../../app/access/secrets';
import {
  endAllSessions,
  endOwnSession,
  endSession,
  sessionOf,
  sessionsOf,
  startSession,
  type StartedSession,
} from '../../../app/access/sessions';
import { PEOPLE } from '../../support/a-programme';
import { after, Gate, NOW } from './a-gate';

const OWNER: string = PEOPLE.owner.email;
let gate: Gate;

beforeAll(async () => {
  gate = await Gate.open();
});
afterAll(() => gate?.close());
beforeEach(() => gate.pool.query(`TRUNCATE sessions, access_log`));

async function begin(email = OWNER, now = NOW): Promise<StartedSession> {
  const session = await startSession(gate.services, email, 'code', now);
  if (session === null) throw new Error('nobody');
  return session;
}

const open = (token: string, now = after(1)) => sessionOf(gate.services, token, now);

describe('a session', () => {
  test('ends by itself in the evening', async () => {
    const { token, expiresAt } = await begin();
    expect(expiresAt).toBe('2026-11-26T20:00:00.000Z');
    expect(await open(token, '2026-11-26T19:59:59.999Z')).not.toBeNull();
    expect(await open(token, '2026-11-26T20:00:00.000Z')).toBeNull();
  });

  test('is kept as a hash: nobody who reads the register can take it over', async () => {
    const { token, sessionId } = await begin();
    const dump = JSON.stringify(await gate.rows('SELECT * FROM sessions'));
    expect(dump).toContain(sessionId);
    expect(dump).not.toContain(token);
    const [row] = await gate.rows<{ token_hash: string }>('SELECT token_hash FROM sessions');
    expect(await open(row!.token_hash)).toBeNull();
    expect(await open(sessionId)).toBeNull();
  });

  test.each([
    ['made up', newSecret()],
    ['empty', ''],
    ['too long', 'a'.repeat(100_000)],
    ['SQL', "' OR '1'='1"],
    ['with a NUL', '\u0000'.repeat(43)],
  ])('that is forged is nobody’s: %s', async (_, token) => {
    await begin();
    expect(await open(token)).toBeNull();
  });

  test('is nobody’s as soon as its person has left, and theirs again when they are back', async () => {
    const { token } = await begin();
    await gate.pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = $1`, [PEOPLE.owner.id]);
    expect(await open(token)).toBeNull();
    await gate.pool.query(`UPDATE contacts SET left_at = NULL WHERE contact_id = $1`, [PEOPLE.owner.id]);
    expect(await open(token)).not.toBeNull();
  });

  test('has the roles of the moment, not those of its beginning', async () => {
    const { token } = await begin();
    await gate.pool.query(`UPDATE contacts SET role = 'head' WHERE contact_id = $1`, [PEOPLE.owner.id]);
    expect((await open(token))?.viewer.roles.map(({ role }) => role)).toEqual(['head']);
    await gate.pool.query(`UPDATE contacts SET role = 'task-owner' WHERE contact_id = $1`, [PEOPLE.owner.id]);
  });

  test('says when it was last used, to within some minutes', async () => {
    const { token } = await begin();
    await open(token, after(2));
    expect((await sessionsOf(gate.services, OWNER, after(2)))[0]?.lastSeenAt).toBe(NOW);
    await open(token, after(30));
    expect((await sessionsOf(gate.services, OWNER, after(30)))[0]?.lastSeenAt).toBe(after(30));
  });

  test('is never given to somebody whom the register does not know', async () => {
    expect(await startSession(gate.services, 'stranger@elsewhere.example', 'code', NOW)).toBeNull();
    expect(await gate.rows('SELECT FROM sessions')).toEqual([]);
  });
});

describe('ending sessions', () => {
  test('signing out ends the one, not the others', async () => {
    const [mine, other] = [await begin(), await begin()];
    await endSession(gate.services, mine.token, after(1));
    expect(await open(mine.token)).toBeNull();
    expect(await open(other.token)).not.toBeNull();
    expect((await gate.log()).slice(2)).toEqual([`${PEOPLE.owner.id} signed-out ${mine.sessionId}`]);
    await endSession(gate.services, mine.token, after(2));
    await endSession(gate.services, 'nonsense', after(2));
    expect(await gate.log()).toHaveLength(3);
  });

  test('people end their own sessions on other devices, and nobody else’s', async () => {
    const [mine, theirs] = [await begin(), await begin(PEOPLE.head.email)];
    await expect(endOwnSession(gate.services, mine.viewer, theirs.sessionId, after(1))).rejects.toMatchObject({
      code: 'unknown-session',
    });
    expect(await open(theirs.token)).not.toBeNull();
    await endOwnSession(gate.services, theirs.viewer, theirs.sessionId, after(1));
    expect(await open(theirs.token)).toBeNull();
  });

  test('an administrator ends all of an address at once, and the log says who did', async () => {
    const [first, second, head] = [await begin(), await begin(), await begin(PEOPLE.head.email)];
    const by = { id: 'u_admin' };
    expect(await endAllSessions(gate.services, OWNER.toUpperCase(), by, 'by-admin', after(1))).toBe(2);
    expect([await open(first.token), await open(second.token)]).toEqual([null, null]);
    expect(await open(head.token)).not.toBeNull();
    expect((await gate.log()).slice(3).sort()).toEqual(
      [`u_admin session-ended ${first.sessionId}`, `u_admin session-ended ${second.sessionId}`].sort(),
    );
    expect(await endAllSessions(gate.services, OWNER, by, 'by-admin', after(2))).toBe(0);
  });

  test('rows of sessions long over, which have an address, are forgotten', async () => {
    await begin();
    await begin(PEOPLE.head.email, after(8 * 24 * 60));
    expect(await gate.rows('SELECT email FROM sessions')).toEqual([{ email: PEOPLE.head.email }]);
  });
});

describe('reads of sensitive sites', () => {
  const read = (id: string, sensitivity: 'sensitive' | 'not-sensitive' | 'unassessed', minutes: number, who = 'c_a') =>
    noteSensitiveRead(gate.services, { id: who }, { siteId: 'S-1', sensitivity }, id, after(minutes));

  test('are noted once for each person, subject and hour', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, minute) => read('k_1', 'sensitive', minute)));
    await read('k_1', 'sensitive', 59);
    await read('k_1', 'sensitive', 60);
    await read('k_2', 'sensitive', 1);
    await read('k_1', 'sensitive', 1, 'c_b');
    const rows = await gate.rows(
      `SELECT who, subject, site_id, to_char(hour AT TIME ZONE 'UTC', 'HH24') AS hour FROM access_log ORDER BY who, subject, hour`,
    );
    expect(rows).toEqual([
      { who: 'c_a', subject: 'k_1', site_id: 'S-1', hour: '09' },
      { who: 'c_a', subject: 'k_1', site_id: 'S-1', hour: '10' },
      { who: 'c_a', subject: 'k_2', site_id: 'S-1', hour: '09' },
      { who: 'c_b', subject: 'k_1', site_id: 'S-1', hour: '09' },
    ]);
  });

  test('count unassessed sites as sensitive until somebody has looked, and leave out the others', async () => {
    await read('k_8', 'unassessed', 0);
    await read('k_9', 'not-sensitive', 0);
    expect(await gate.rows('SELECT subject FROM access_log')).toEqual([{ subject: 'k_8' }]);
  });
});
