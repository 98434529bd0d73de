import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { verifyAudit } from '../../app/audit/verify';
import { replanMarked } from '../../app/replan';
import { EXTENSIONS, findRequests } from '../../app/requests';
import { caseQuery, type CaseView, workflowIdOf } from '../../workflows/messages';
import { Failure } from '../../domain/errors';
import { markAll } from '../../register/replanning';
import { faultsOf } from '../support/audit-check';
import { edited } from '../support/policies';
import { until } from '../support/until';
import { MANAGER, on, OWNER, POLICY, RunningProgramme } from './a-running-programme';

let running: RunningProgramme;

beforeAll(async () => {
  running = await RunningProgramme.start(POLICY);
}, 600_000);
afterAll(async () => {
  await running?.stop();
});

async function requests(id: string): Promise<string[]> {
  return (await running.show(id)).requests.map(({ ask, state }) => `${ask.kind} ${state}`);
}

async function view(id: string): Promise<CaseView> {
  const { caseId } = await running.show(id);
  return (await running.services.temporal()).workflow.getHandle(workflowIdOf(caseId)).query(caseQuery);
}

async function marks(): Promise<number> {
  const marked = `SELECT count(*)::int AS n FROM cases WHERE replan_mark IS NOT NULL AND status <> 'closed'`;
  return (await running.pool.query<{ n: number }>(marked)).rows[0]!.n;
}

/** How often a case was given a plan. */
const plans = async (id: string): Promise<number> =>
  (await running.trail(id)).filter((type) => type === 'planned').length;

async function soundness(ids: readonly string[]): Promise<string[]> {
  const client = await running.services.temporal();
  const found = await Promise.all(
    ids.map(async (id) => faultsOf(client, running.pool, (await running.show(id)).caseId)),
  );
  return found.flat();
}

/** Gives every case its dates, however slow the machine: what has not answered in time still waits for them. */
async function patiently(): Promise<void> {
  do await running.replan().catch((error: Failure) => (error.exit === 3 ? null : Promise.reject(error)));
  while ((await marks()) > 0);
}

const refuse = (id: string) =>
  running.act(MANAGER, id, 'decide-extension', { verdict: 'refuse', conditions: 'The budget is spent.' });
/** Agrees, again under the same id where a slow machine has not answered in time, as its sender is told to. */
async function agree(id: string): Promise<void> {
  const commandId = randomUUID();
  for (;;) {
    try {
      await running.act(MANAGER, id, 'decide-extension', { verdict: 'agree' }, { commandId });
      return;
    } catch (error) {
      const known = error instanceof Failure && error.code === 'nothing-pending';
      if (known) return;
      if (!(error instanceof Failure) || error.exit !== 3) throw error;
    }
  }
}

describe('an import that moves an upgrade', () => {
  test('earlier moves the dates at once, and says so to whoever has the task, with who and why in the trail', async () => {
    const id = await running.device(on(60));
    const before = await running.dueOf(id, 'remove');
    const assess = await running.dueOf(id, 'assess');
    // The first e-mail has left.
    await running.pool.query(
      `UPDATE outbox o SET state = 'sent' FROM cases c WHERE o.case_id = c.case_id AND c.asset_id = $1`,
      [id],
    );
    const opening = await running.upgrades({ [id]: on(32) });
    expect(opening).toMatchObject({ dates: { looked: 1, replanned: 1, waiting: 0 } });
    const after = await running.dueOf(id, 'remove');
    expect(after).toMatchObject({ rule: 'before-upgrade', baseline: before.baseline });
    expect(after.due < before.due).toBe(true);
    expect((await running.dueOf(id, 'assess')).due < assess.due).toBe(true);
    expect(await running.mail(id, ['date-moved'])).toMatchObject([{ contact: 'task-owner', stage: 'assess' }]);
    const { audit } = await running.show(id);
    expect(audit.slice(-2).map(({ type }) => type)).toEqual(['facts-revised', 'planned']);
    expect(audit.at(-2)).toMatchObject({
      actor: expect.stringMatching(/^ops:/),
      payload: { before: { upgradeOn: on(60) }, facts: { upgradeOn: on(32) }, reason: 'the next upgrade moved' },
    });
    expect(audit.at(-1)).toMatchObject({
      payload: { moved: expect.arrayContaining([{ stage: 'remove', was: before.due, due: after.due }]) },
    });
    expect(await soundness([id])).toEqual([]);
  });

  test('later waits: the old dates stand, it is listed, agreeing moves them', async () => {
    const id = await running.device(on(60));
    const before = await running.dueOf(id, 'remove');
    expect(await running.upgrades({ [id]: on(90) })).toMatchObject({ dates: { replanned: 0, waiting: 1 } });
    expect(await running.dueOf(id, 'remove')).toEqual(before);
    const filter = { kinds: EXTENSIONS, state: 'pending', departmentId: null } as const;
    const listed = (await findRequests(running.services, filter)).find(({ assetId }) => assetId === id);
    expect(listed).toMatchObject({ ask: { kind: 'later-dates', facts: { upgradeOn: on(90) } } });
    expect(await running.mail(id, ['decision'])).toMatchObject([{ contact: 'programme-manager', state: 'pending' }]);
    await agree(id);
    const after = await running.dueOf(id, 'remove');
    expect(after.due > before.due).toBe(true);
    expect(after.baseline).toBe(before.baseline);
    expect(await running.upgrades({ [id]: on(90) })).toMatchObject({ dates: { looked: 0 } });
    expect(await soundness([id])).toEqual([]);
  });

  test('later by the programme manager’s own import moves the dates at once', async () => {
    const id = await running.device(on(60));
    const before = await running.dueOf(id, 'remove');
    expect(await running.upgrades({ [id]: on(90) }, MANAGER)).toMatchObject({ dates: { replanned: 1, waiting: 0 } });
    expect((await running.dueOf(id, 'remove')).due > before.due).toBe(true);
  });

  test('later and refused: the old dates stand, and the same file asks nobody again; another date does', async () => {
    const id = await running.device(on(60));
    const before = await running.dueOf(id, 'remove');
    await running.upgrades({ [id]: on(90) });
    await refuse(id);
    expect(await running.upgrades({ [id]: on(90) })).toMatchObject({ dates: { replanned: 0, waiting: 0 } });
    expect(await requests(id)).toEqual(['later-dates refused']);
    expect(await running.dueOf(id, 'remove')).toEqual(before);
    expect(await running.upgrades({ [id]: on(80) })).toMatchObject({ dates: { waiting: 1 } });
    expect(await requests(id)).toEqual(['later-dates refused', 'later-dates pending']);
  });

  test('a date that was refused as later is heard once it is earlier than what rules', async () => {
    const id = await running.device(on(60));
    await running.upgrades({ [id]: on(90) });
    await refuse(id);
    await running.act(MANAGER, id, 'move-upgrade', { to: on(120), reason: 'Agreed by telephone.' });
    const before = await running.dueOf(id, 'remove');
    expect(await running.upgrades({ [id]: on(90) })).toMatchObject({ dates: { replanned: 1 } });
    expect((await running.dueOf(id, 'remove')).due < before.due).toBe(true);
  });

  test('there and back while nobody decides: what waits is always what the inventory says, and nothing where it is as before', async () => {
    const id = await running.device(on(60));
    const waiting = async () =>
      (await running.show(id)).requests.flatMap(({ state, ask }) =>
        state === 'pending' && ask.kind === 'later-dates' ? [ask.facts.upgradeOn] : [],
      );
    for (const to of [on(90), on(100), on(90)]) {
      await running.upgrades({ [id]: to });
      expect(await waiting()).toEqual([to]);
    }
    expect(await requests(id)).toEqual(['later-dates superseded', 'later-dates superseded', 'later-dates pending']);
    await running.upgrades({ [id]: on(60) });
    expect(await waiting()).toEqual([]);
    expect((await running.mail(id, ['decision'])).map(({ state }) => state)).toEqual([
      'superseded',
      'superseded',
      'superseded',
    ]);
    expect(await soundness([id])).toEqual([]);
  });

  test('to a day beyond the calendar, as inventories say that none is planned, stops nobody', async () => {
    const [far, near] = (await running.devices(2, on(60))) as [string, string];
    await running.upgrades({ [far]: '2099-12-31', [near]: on(50) });
    expect((await running.dueOf(near, 'remove')).rule).toBe('before-upgrade');
    expect(await requests(far)).toEqual(['later-dates pending']);
    const fresh = await running.device('2099-12-31');
    expect((await running.dueOf(fresh, 'remove')).rule).toBe('stage-budget');
  });
});

describe('a site that counts otherwise', () => {
  const CLASSED = edited(
    POLICY,
    'sensitive: { scope: in, removalDate: null, source: timeline',
    `sensitive: { scope: in, removalDate: ${on(100)}, source: timeline`,
  );
  const site = (sensitivity: string, nation = 'England') =>
    running.bring('sites', `site_id,name,department_id,nation,sensitivity\nS-2,Annexe,D-AG,${nation},${sensitivity}\n`);

  afterAll(async () => {
    await running.apply(POLICY);
    await running.replan();
  });

  test('for more moves the dates at once; for less waits for the programme manager', async () => {
    await site('unassessed');
    await running.apply(CLASSED);
    await running.replan();
    const id = await running.device('', 'S-2');
    expect((await running.dueOf(id, 'remove')).rule).toBe('stage-budget');
    await site('sensitive');
    expect(await running.replan()).toMatchObject({ replanned: 1, waiting: 0 });
    expect(await running.dueOf(id, 'remove')).toMatchObject({
      rule: 'removal-date',
      due: expect.stringContaining(on(100)),
    });
    await site('unassessed');
    expect(await running.replan()).toMatchObject({ replanned: 0, waiting: 1 });
    expect((await running.dueOf(id, 'remove')).rule).toBe('removal-date');
    // What waits keeps no later policy from the case.
    await running.apply(edited(CLASSED, 'assess: 20', 'assess: 15'));
    const before = await running.dueOf(id, 'assess');
    await running.replan();
    expect((await running.dueOf(id, 'assess')).due < before.due).toBe(true);
    expect((await running.dueOf(id, 'remove')).rule).toBe('removal-date');
    expect(await requests(id)).toEqual(['later-dates pending']);
    await agree(id);
    expect((await running.dueOf(id, 'remove')).rule).toBe('stage-budget');
    expect((await running.dueOf(id, 'assess')).due < before.due).toBe(true);
    expect(await soundness([id])).toEqual([]);
  });

  test('in another nation counts by its bank holidays, rungs included', async () => {
    await running.apply(
      `${POLICY}\ncalendar:\n  add:\n    - { on: ${inTwoWeeks()}, nation: scotland, name: Closed, source: programme, date: 2026-11-23, confidence: high }\n  source: programme\n  date: 2026-11-23\n  confidence: high\n`,
    );
    await running.replan();
    await site('unassessed');
    await running.replan();
    const id = await running.device('', 'S-2');
    const before = await running.dueOf(id, 'assess');
    await site('unassessed', 'Scotland');
    await running.replan();
    expect((await running.dueOf(id, 'assess')).due > before.due).toBe(true);
    await site('unassessed');
    await running.replan();
    expect(await running.dueOf(id, 'assess')).toEqual(before);
  });
});

/** A working day about two weeks from now. */
function inTwoWeeks(): string {
  for (let days = 14; ; days += 1) {
    const weekday = new Date(`${on(days)}T12:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) return on(days);
  }
}

describe('another policy', () => {
  afterAll(async () => {
    await running.apply(POLICY);
    await running.replan();
  });

  test('with other budgets: dates and rungs follow, and pending mail of the old date is superseded', async () => {
    const id = await running.device();
    const before = await running.dueOf(id, 'assess');
    await running.pool.query(
      `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, rung_days)
       SELECT gen_random_uuid(), programme_id, case_id, (SELECT contact_id FROM contacts WHERE email = $2), 'reminder', 'assess', due_at, -10
       FROM cases WHERE asset_id = $1`,
      [id, OWNER],
    );
    expect(await running.apply(edited(POLICY, 'assess: 20', 'assess: 40'))).toBeGreaterThan(0);
    await running.replan();
    const after = await running.dueOf(id, 'assess');
    expect(after).toMatchObject({ rule: 'stage-budget', baseline: before.baseline });
    expect(after.due > before.due).toBe(true);
    const { rungs } = await view(id);
    expect(new Set(rungs.map(({ due }) => due))).toEqual(new Set([after.due]));
    expect(rungs[0]).toMatchObject({ stage: 'assess', days: -10 });
    const mail = await running.mail(id);
    expect(mail.map(({ kind, state }) => [kind, state])).toEqual([
      // Who has not heard of the task yet hears of it once, with the new date.
      ['task', 'pending'],
      ['reminder', 'superseded'],
    ]);
    expect(mail[0]!.due).toBe(after.due.slice(0, 10));
  });

  test('with another ladder alone: the rungs follow and no date moves', async () => {
    const id = await running.device();
    const before = await running.dueOf(id, 'assess');
    await running.apply(edited(POLICY, '{ days: -10, to: [task-owner] }', '{ days: -7, to: [task-owner] }'));
    await running.replan();
    expect((await running.dueOf(id, 'assess')).baseline).toBe(before.baseline);
    expect((await view(id)).rungs[0]).toMatchObject({ days: -7 });
    await running.apply(POLICY);
    await running.replan();
    expect((await view(id)).rungs[0]).toMatchObject({ days: -10 });
    expect((await running.dueOf(id, 'assess')).due).toBe((await view(id)).rungs[0]!.due);
  });

  test('with a holiday added: what lies behind it moves by a day, the rungs too', async () => {
    await running.apply(POLICY);
    await running.replan();
    const id = await running.device();
    const before = await running.dueOf(id, 'assess');
    const first = (await view(id)).rungs[0]!;
    const closed = inTwoWeeks();
    await running.apply(
      `${POLICY}\ncalendar:\n  add:\n    - { on: ${closed}, name: Closed, source: programme, date: 2026-11-23, confidence: high }\n  source: programme\n  date: 2026-11-23\n  confidence: high\n`,
    );
    await running.replan();
    expect((await running.dueOf(id, 'assess')).due > before.due).toBe(true);
    const now = (await view(id)).rungs[0]!;
    expect(now.days).toBe(first.days);
    expect(now.at >= first.at).toBe(true);
  });

  test('and the same again: nothing is marked, and no case is given a plan for nothing', async () => {
    await running.apply(POLICY);
    await running.replan();
    const id = await running.device();
    const before = await plans(id);
    expect(await running.apply(`${POLICY}\n# a remark\n`)).toBe(0);
    await running.replan();
    expect(await plans(id)).toBe(before);
  });
});

describe('interrupted, repeated, at once with others', () => {
  const LONGER = edited(POLICY, 'assess: 20', 'assess: 25');

  beforeAll(async () => {
    await running.apply(POLICY);
    await running.replan();
  });

  test('stopped after some cases, the next run does the rest: none twice, none not at all', async () => {
    const ids = await running.devices(30);
    const before = await Promise.all(ids.map(plans));
    await running.apply(LONGER);
    const stop = new Error('killed');
    await expect(
      replanMarked(running.services, (looked) => {
        if (looked === 10) throw stop;
      }),
    ).rejects.toBe(stop);
    const left = await marks();
    expect(left).toBeGreaterThan(0);
    await running.replan();
    expect(await marks()).toBe(0);
    const after = await Promise.all(ids.map(plans));
    expect(after.map((count, index) => count - before[index]!)).toEqual(ids.map(() => 1));
    expect(await soundness(ids)).toEqual([]);
  });

  test('killed between the case’s yes and our note of it: sent again under the same id, and carried out once', async () => {
    const id = await running.device();
    await running.apply(POLICY);
    const { rows } = await running.pool.query<{ row: Record<string, string> }>(
      `SELECT jsonb_build_object('mark', replan_mark, 'cause', replan_cause, 'by', replan_by) AS row FROM cases WHERE asset_id = $1`,
      [id],
    );
    const { mark, cause, by } = rows[0]!.row;
    await running.replan();
    const once = await plans(id);
    await running.pool.query(
      `UPDATE cases SET replan_mark = $2, replan_cause = $3, replan_by = $4 WHERE asset_id = $1`,
      [id, mark, cause, by],
    );
    await running.replan();
    expect(await plans(id)).toBe(once);
    expect(await marks()).toBe(0);
    // A new wish is another.
    await running.apply(LONGER);
    await running.replan();
    expect(await plans(id)).toBe(once + 1);
  });

  test('two runs at once give each case its dates once', async () => {
    const ids = await running.devices(12);
    const before = await Promise.all(ids.map(plans));
    await running.apply(POLICY);
    await Promise.all([running.replan(), running.replan()]);
    expect(await marks()).toBe(0);
    const after = await Promise.all(ids.map(plans));
    expect(after.map((count, index) => count - before[index]!)).toEqual(ids.map(() => 1));
    expect(await soundness(ids)).toEqual([]);
  });

  test('a wish that comes while a case is being given its dates is not lost', async () => {
    const id = await running.device();
    await running.apply(LONGER);
    const { caseId } = await running.show(id);
    const client = await running.pool.connect();
    await client.query('BEGIN');
    // Nothing of the case can be recorded while we hold its row.
    await client.query('SELECT FROM cases WHERE case_id = $1 FOR UPDATE', [caseId]);
    const first = running.replan();
    await until(async () => (await view(id)).state.planNumber === 2);
    await markAll(client, { actor: 'ops:other', authority: null });
    await client.query('COMMIT');
    client.release();
    await first;
    expect(await marks()).toBeGreaterThan(0);
    await running.replan();
    expect(await marks()).toBe(0);
    expect(await plans(id)).toBe(3);
  });

  test('a person’s decision in the same moment: both stand', async () => {
    const ids = await running.devices(8);
    for (const id of ids)
      await running.act(OWNER, id, 'request-extension', {
        stage: 'remove',
        on: on(280),
        reason: 'supply',
        text: 'Back order.',
      });
    await running.apply(POLICY);
    await Promise.all([patiently(), ...ids.map(agree)]);
    await patiently();
    for (const id of ids) expect((await running.dueOf(id, 'remove')).due).toContain(on(280));
    const budgets = await Promise.all(ids.map(async (id) => (await running.dueOf(id, 'assess')).due));
    expect(new Set(budgets).size).toBe(1);
    expect(await soundness(ids)).toEqual([]);
  });

  test('cases that close meanwhile are left alone', async () => {
    const ids = await running.devices(6);
    await running.apply(LONGER);
    await Promise.all([
      running.replan(),
      ...ids.map((id) => running.act(MANAGER, id, 'withdraw', { reason: 'Sold.' })),
    ]);
    await until(async () => (await marks()) === 0);
    for (const id of ids) expect((await running.show(id)).status).toBe('closed');
    expect(await soundness(ids)).toEqual([]);
  });

  test('a case that does not answer keeps no other from its dates, and still waits for its own', async () => {
    const [lost, ...others] = await running.devices(5);
    const { caseId } = await running.show(lost!);
    const client = await running.services.temporal();
    // Paused where the register is: it accepts and cannot record.
    await running.pool.query(
      `ALTER TABLE cases ADD CONSTRAINT stuck CHECK (case_id <> '${caseId}' OR plan_number < 2) NOT VALID`,
    );
    await running.apply(POLICY);
    await expect(running.replan()).rejects.toMatchObject({ code: 'not-recorded-yet' });
    expect(await marks()).toBe(1);
    for (const id of others) expect(await plans(id)).toBe(2);
    await running.pool.query('ALTER TABLE cases DROP CONSTRAINT stuck');
    await running.replan();
    expect(await plans(lost!)).toBe(2);
    expect(await faultsOf(client, running.pool, caseId)).toEqual([]);
  });
});

test('the audit trail proves itself after all of it', async () => {
  expect((await verifyAudit(running.services, { id: null, depth: 'deep' })).breaks).toEqual([]);
});
