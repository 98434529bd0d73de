import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { startRegister, type TestRegister } from '../support/stack';
import { startWeb, type TestWeb } from '../support/web';

let register: TestRegister;
let services: Services;
let web: TestWeb | undefined;

/** Lets the database take connections, or none, as if it were down. */
async function letIn(allowed: 'true' | 'false'): Promise<void> {
  const url = new URL(register.databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.toString() });
  await client.connect();
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`);
  await client.end();
}

beforeAll(async () => {
  register = await startRegister();
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
});
afterAll(async () => {
  await web?.stop();
  await services.close();
  await register.stop();
});

test('a server that began while the register was away answers once it is there, without being started again', async () => {
  await letIn('false');
  web = await startWeb(services);
  const address = web.url;
  const ask = async (): Promise<string> => {
    const answer = (await (await fetch(`${address}/readyz`)).json()) as { checks: { register: string } };
    return answer.checks.register;
  };
  expect(await ask()).toBe('register-unreachable');
  await letIn('true');
  expect(await ask()).toBe('ok');
  const first = await services.register();
  expect(await services.register()).toBe(first);
});
