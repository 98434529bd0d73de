import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { makeServer } from '../../web/server';
import { startRegister, type TestRegister } from '../support/stack';

let register: TestRegister;
let services: Services;
let server: ReturnType<typeof makeServer>;

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
  server = makeServer(services);
});
afterAll(async () => {
  await server.close();
  await services.close();
  await register.stop();
});

test('a server that began while the register was away answers once it is there, without being started again', async () => {
  await letIn('false');
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
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
