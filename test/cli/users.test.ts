import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { PEOPLE, seedProgramme } from '../support/a-programme';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand, startRegister, type TestRegister } from '../support/stack';

let register: TestRegister;
let pool: Pool;
let command: string;

const as =
  (actor: string | null) =>
  (...args: readonly string[]): Promise<Ran> =>
    runCli(command, ['users', ...args], {
      DATABASE_URL: register.databaseUrl,
      PUBLIC_URL: 'http://127.0.0.1:3210',
      ...(actor === null ? {} : { CLEARSITE_ACTOR: actor }),
    });
const users = (...args: readonly string[]) => as(null)(...args);
const errorOf = ({ stdout }: Ran): string => (JSON.parse(stdout) as { error: { code: string } }).error.code;

beforeAll(async () => {
  command = await builtCommand();
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  await seedProgramme(pool);
}, 600_000);

afterAll(async () => {
  await pool?.end();
  await register?.stop();
});

describe('clearsite users', () => {
  test('list says how the first administrator is made', async () => {
    const { code, stdout } = await users('list');
    expect(code).toBe(0);
    expect(stdout).toContain('clearsite users grant EMAIL --role admin');
    expect(JSON.parse((await users('list', '--json')).stdout)).toEqual({ users: [] });
  });

  test('grant, list and revoke', async () => {
    const granted = await users('grant', 'ada@example.org', '--role', 'admin', '--name', 'Ada Example');
    expect(granted).toMatchObject({ code: 0, stderr: '' });
    expect(granted.stdout).toBe(
      'Ada Example (ada@example.org) has the role now: administrator of users, (everywhere).\n',
    );
    const again = await users('grant', 'ada@example.org', '--role', 'admin');
    expect(again.stdout).toContain('held it already');
    const byAda = await as('ada@example.org')(
      ...['grant', 'vic@example.org', '--role', 'viewer', '--department', 'D-AG', '--name', 'Vic Example', '--json'],
    );
    expect(JSON.parse(byAda.stdout)).toMatchObject({
      email: 'vic@example.org',
      outcome: 'granted',
      departmentId: 'D-AG',
    });
    const { stdout } = await users('list');
    expect(stdout).toMatch(/Ada Example +ada@example\.org +administrator of users +\(everywhere\) +\S+ +ops:/);
    expect(stdout).toMatch(/Vic Example +vic@example\.org +viewer +D-AG +\S+ +Ada Example/);
    expect(stdout).toContain('2 roles in all.');
    const revoked = await users('revoke', 'vic@example.org', '--role', 'viewer');
    expect(revoked).toMatchObject({ code: 0, stdout: 'Taken away from vic@example.org: viewer, D-AG.\n' });
  });

  test.each<[string, readonly string[], string | null, number, string]>([
    ['to oneself', ['grant', 'ada@example.org', '--role', 'auditor'], 'ada@example.org', 1, 'own-role'],
    [
      'by a programme manager',
      ['grant', 'n@example.org', '--role', 'viewer', '--name', 'N'],
      PEOPLE.manager.email,
      1,
      'not-allowed',
    ],
    ['without a name', ['grant', 'n@example.org', '--role', 'viewer'], null, 2, 'name-needed'],
    ['for no address', ['grant', 'n', '--role', 'viewer', '--name', 'N'], null, 2, 'bad-email'],
    [
      'of a role that comes with a post',
      ['grant', 'n@example.org', '--role', 'sro', '--name', 'N'],
      null,
      2,
      'bad-usage',
    ],
    ['of nothing', ['revoke', 'n@example.org'], null, 1, 'not-granted'],
    ['by a link, of a programme that is real', ['sign-in-link', PEOPLE.owner.email], null, 1, 'no-demonstration'],
  ])('refuses %s', async (_, args, actor, code, error) => {
    const ran = await as(actor)(...args, '--json');
    expect([ran.code, errorOf(ran)]).toEqual([code, error]);
  });

  test('sign-in-link prints a link in a demonstration, once alone on its line', async () => {
    await pool.query(`UPDATE programmes SET demo = true`);
    const { code, stdout } = await users('sign-in-link', PEOPLE.owner.email);
    expect(code).toBe(0);
    const [url, words] = stdout.split('\n');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3210\/sign-in\/link\/[\w-]{43}$/);
    expect(words).toMatch(/^Signs in Name of c_owner once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
    const json = JSON.parse((await users('sign-in-link', PEOPLE.owner.email, '--json')).stdout) as { url: string };
    expect(json.url).not.toBe(url);
    expect(errorOf(await users('sign-in-link', 'stranger@example.org', '--json'))).toBe('unknown-user');
  });

  test('sign-out says how many sessions it ended', async () => {
    const { stdout } = await users('sign-out', PEOPLE.owner.email);
    expect(stdout).toBe(`0 sessions of ${PEOPLE.owner.email} ended.\n`);
  });

  test('every sub-command has an example in its help', async () => {
    for (const name of ['list', 'grant', 'revoke', 'sign-out', 'sign-in-link'])
      expect((await users(name, '--help')).stdout).toMatch(/Examples?:\n {2}clearsite users/);
  });
});
