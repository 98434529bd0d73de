import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCase } from '../../app/open-cases';
import { type Rung } from '../../domain/ladder/ladder';
import { type CaseEvent } from '../../domain/lifecycle';
import { type Role } from '../../domain/vocabulary';
import { loadConfig } from '../../platform/config';
import { type RunningTemporal, startTemporal } from '../../platform/embedded/temporal/start';
import { ensureKeys } from '../../platform/keys';
import { decision, DO, MANAGER, planDue } from '../support/a-case';
import { faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, startCaseWorker } from '../support/case-worker';
import { leash, type Leash } from '../support/leash';
import { removeHome } from '../support/running-up';
import { startRegister, type TestRegister, type TestStack } from '../support/stack';
import { until } from '../support/until';

const folder = mkdtempSync(join(tmpdir(), 'clearsite-due-'));
const home = join(folder, 'home');
/** Far enough for a case to open and the server to be killed. */
const SOON = 12_000;
const LATER = 86_400_000;

let register: TestRegister;
let temporal: RunningTemporal;
let tether: Leash;
let cases: Cases;
let worker: CaseWorker;

async function startServer(): Promise<void> {
  temporal = await startTemporal({ home, log: () => undefined });
  tether = leash(temporal.pid);
}

beforeAll(async () => {
  await startServer();
  register = await startRegister();
  const { address, namespace } = temporal;
  const environment = {
    CLEARSITE_HOME: home,
    CLEARSITE_KEYS: ensureKeys(home),
    DATABASE_URL: register.databaseUrl,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };
  const stack = { ...register, home, temporal: { address, namespace }, config: loadConfig(environment) };
  cases = await Cases.in(stack as unknown as TestStack);
  worker = await startCaseWorker(stack, cases.pool);
}, 600_000);
afterAll(async () => {
  await worker?.stop();
  await cases?.close();
  await temporal?.kill9();
  tether?.release();
  await register?.stop();
  removeHome(folder, home);
  rmSync(folder, { recursive: true, force: true });
});

const soon = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

async function events(caseId: string, type: string): Promise<CaseEvent[]> {
  const { rows } = await cases.pool.query<{ payload: CaseEvent }>(
    `SELECT payload FROM audit_events WHERE case_id = $1 AND type = $2 ORDER BY sequence`,
    [caseId, type],
  );
  return rows.map(({ payload }) => payload);
}

/** A case that is due in a moment, and whose ladder goes on a day later. */
async function dueSoon(): Promise<{ caseId: string; due: string }> {
  const due = soon(SOON);
  const rung = (days: number, at: string, to: readonly Role[]): Rung => {
    return { stage: 'assess', days, at, due, countedFrom: null, to };
  };
  const rungs = [
    rung(0, due, ['task-owner']),
    ...Array.from({ length: 10 }, (_, index) => rung(index + 1, soon(LATER * (index + 1)), ['security-officer'])),
  ];
  const facts = await cases.facts();
  await startCase(cases.client, { facts, plan: planDue(1, due), rungs }, 'opened-once');
  await until(async () => (await events(facts.caseId, 'planned')).length === 1);
  return { caseId: facts.caseId, due };
}

test('what fell due while Temporal was away happens on its return, once, and says that it is late', async () => {
  const late = await dueSoon();
  const stays = (await dueSoon()).caseId;
  const ends = soon(SOON);
  await cases.send(stays, { ...DO.toStay, ask: { ...DO.toStay.ask, until: ends } });
  const { state } = await cases.view(stays);
  await cases.send(stays, decision(state), { by: MANAGER });
  await temporal.kill9();
  tether.release();
  await until(async () => Date.now() > Date.parse(ends) + 1_000);
  expect(await events(late.caseId, 'rung-fired')).toEqual([]);

  const back = new Date().toISOString();
  const { address } = temporal;
  await startServer();
  expect(temporal.address).toBe(address);
  await until(async () => (await events(late.caseId, 'rung-fired')).length > 0);
  await until(async () => (await events(stays, 'exception-ended')).length > 0);
  // Whatever would come twice has come by the time that another command is recorded.
  for (const caseId of [late.caseId, stays]) await cases.insist(caseId, DO.submit);

  const [fired, ...more] = await events(late.caseId, 'rung-fired');
  expect(more).toEqual([]);
  expect(fired).toMatchObject({ days: 0, to: ['task-owner'], due: late.due, skipped: [] });
  expect(fired!.at >= back).toBe(true);
  const mail = `SELECT kind, contact_id, rung_days FROM outbox WHERE case_id = $1 AND kind <> 'task' AND state = 'pending' ORDER BY kind, contact_id`;
  expect((await cases.pool.query(mail, [late.caseId])).rows).toEqual([
    { kind: 'late', contact_id: 'c_owner', rung_days: 0 },
  ]);
  expect(await events(stays, 'exception-ended')).toHaveLength(1);
  expect(await events(stays, 'rung-fired')).toHaveLength(1);
  for (const caseId of [late.caseId, stays]) expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
}, 300_000);
