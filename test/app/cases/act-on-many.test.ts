import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { actOnMany, type ManyInput, type ManyItem, MOST_AT_A_TIME } from '../../../app/cases/act-on-many';
import { parseAction } from '../../../app/cases/action-input';
import { OFFICER, OWNER, POLICY, RunningProgramme } from '../a-running-programme';

let programme: RunningProgramme;

beforeAll(async () => {
  programme = await RunningProgramme.start(POLICY);
}, 120_000);
afterAll(() => programme.stop());

const BY_OWNER = { as: null, typist: OWNER };

function input(name: string, options: object): ManyInput {
  const parsed = parseAction(name, { ...options });
  if (parsed.action === 'reopen') throw new Error('not for many');
  return parsed;
}
const COVERED = input('record-assessment', { result: 'covered', note: 'labels read' });

async function items(assets: readonly string[]): Promise<ManyItem[]> {
  const { rows } = await programme.pool.query<{ case_id: string; revision: number }>(
    `SELECT case_id, revision FROM cases WHERE asset_id = ANY($1) ORDER BY array_position($1, asset_id)`,
    [assets],
  );
  return rows.map(({ case_id, revision }) => ({ caseId: case_id, expectedRevision: revision }));
}

async function events(wanted: readonly ManyItem[]): Promise<number> {
  const { rows } = await programme.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM audit_events WHERE case_id = ANY($1) AND type = 'assessed'`,
    [wanted.map(({ caseId }) => caseId)],
  );
  return rows[0]!.count;
}

describe('one action on many cases', () => {
  test('each case has a result of its own, in the order asked; what one refuses keeps no other from it', async () => {
    const [first, second, third] = await programme.devices(3);
    await programme.act(OWNER, second!, 'record-assessment', { result: 'covered', note: 'seen' });
    const wanted = await items([third!, second!, first!]);
    const unknown = { caseId: 'k_nowhere', expectedRevision: 1 };
    const results = await actOnMany(programme.services, BY_OWNER, [...wanted, unknown], COVERED, {
      batchId: randomUUID(),
    });
    expect(results.map(({ caseId }) => caseId)).toEqual([...wanted, unknown].map(({ caseId }) => caseId));
    expect(results.map((result) => (result.outcome === 'done' ? result.answer.stage : result.code))).toEqual([
      'disconnect',
      'already-done',
      'disconnect',
      'unknown-case',
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'done', 'refused']);
  });

  test('the same request again, or twice at once, does nothing twice and answers as the first time', async () => {
    const wanted = await items(await programme.devices(12));
    const batchId = randomUUID();
    const send = () => actOnMany(programme.services, BY_OWNER, wanted, COVERED, { batchId });
    const [once, twice] = await Promise.all([send(), send()]);
    const later = await send();
    expect(once.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(twice).toEqual(once);
    expect(later).toEqual(once);
    expect(await events(wanted)).toBe(12);
  });

  test('another content, or another person, under the same request is refused and changes nothing', async () => {
    const wanted = await items(await programme.devices(2));
    const batchId = randomUUID();
    await actOnMany(programme.services, BY_OWNER, wanted, COVERED, { batchId });
    const other = input('record-assessment', { result: 'not-found', note: 'nothing there' });
    const forged = await actOnMany(programme.services, BY_OWNER, wanted, other, { batchId });
    const somebody = await actOnMany(programme.services, { as: null, typist: OFFICER }, wanted, COVERED, { batchId });
    for (const result of [...forged, ...somebody])
      expect(result).toMatchObject({ outcome: 'refused', code: 'command-id-reused' });
    expect(await events(wanted)).toBe(2);
  });

  test('what changed since it was looked at is refused as stale, the rest is done', async () => {
    const [moved, still] = await programme.devices(2);
    const wanted = await items([moved!, still!]);
    await programme.act(OWNER, moved!, 'record-assessment', { result: 'covered', note: 'seen' });
    const booked = input('record-assessment', { result: 'covered', note: 'again' });
    const results = await actOnMany(programme.services, BY_OWNER, wanted, booked, { batchId: randomUUID() });
    expect(results[0]).toMatchObject({ outcome: 'refused', code: 'stale-revision' });
    expect(results[1]).toMatchObject({ outcome: 'done' });
  });

  test('a case named twice is asked once; too many are refused before anything is done', async () => {
    const [item] = await items(await programme.devices(1));
    const results = await actOnMany(programme.services, BY_OWNER, [item!, item!], COVERED, { batchId: randomUUID() });
    expect(results).toHaveLength(1);
    const many = Array.from({ length: MOST_AT_A_TIME + 1 }, (_, index) => ({
      caseId: `k_${index}`,
      expectedRevision: null,
    }));
    await expect(
      actOnMany(programme.services, BY_OWNER, many, COVERED, { batchId: randomUUID() }),
    ).rejects.toMatchObject({ code: 'too-many' });
  });
});
