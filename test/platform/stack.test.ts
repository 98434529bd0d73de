import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { readdirSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { startStack, type TestStack } from '../support/stack';

describe('the stack that tests run on', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack();
  }, 600_000);
  afterAll(() => stack.stop());

  test('has a migrated, empty register', async () => {
    const client = new Client({ connectionString: stack.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS n FROM devices');
    await client.end();
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('has a namespace with our search attributes', async () => {
    const connection = await Connection.connect({ address: stack.temporal.address });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: stack.temporal.namespace,
    });
    await connection.close();
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(['ClearsiteStage', 'ClearsiteDepartment', 'ClearsiteProgramme']),
    );
  });

  test('receives mail', async () => {
    const mailer = createTransport(stack.smtpUrl);
    await mailer.sendMail({ from: 'a@example.test', to: 'b@example.test', subject: 'Hello', text: 'there' });
    mailer.close();
    expect(readdirSync(stack.mailFolder).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
  });
});
