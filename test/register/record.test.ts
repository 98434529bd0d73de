import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { type CaseEvent, type CaseState, type CommandBody, NEW_CASE, project, SYSTEM } from '../../domain/lifecycle';
import { noticesOf } from '../../domain/notices/notices';
import { type Policy } from '../../domain/policy/policy';
import { caseToPlan } from '../../register/planning';
import { type Batch, recordBatch } from '../../register/record';
import {
  accept,
  day,
  DO,
  MANAGER,
  OFFICER,
  OPENED_AT,
  planOf,
  retract,
  rungsFor,
  type Sending,
} from '../support/a-case';
import { seedDevice, seedProgramme } from '../support/a-programme';
import { startRegister, type TestRegister } from '../support/stack';

let register: TestRegister;
let pool: Pool;
let policy: Policy;
let caseId: string;
let state: CaseState;
let devices = 0;

beforeAll(async () => {
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  policy = await seedProgramme(pool, { startedAt: OPENED_AT });
});
afterAll(async () => {
  await pool?.end();
  await register?.stop();
});
beforeEach(async () => {
  devices += 1;
  caseId = await seedDevice(pool, policy, { assetId: `CAM-${devices}` });
  state = NEW_CASE;
});

/** What the case's workflow would have recorded because of a command. */
function batchOf(body: CommandBody, sending: Sending = {}): Batch {
  const before = state;
  const { events, state: after } = accept(before, body, sending);
  state = after;
  return { caseId, events, notices: noticesOf(before, events, after), projection: project(after)! };
}

async function record(body: CommandBody, sending: Sending = {}): Promise<Batch> {
  const batch = batchOf(body, sending);
  await recordBatch(pool, batch);
  return batch;
}

async function open(): Promise<Batch> {
  const found = await caseToPlan(pool, caseId);
  return record({ type: 'open', facts: found!.facts, plan: planOf(1) }, { by: SYSTEM, at: OPENED_AT });
}

async function rows<T extends object>(sql: string): Promise<T[]> {
  return (await pool.query<T>(sql, [caseId])).rows;
}

/** The case's mail: `kind stage contact state`. */
async function mail(): Promise<string[]> {
  const found = await rows<{ line: string }>(
    `SELECT concat_ws(' ', kind, stage, contact_id, state) AS line FROM outbox WHERE case_id = $1 ORDER BY outbox_id`,
  );
  return found.map(({ line }) => line);
}

const counts = async (): Promise<unknown> =>
  (
    await rows(`SELECT (SELECT count(*)::int FROM audit_events WHERE case_id = $1) AS events,
      (SELECT count(*)::int FROM outbox WHERE case_id = $1) AS mail,
      (SELECT count(*)::int FROM case_revisions WHERE case_id = $1) AS revisions`)
  )[0];

describe('a batch', () => {
  test('opens the case, with its dates, its first mail and its trail', async () => {
    await open();
    expect(
      await rows(
        'SELECT status, stage, due_at, rule, revision, sequence, opened_at, closed_at, plan_number FROM cases WHERE case_id = $1',
      ),
    ).toEqual([
      {
        status: 'open',
        stage: 'assess',
        due_at: new Date(day(14)),
        rule: 'stage-budget',
        revision: 2,
        sequence: 2,
        opened_at: new Date(OPENED_AT),
        closed_at: null,
        plan_number: 1,
      },
    ]);
    expect(await mail()).toEqual(['task assess c_owner pending']);
    expect(await rows('SELECT sequence, type, told FROM audit_events WHERE case_id = $1 ORDER BY sequence')).toEqual([
      { sequence: 1, type: 'opened', told: [] },
      { sequence: 2, type: 'planned', told: ['c_owner'] },
    ]);
    expect(await rows('SELECT stage, baseline FROM case_milestones WHERE case_id = $1')).toHaveLength(5);
  });

  test('recorded twice, one after the other or at once, is written once', async () => {
    const batch = await open();
    const before = await counts();
    await recordBatch(pool, batch);
    await Promise.all([recordBatch(pool, batch), recordBatch(pool, batch), recordBatch(pool, batch)]);
    expect(await counts()).toEqual(before);
  });

  test('that comes again with later events of its own writes what is new', async () => {
    const first = await open();
    const second = batchOf(DO.covered);
    await recordBatch(pool, {
      ...second,
      events: [...first.events, ...second.events],
      notices: [...first.notices, ...second.notices],
    });
    expect(await counts()).toMatchObject({ events: 3, revisions: 2 });
  });

  test('that would leave a gap is refused, and nothing of it is written', async () => {
    await open();
    const before = await counts();
    batchOf(DO.submit);
    const later = batchOf(DO.covered);
    await expect(recordBatch(pool, later)).rejects.toMatchObject({ code: 'sequence-gap' });
    expect(await counts()).toEqual(before);
  });

  test('with another event under a number that is taken is refused, and nothing of it is written', async () => {
    const { events, ...rest } = await open();
    const before = await counts();
    const [first, second] = events as [CaseEvent, CaseEvent];
    const changed = { ...rest, events: [first, { ...second, actor: 'c_intruder' }] };
    await expect(recordBatch(pool, changed)).rejects.toMatchObject({ code: 'digest-clash' });
    expect(await counts()).toEqual(before);
  });

  test('of a case that the register does not have is refused', async () => {
    const batch = await open();
    await expect(recordBatch(pool, { ...batch, caseId: 'k_none' })).rejects.toMatchObject({ code: 'unknown-case' });
  });

  test('leaves a projection for each revision, so that a report can be drawn up as of any instant', async () => {
    await open();
    await record(DO.submit, { at: day(1) });
    await record(DO.covered, { at: day(2) });
    await record({ type: 'acknowledge', until: day(9) }, { at: day(3) });
    await record(DO.disconnect, { at: day(4) });
    expect(
      await rows(
        'SELECT sequence, valid_from, stage, revision FROM case_revisions WHERE case_id = $1 ORDER BY sequence',
      ),
    ).toEqual([
      { sequence: 2, valid_from: new Date(OPENED_AT), stage: 'assess', revision: 2 },
      { sequence: 4, valid_from: new Date(day(2)), stage: 'disconnect', revision: 3 },
      { sequence: 6, valid_from: new Date(day(4)), stage: 'schedule', revision: 4 },
    ]);
  });

  test('that closes the case says when and how', async () => {
    await open();
    await record(DO.notFound, { at: day(2) });
    expect(
      await rows('SELECT status, stage, outcome, closed_at, due_at, next_action FROM cases WHERE case_id = $1'),
    ).toEqual([
      {
        status: 'closed',
        stage: 'closed',
        outcome: 'not-found',
        closed_at: new Date(day(2)),
        due_at: null,
        next_action: '',
      },
    ]);
  });

  test('that clears a device keeps it cleared for what it is now', async () => {
    await open();
    await record(DO.notCovered, { by: OFFICER });
    const [device] = await rows<{ holds: boolean }>(
      `SELECT d.cleared_fingerprint = device_fingerprint(d.make, d.model, d.mac, d.policy_version) AS holds FROM devices d JOIN cases c USING (asset_id) WHERE c.case_id = $1`,
    );
    expect(device).toEqual({ holds: true });
  });
});

describe('mail', () => {
  test('about a stage that is done is superseded, and that of the next is written', async () => {
    await open();
    await record({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(4) });
    await record(DO.covered, { at: day(5) });
    expect(await mail()).toEqual([
      'task assess c_owner superseded',
      'reminder assess c_owner superseded',
      'task disconnect c_owner pending',
      'task schedule c_owner pending',
    ]);
  });

  test('about a due date that has moved is superseded, and who knew it is told', async () => {
    await open();
    await record({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(4) });
    await pool.query(`UPDATE outbox SET state = 'sent' WHERE kind = 'task'`);
    await record({ type: 'replan', plan: planOf(2, day(5)), reason: 'moved' }, { by: SYSTEM, at: day(5) });
    expect(await mail()).toEqual([
      'task assess c_owner sent',
      'reminder assess c_owner superseded',
      'date-moved assess c_owner pending',
    ]);
  });

  test('about a task that nobody has heard of yet is written once, with the date that holds', async () => {
    await open();
    await record({ type: 'replan', plan: planOf(2, day(5)), reason: 'moved' }, { by: SYSTEM, at: day(1) });
    expect(await mail()).toEqual(['task assess c_owner pending']);
    const [row] = await rows<{ due_at: Date }>('SELECT due_at FROM outbox WHERE case_id = $1');
    expect(row!.due_at.toISOString()).toBe(day(19));
  });

  test('that has been sent is not called back', async () => {
    await open();
    await pool.query(`UPDATE outbox SET state = 'sent' WHERE case_id = $1`, [caseId]);
    await record(DO.covered);
    expect((await mail())[0]).toBe('task assess c_owner sent');
  });

  test('to the old department ends with a transfer, and the new one gets a handover', async () => {
    await open();
    await record({ type: 'transfer', siteId: 'S-3', departmentId: 'D-HS' }, { by: MANAGER });
    expect(await mail()).toEqual(['task assess c_owner superseded', 'handover assess c_owner2 pending']);
    expect(await rows('SELECT site_id, department_id FROM cases WHERE case_id = $1')).toEqual([
      { site_id: 'S-3', department_id: 'D-HS' },
    ]);
  });

  test('goes to the person that the task was given to', async () => {
    await open();
    await record({ type: 'reassign', to: 'c_head' });
    expect(await mail()).toEqual(['task assess c_owner superseded', 'task assess c_head pending']);
  });

  test('asks the security officer to agree, and ends when the proposal is taken back', async () => {
    await open();
    await record(DO.notCovered);
    expect(await mail()).toContain('agreement assess c_officer pending');
    await record(retract('assess'));
    expect(await mail()).toContain('agreement assess c_officer superseded');
  });

  test('of a rung whose post nobody holds goes straight to the next, and the trail says so', async () => {
    await pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = 'c_head'`);
    await open();
    for (const at of [4, 11, 14, 15, 17])
      await record({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(at) });
    await pool.query(`UPDATE contacts SET left_at = NULL WHERE contact_id = 'c_head'`);
    const found = await rows<{ told: string[]; passed_over: string[] }>(
      `SELECT told, passed_over FROM audit_events WHERE case_id = $1 AND type = 'rung-fired' ORDER BY sequence`,
    );
    expect(found.at(-1)).toEqual({ told: ['c_manager'], passed_over: ['head'] });
    expect(found.slice(0, -1).every(({ passed_over: none }) => none.length === 0)).toBe(true);
  });

  test('of a rung goes to each role’s people, whom the trail names by contact id', async () => {
    await open();
    await record({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(14) });
    await record({ type: 'tick', rungs: rungsFor(state) }, { by: SYSTEM, at: day(15) });
    expect((await mail()).slice(-2)).toEqual(['late assess c_owner pending', 'late assess c_officer pending']);
    expect(await rows('SELECT told FROM audit_events WHERE case_id = $1 AND sequence = 4')).toEqual([
      { told: ['c_owner', 'c_officer'] },
    ]);
  });

  describe('of commands that were recorded together, because the register had been away', () => {
    const together = async (...steps: readonly (readonly [CommandBody, Sending?])[]): Promise<void> => {
      const batches = steps.map(([body, sending]) => batchOf(body, sending));
      await recordBatch(pool, {
        ...batches.at(-1)!,
        events: batches.flatMap(({ events }) => events),
        notices: batches.flatMap(({ notices }) => notices),
      });
    };
    const opening = async (): Promise<readonly [CommandBody, Sending]> => {
      const found = await caseToPlan(pool, caseId);
      return [
        { type: 'open', facts: found!.facts, plan: planOf(1) },
        { by: SYSTEM, at: OPENED_AT },
      ];
    };

    test('only what still applies at the end is written, and only those who get it are named in the trail', async () => {
      await together(await opening(), [DO.covered], [DO.book]);
      expect(await mail()).toEqual(['task disconnect c_owner pending']);
      expect(await rows('SELECT sequence, told FROM audit_events WHERE case_id = $1 ORDER BY sequence')).toEqual([
        { sequence: 1, told: [] },
        { sequence: 2, told: [] },
        { sequence: 3, told: ['c_owner'] },
        { sequence: 4, told: [] },
      ]);
    });

    test('the new department gets the handover, not the old one’s task as well', async () => {
      await together(await opening(), [{ type: 'transfer', siteId: 'S-3', departmentId: 'D-HS' }, { by: MANAGER }]);
      expect(await mail()).toEqual(['handover assess c_owner2 pending']);
    });

    test('nobody is asked to agree to a proposal that was taken back', async () => {
      await together(await opening(), [DO.notCovered], [retract('assess')]);
      expect(await mail()).toEqual(['task assess c_owner pending']);
    });

    test('nothing is said about a date that has moved since', async () => {
      const tick = (): CommandBody => ({ type: 'tick', rungs: rungsFor(state) });
      await together(await opening());
      await together(
        [tick(), { by: SYSTEM, at: day(4) }],
        [
          { type: 'replan', plan: planOf(2, day(9)), reason: '' },
          { by: SYSTEM, at: day(5) },
        ],
      );
      expect(await mail()).toEqual(['task assess c_owner pending']);
    });
  });
});
