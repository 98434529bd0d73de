import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { exportAudit } from '../../../app/audit/export';
import { type AuditReport, verifyAudit } from '../../../app/audit/verify';
import { openServices, type Services } from '../../../app/services';
import { type CaseState, type CommandBody, NEW_CASE, project } from '../../../domain/lifecycle';
import { noticesOf } from '../../../domain/notices/notices';
import { loadConfig } from '../../../platform/config';
import { chainHash, eventDigest } from '../../../register/hash-chain';
import { recordBatch } from '../../../register/record';
import { accept, DO, OFFICER, open, OPENED_AT, planOf, type Sending } from '../../support/a-case';
import { PEOPLE, seedDevice, seedProgramme } from '../../support/a-programme';
import { startRegister, type TestRegister } from '../../support/stack';

let template: TestRegister;
let pool: Pool;
let services: Services;

const BY_OWNER: Sending = { by: { ...OFFICER, id: PEOPLE.owner.id, roles: ['task-owner'], authority: ['task-owner'] } };

/** Records commands as the workflow would: a batch each. */
async function run(
  caseId: string,
  assetId: string,
  steps: readonly (readonly [CommandBody, Sending])[],
): Promise<void> {
  let state: CaseState = NEW_CASE;
  for (const [body, sending] of steps) {
    const before = state;
    const { events, state: after } = accept(state, body, sending);
    state = after;
    const projection = project(state);
    if (projection === null) throw new Error(`${caseId} of ${assetId} did not open`);
    await recordBatch(pool, { caseId, events, projection, notices: noticesOf(before, events, after) });
  }
}

function steps(caseId: string, assetId: string): readonly (readonly [CommandBody, Sending])[] {
  const facts = { caseId, assetId, siteId: 'S-1', departmentId: 'D-AG' };
  return [
    [open(facts, planOf(1)), { at: OPENED_AT }],
    [DO.covered, BY_OWNER],
    [DO.disconnect, BY_OWNER],
    [DO.book, BY_OWNER],
  ];
}

beforeAll(async () => {
  template = await startRegister();
  pool = new Pool({ connectionString: template.databaseUrl });
  services = openServices(loadConfig({ DATABASE_URL: template.databaseUrl }));
  const policy = await seedProgramme(pool, { startedAt: '2026-11-01T09:00:00.000Z' });
  for (const assetId of ['A', 'B', 'C']) await seedDevice(pool, policy, { assetId });
});

beforeEach(async () => {
  await pool.query('TRUNCATE audit_events, case_revisions, case_milestones, case_flows, outbox');
  await pool.query(
    `UPDATE cases SET status = 'opening', stage = 'assess', outcome = NULL, revision = 0, sequence = 0, last_hash = NULL, plan_number = 0`,
  );
  for (const assetId of ['A', 'B', 'C']) {
    const caseId = `k_${assetId.toLowerCase()}`;
    await run(caseId, assetId, steps(caseId, assetId));
  }
});

afterAll(async () => {
  await services?.close();
  await pool?.end();
  await template?.stop();
});

const verify = (id: string | null = null): Promise<AuditReport> => verifyAudit(services, { id, depth: 'register' });

describe('an untouched audit trail', () => {
  test('proves itself', async () => {
    const report = await verify();
    expect(report).toMatchObject({ cases: 3, breaks: [], more: 0, histories: null });
    const { rows } = await pool.query(`SELECT count(*)::int AS events FROM audit_events`);
    expect(report.events).toBe(rows[0].events);
    expect(report.events).toBeGreaterThanOrEqual(12);
  });

  test('proves itself for one case, by its asset id too', async () => {
    const all = await verify();
    const one = await verify('A');
    expect(one.cases).toBe(1);
    expect(one.events).toBe(all.events / 3);
    expect((await verify('k_a')).events).toBe(one.events);
  });

  test('somebody was told, so that changing who was is something to find', async () => {
    const { rows } = await pool.query(`SELECT 1 FROM audit_events WHERE told <> '[]' AND case_id = 'k_b'`);
    expect(rows.length).toBeGreaterThan(0);
  });
});

/** Recomputes a case's chain from what is there, as somebody would who knows how it is made. */
async function forgeChain(caseId: string): Promise<void> {
  const { rows } = await pool.query(
    `SELECT sequence, payload, told FROM audit_events WHERE case_id = $1 ORDER BY sequence`,
    [caseId],
  );
  let previous: string | null = null;
  for (const { sequence, payload, told } of rows) {
    const digest = eventDigest(payload);
    previous = chainHash(previous, digest, told, []);
    await pool.query(`UPDATE audit_events SET digest = $3, hash = $4 WHERE case_id = $1 AND sequence = $2`, [
      caseId,
      sequence,
      digest,
      previous,
    ]);
  }
}

const REORDER = `
  UPDATE audit_events a SET payload = jsonb_set(o.payload, '{sequence}', to_jsonb(a.sequence)), type = o.type, at = o.at,
    command_id = o.command_id, actor = o.actor, told = o.told, digest = o.digest
  FROM audit_events o WHERE a.case_id = 'k_b' AND o.case_id = 'k_b' AND a.sequence IN (3, 4) AND o.sequence = 7 - a.sequence`;

describe('a break is found where somebody', () => {
  test.each<[string, string, string]>([
    [
      'changed a member of an event',
      `UPDATE audit_events SET payload = jsonb_set(payload, '{note}', '"never"') WHERE case_id = 'k_b' AND type = 'disconnected'`,
      'event-changed',
    ],
    [
      'changed when it happened',
      `UPDATE audit_events SET at = at + interval '1 second' WHERE case_id = 'k_b' AND sequence = 3`,
      'column-changed',
    ],
    [
      'changed who did it, in the column only',
      `UPDATE audit_events SET actor = 'c_head' WHERE case_id = 'k_b' AND sequence = 3`,
      'column-changed',
    ],
    [
      'changed who was told',
      `UPDATE audit_events SET told = '[]' WHERE case_id = 'k_b' AND told <> '[]'`,
      'chain-broken',
    ],
    [
      'changed a digest',
      `UPDATE audit_events SET digest = repeat('0', 64) WHERE case_id = 'k_b' AND sequence = 2`,
      'event-changed',
    ],
    [
      'changed a hash',
      `UPDATE audit_events SET hash = repeat('0', 64) WHERE case_id = 'k_b' AND sequence = 2`,
      'chain-broken',
    ],
    [
      'removed an event in the middle',
      `DELETE FROM audit_events WHERE case_id = 'k_b' AND sequence = 3`,
      'event-missing',
    ],
    ['removed the first event', `DELETE FROM audit_events WHERE case_id = 'k_b' AND sequence = 1`, 'event-missing'],
    ['removed the last event', `DELETE FROM audit_events WHERE case_id = 'k_b' AND type = 'scheduled'`, 'head-differs'],
    ['removed a whole trail', `DELETE FROM audit_events WHERE case_id = 'k_b'`, 'head-differs'],
    ['exchanged two events', REORDER, 'chain-broken'],
    [
      'added an event at the end',
      `INSERT INTO audit_events (case_id, sequence, type, at, actor, command_id, payload, digest, hash)
       SELECT case_id, sequence + 1, type, at, actor, command_id, jsonb_set(payload, '{sequence}', to_jsonb(sequence + 1)), digest, hash
       FROM audit_events WHERE case_id = 'k_b' ORDER BY sequence DESC LIMIT 1`,
      'event-changed',
    ],
  ])('%s', async (_what, sql, code) => {
    const { rowCount } = await pool.query(sql);
    expect(rowCount).toBeGreaterThan(0);
    const { breaks } = await verify();
    expect(breaks.map((one) => one.code)).toContain(code);
    expect(new Set(breaks.map(({ caseId }) => caseId))).toEqual(new Set(['k_b']));
    expect((await verify('k_a')).breaks).toEqual([]);
    expect((await verify('k_b')).breaks.length).toBeGreaterThan(0);
  });

  test('gave one case the trail of another, heads and all: the opening says whose it is', async () => {
    await pool.query(`DELETE FROM audit_events WHERE case_id = 'k_b'`);
    await pool.query(`UPDATE audit_events SET case_id = 'k_b' WHERE case_id = 'k_c'`);
    await pool.query(
      `UPDATE cases b SET last_hash = c.last_hash, sequence = c.sequence FROM cases c WHERE b.case_id = 'k_b' AND c.case_id = 'k_c'`,
    );
    const { breaks } = await verify('k_b');
    expect(breaks).toEqual([expect.objectContaining({ caseId: 'k_b', sequence: 1, code: 'event-misplaced' })]);
  });

  test('rewrote an event and every hash after it: the head that the case keeps gives it away', async () => {
    await pool.query(
      `UPDATE audit_events SET payload = jsonb_set(payload, '{note}', '"never"') WHERE case_id = 'k_b' AND type = 'disconnected'`,
    );
    await forgeChain('k_b');
    expect((await verify()).breaks).toEqual([expect.objectContaining({ caseId: 'k_b', code: 'head-differs' })]);
  });
});

describe('an export', () => {
  test('has a line for each event, with what is needed to check it again', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'clearsite-audit-')), 'audit.jsonl');
    const { events } = await exportAudit(services, { id: null, since: null, file });
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(events);
    let previous: { caseId: string; hash: string } | null = null;
    for (const line of lines) {
      const before: string | null = previous?.caseId === line.caseId ? previous!.hash : null;
      expect(eventDigest(line.payload)).toBe(line.digest);
      expect(chainHash(before, line.digest, line.told, line.passedOver)).toBe(line.hash);
      previous = line;
    }
    expect(readFileSync(file, 'utf8')).not.toContain('@');
  });

  test('narrows to a case and to what was recorded since a day', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clearsite-audit-'));
    const whole = await verify('k_a');
    expect((await exportAudit(services, { id: 'A', since: null, file: join(folder, 'a') })).events).toBe(whole.events);
    expect((await exportAudit(services, { id: null, since: '2999-01-01', file: join(folder, 'b') })).events).toBe(0);
    expect((await exportAudit(services, { id: null, since: '2020-01-01', file: join(folder, 'c') })).events).toBe(
      3 * whole.events,
    );
  });

  test('that cannot be written says so and leaves nothing behind', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'clearsite-audit-')), 'missing', 'audit.jsonl');
    await expect(exportAudit(services, { id: null, since: null, file })).rejects.toMatchObject({
      code: 'file-unwritable',
      exit: 2,
    });
  });
});
