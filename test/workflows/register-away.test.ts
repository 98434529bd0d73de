import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Failure } from '../../domain/errors';
import { command, DO } from '../support/a-case';
import { faultsOf } from '../support/audit-check';
import { Cases, type CaseWorker, planFromNow, startCaseWorker } from '../support/case-worker';
import { startStack, type TestStack } from '../support/stack';

let stack: TestStack;
let cases: Cases;
let worker: CaseWorker;
let operator: Client;
let database: string;

beforeAll(async () => {
  stack = await startStack();
  cases = await Cases.in(stack);
  worker = await startCaseWorker(stack, cases.pool);
  const url = new URL(stack.databaseUrl);
  database = url.pathname.slice(1);
  url.pathname = '/postgres';
  operator = new Client({ connectionString: url.toString() });
  await operator.connect();
}, 600_000);
afterAll(async () => {
  await operator?.end();
  await worker?.stop();
  await cases?.close();
  await stack?.stop();
});

/** The database refuses everybody and throws out who is there: what a client sees of a server that restarts. */
async function away(): Promise<void> {
  await operator.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`);
  await operator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
}

async function back(): Promise<void> {
  await operator.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS true`);
}

describe('while the register is away', () => {
  test('a command is accepted, the sender learns within 10 s that it is not recorded yet, and on return it is', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.submit);
    await away();
    const asked = command(DO.covered, { commandId: randomUUID() });
    const begun = Date.now();
    const failure = await cases.send(caseId, asked).then(
      () => null,
      (error: Failure) => error,
    );
    expect(failure).toMatchObject({
      code: 'not-recorded-yet',
      exit: 3,
      details: { accepted: true, recorded: false, commandId: asked.commandId },
    });
    expect(Date.now() - begun).toBeLessThan(12_000);
    // The case itself goes on: what was decided counts for the next command.
    expect((await cases.view(caseId)).state.stages.assess.done).not.toBeNull();
    await expect(cases.send(caseId, DO.covered)).rejects.toMatchObject({ code: 'already-done' });

    await back();
    const answer = await cases.send(caseId, asked);
    expect(answer).toMatchObject({ commandId: asked.commandId, sequence: 4 });
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });

  test('several commands queue up and are recorded in order, once each', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.send(caseId, DO.covered);
    await away();
    const waiting = [DO.submit, DO.disconnect, DO.submit].map((body) => cases.send(caseId, body).catch(String));
    await Promise.all(waiting);
    const { state } = await cases.view(caseId);
    expect(state.sequence).toBe(6);
    await back();
    await cases.send(caseId, DO.submit);
    expect(await faultsOf(cases.client, cases.pool, caseId)).toEqual([]);
  });

  test('no value of the command or of a row reaches the history with the failure', async () => {
    const caseId = await cases.open(planFromNow());
    await cases.pool.query('ALTER TABLE cases ADD CONSTRAINT refuses CHECK (stage <> $$disconnect$$) NOT VALID');
    const secret = 'Rack 7, behind the minister’s office';
    const waiting = cases.send(caseId, { ...DO.covered, note: secret }).catch(() => undefined);
    const handle = cases.client.workflow.getHandle(`removal/${caseId}`);
    const failureOf = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure;
    let failure = await failureOf();
    while (failure == null) failure = await failureOf();
    const codec = cases.client.options.loadedDataConverter.payloadCodecs[0]!;
    const [plain] = await codec.decode([failure.encodedAttributes!]);
    const text = Buffer.from(plain!.data!).toString() + JSON.stringify(failure.applicationFailureInfo);
    expect(text).toContain('The register did not take the batch (23514).');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(caseId);
    await cases.pool.query('ALTER TABLE cases DROP CONSTRAINT refuses');
    await waiting;
  });
});
