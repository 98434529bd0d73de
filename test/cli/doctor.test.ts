import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure, type Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine } from '../../app/doctor/doctor';
import { type Check } from '../../app/doctor/check';
import { openTemporal } from '../../platform/connections';
import { TASK_QUEUE } from '../../workflows/messages';
import { eventually, withoutServices } from '../support/running-up';
import { builtCommand, startStack, type TestStack } from '../support/stack';

interface Answer {
  readonly code: number;
  readonly stdout: string;
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { env: { ...withoutServices(), ...environment } }, (error, stdout) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout }),
    );
  });
}

const verdicts = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

describe('clearsite doctor', () => {
  let stack: TestStack;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    client = await openTemporal(stack.config);
  }, 600_000);
  afterAll(async () => {
    await client.connection.close();
    await stack.stop();
  });

  test('says that no worker polls, and what to do', async () => {
    const checks = await examine(stack.config, new Date(), 'quick');
    expect(verdicts(checks)).toEqual({
      clearsite: 'ok',
      register: 'ok',
      migrations: 'ok',
      temporal: 'ok',
      namespace: 'ok',
      keys: 'ok',
      worker: 'finding',
      cases: 'ok',
      mail: 'ok',
    });
    expect(checks.find(({ name }) => name === 'worker')?.todo).toContain('clearsite worker');
  });

  test('names migrations that wait', async () => {
    const { Client: Postgres } = await import('pg');
    const postgres = new Postgres({ connectionString: stack.databaseUrl });
    await postgres.connect();
    const { rows } = await postgres.query<{ name: string }>(
      'DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations) RETURNING *',
    );
    const checks = await examine(stack.config, new Date(), 'quick');
    await postgres.query(
      'INSERT INTO schema_migrations SELECT * FROM json_populate_record(NULL::schema_migrations, $1)',
      [rows[0]],
    );
    await postgres.end();
    expect(checks.find(({ name }) => name === 'migrations')).toMatchObject({
      verdict: 'finding',
      details: { pending: [rows[0]!.name] },
    });
  });

  test.each([
    ['were changed', `UPDATE schema_migrations SET checksum = 'x'`, `UPDATE schema_migrations SET checksum = NULL`],
    [
      'this version does not have',
      `INSERT INTO schema_migrations (name, run_on) VALUES ('9999_later', now())`,
      `DELETE FROM schema_migrations WHERE name = '9999_later'`,
    ],
  ])('names migrations that %s', async (_, spoil, mend) => {
    const { Client: Postgres } = await import('pg');
    const postgres = new Postgres({ connectionString: stack.databaseUrl });
    await postgres.connect();
    await postgres.query(spoil);
    const checks = await examine(stack.config, new Date(), 'quick');
    await postgres.query(mend);
    await postgres.end();
    expect(checks.find(({ name }) => name === 'migrations')).toMatchObject({
      verdict: 'finding',
      found: expect.stringMatching(/0001_inventory|9999_later/),
      todo: expect.stringMatching(/^use the version of clearsite that/),
    });
  });

  describe('with workflows that do not get on', () => {
    let worker: Worker;
    let running: Promise<void>;
    let connection: NativeConnection;

    beforeAll(async () => {
      // These workflows are meant to fail.
      Runtime.install({ logger: new DefaultLogger('ERROR') });
      connection = await NativeConnection.connect({ address: stack.temporal.address });
      worker = await Worker.create({
        connection,
        namespace: stack.temporal.namespace,
        taskQueue: TASK_QUEUE,
        workflowsPath: require.resolve('../support/failing-workflows'),
        activities: {
          refuse: () => Promise.reject(ApplicationFailure.retryable('The same number twice.', 'digest-clash')),
        },
      });
      running = worker.run();
      const options = { taskQueue: TASK_QUEUE, args: [] };
      await client.workflow.start('failsItsTask', { ...options, workflowId: 'removal/k_task' });
      await client.workflow.start('failsItsActivity', { ...options, workflowId: 'removal/k_activity' });
    }, 120_000);
    afterAll(async () => {
      await Promise.all(
        ['removal/k_task', 'removal/k_activity'].map((id) => client.workflow.getHandle(id).terminate()),
      );
      worker.shutdown();
      await running;
      await connection.close();
    });

    test('names each with the code of its failure, and finds the worker', async () => {
      let checks: readonly Check[] = [];
      await eventually(async () => {
        checks = await examine(stack.config, new Date(), 'quick');
        return checks.filter(({ name, verdict }) => name === 'cases' && verdict === 'finding').length === 2;
      });
      const found = checks.filter(({ name }) => name === 'cases').map(({ found: text }) => text);
      expect(found).toEqual(
        expect.arrayContaining([
          expect.stringContaining('workflow-task: removal/k_task'),
          expect.stringContaining('digest-clash: removal/k_activity'),
        ]),
      );
      expect(verdicts(checks)['worker']).toBe('ok');
    });
  });
});

describe('clearsite doctor where services are away', () => {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-doctor-'));
  let command: string;
  let silent: Server;
  beforeAll(async () => {
    command = await builtCommand();
    // Takes connections and never says a word, as a firewall or a hung server does.
    silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  }, 120_000);
  afterAll(() => {
    silent.close();
    rmSync(home, { recursive: true, force: true });
  });

  const port = (): number => (silent.address() as AddressInfo).port;
  const cases: readonly (readonly [string, () => Record<string, string>])[] = [
    ['none is named', () => ({})],
    [
      'they refuse',
      () => ({
        DATABASE_URL: 'postgresql://u:geheim@127.0.0.1:1/x',
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        SMTP_URL: 'smtp://127.0.0.1:1',
      }),
    ],
    [
      'they take the connection and stay silent',
      () => ({
        DATABASE_URL: `postgresql://u:geheim@127.0.0.1:${port()}/x`,
        TEMPORAL_ADDRESS: `127.0.0.1:${port()}`,
        SMTP_URL: `smtp://127.0.0.1:${port()}`,
      }),
    ],
  ];

  test.each(cases)('where %s, it ends with 3 within 10 s and says for each what to do', async (_, environment) => {
    const begun = Date.now();
    const { code, stdout } = await run(command, ['doctor', '--json'], { CLEARSITE_HOME: home, ...environment() });
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(code).toBe(3);
    const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
    expect(verdicts(checks)).toMatchObject({ register: 'missing', temporal: 'missing', mail: 'missing' });
    for (const { verdict, todo } of checks) if (verdict === 'missing') expect(todo).toMatch(/clearsite up|is right/);
    expect(stdout).not.toContain('geheim');
  });

  test('a variable that is set wrong is bad usage: 2, naming it and not showing it', async () => {
    const { code, stdout } = await run(command, ['doctor', '--json'], { CLEARSITE_HOME: home, DATABASE_URL: 'geheim' });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'config-invalid' } });
    expect(stdout).not.toContain('geheim');
  });
});
