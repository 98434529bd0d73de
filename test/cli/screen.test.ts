import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { US_FILE } from '../support/policies';
import { runCli } from '../support/run-cli';
import { builtCommand, startRegister, type TestRegister } from '../support/stack';

let command: string;
let home: string;

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCli(command, args, { CLEARSITE_HOME: home, ...environment });

const screenJson = async (...args: string[]) => {
  const { code, stdout: out } = await run(['screen', '--json', ...args]);
  return { code, answer: JSON.parse(out) as unknown };
};

beforeAll(async () => {
  command = await builtCommand();
  home = join(mkdtempSync(join(tmpdir(), 'clearsite-screen-')), 'home');
}, 600_000);

afterAll(() => rmSync(dirname(home), { recursive: true }));

describe('clearsite screen', () => {
  test.each([
    ['a covered device: block, exit 1', ['--make', 'Hikvision', '--model', 'DS-2CD2143G0-I'], 1, 'covered', 'block'],
    ['a suspect one: refer, exit 1', ['--make', 'Hikvison'], 1, 'suspect', 'refer'],
    ['an unknown make: refer, exit 1', ['--make', ''], 1, 'unknown-make', 'refer'],
    ['a clear one: allow, exit 0', ['--make', 'Axis', '--type', 'dome camera'], 0, 'clear', 'allow'],
    ['an address in any notation', ['--make', 'Axis', '--mac', '4419.B612.3456'], 1, 'suspect', 'refer'],
    ['a type out of scope', ['--make', 'Hikvision', '--type', 'bracket'], 1, 'covered', 'refer'],
    ['another policy', ['--make', 'ZTE', '--policy', US_FILE], 1, 'covered', 'block'],
  ])('%s', async (_sentence, args, code, result, decision) => {
    const screened = await screenJson(...args);
    expect(screened.code).toBe(code);
    expect(screened.answer).toEqual({ result, decision, reasons: expect.any(Array) });
    const { reasons } = screened.answer as { reasons: readonly object[] };
    for (const reason of reasons) expect(Object.keys(reason).sort()).toEqual(['rule', 'source', 'strength', 'text']);
  });

  test('says it in words to a person, with the source of each reason', async () => {
    const { code, stdout: out } = await run(['screen', '--make', 'Dahua', '--mac', '44-19-B6-00-00-01']);
    expect(code).toBe(1);
    expect(out).toMatch(/^Do not install this\.\n/);
    expect(out).toContain('44:19:b6');
    expect(out.match(/Source: /g)).toHaveLength(2);
  });

  test('needs no service and starts none: not even its home is made', async () => {
    expect((await run(['screen', '--make', 'Axis'])).code).toBe(0);
    expect(existsSync(home)).toBe(false);
  });

  test.each([
    [
      'a malformed address, and names the notations',
      ['--make', 'Axis', '--mac', '44:19:b6'],
      /"44:19:b6" is not a MAC address[^]*44-19-b6-00-00-01/,
    ],
    ['no make', ['--model', 'X'], /required option '--make/],
    ['a policy file that is not there', ['--make', 'Axis', '--policy', 'nowhere.yaml'], /no such file/],
    [
      'a policy file that is none',
      ['--make', 'Axis', '--policy', join(__dirname, 'screen.test.ts')],
      /line \d+, column \d+/,
    ],
    ['an option that it does not know', ['--make', 'Axis', '--colour', 'red'], /unknown option '--colour'/],
  ])('refuses %s with exit 2', async (_what, args, words) => {
    const { code, stderr: err } = await run(['screen', ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('with --site and no register: exit 3 and what to do', async () => {
    const { code, stdout: out } = await run(['screen', '--make', 'Axis', '--site', 'S-1', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'register-not-running', hint: expect.any(String) } });
  });
});

describe('clearsite screen --site', () => {
  let register: TestRegister;
  const site = (id: string, ...args: string[]) =>
    run(['screen', '--json', '--site', id, ...args], { DATABASE_URL: register.databaseUrl });

  beforeAll(async () => {
    register = await startRegister();
    const client = new Client({ connectionString: register.databaseUrl });
    await client.connect();
    await client.query(`INSERT INTO departments (department_id, name) VALUES ('D', 'Department')`);
    for (const sensitivity of ['sensitive', 'not-sensitive', 'unassessed']) {
      await client.query(
        `INSERT INTO sites (site_id, name, department_id, nation, sensitivity) VALUES ($1, $1, 'D', 'scotland', $1)`,
        [sensitivity],
      );
    }
    await client.end();
    expect((await run(['policy', 'apply', US_FILE], { DATABASE_URL: register.databaseUrl })).code).toBe(0);
  }, 600_000);

  afterAll(() => register.stop());

  test.each([
    ['the applied policy rules, not the shipped one', 'sensitive', 'ZTE', [], 'block'],
    ['what the applied policy does not list is clear', 'sensitive', 'Uniview', [], 'allow'],
    ['a policy that is named rules instead', 'sensitive', 'ZTE', ['--policy', 'shipped'], 'allow'],
    ['a site out of that policy’s scope is referred', 'not-sensitive', 'Hikvision', ['--policy', 'shipped'], 'refer'],
    ['a site that nobody has assessed is in scope', 'unassessed', 'Hikvision', ['--policy', 'shipped'], 'block'],
  ])('%s', async (_sentence, id, make, args, decision) => {
    const named = args.map((argument) =>
      argument === 'shipped' ? join(__dirname, '../../policy/uk-2022-visual-surveillance.yaml') : argument,
    );
    const { stdout: out } = await site(id, '--make', make, ...named);
    expect(JSON.parse(out)).toMatchObject({ decision });
  });

  test('a site that the register does not know: exit 2', async () => {
    const { code, stdout: out } = await site('nowhere', '--make', 'Axis');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'unknown-site' } });
  });
});
