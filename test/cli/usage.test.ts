import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { action } from '../../cli/command';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand } from '../support/stack';

let command: string;
const home = mkdtempSync(join(tmpdir(), 'clearsite-usage-'));
const clearsite = (...args: string[]): Promise<Ran> => runCli(command, args, { CLEARSITE_HOME: home });

beforeAll(async () => {
  command = await builtCommand();
}, 600_000);

afterAll(() => rmSync(home, { recursive: true }));

describe('what is typed wrong', () => {
  test.each([
    ['an unknown command', ['nosuch'], "unknown command 'nosuch'"],
    ['an unknown option', ['cases', 'list', '--bogus'], "unknown option '--bogus'"],
    ['a choice that is none', ['cases', 'list', '--stage', 'x'], "argument 'x' is invalid"],
    ['a missing argument', ['cases', 'show'], "missing required argument 'id'"],
    ['a missing option', ['imports', 'undo', '1'], "required option '--reason"],
  ])('%s: exit 2, and with --json one document on stdout', async (_what, args, words) => {
    const plain = await clearsite(...args);
    expect({ code: plain.code, stdout: plain.stdout }).toEqual({ code: 2, stdout: '' });
    const { code, stdout } = await clearsite(...args, '--json');
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(error).toEqual({ code: 'bad-usage', message: expect.stringContaining(words), hint: expect.any(String) });
  });

  test('--version prints the version of the package, and --help ends with 0', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await clearsite('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect((await clearsite('cases', '--help')).code).toBe(0);
  });
});

describe('an error that nobody foresaw', () => {
  test('is exit 2, never the 1 of a negative answer, and one document with --json', async () => {
    const written = { stdout: '', stderr: '' };
    const { stdout, stderr } = process;
    const capture = (name: 'stdout' | 'stderr') => (chunk: string) => {
      written[name] += chunk;
      return true;
    };
    const before = { stdout: stdout.write, stderr: stderr.write, exitCode: process.exitCode };
    Object.assign(stdout, { write: capture('stdout') });
    Object.assign(stderr, { write: capture('stderr') });
    try {
      const broken = new Command('broken');
      action(broken, () => Promise.reject(new TypeError('nobody thought of this')));
      await broken.parseAsync(['node', 'broken', '--json']);
      expect(process.exitCode).toBe(2);
    } finally {
      Object.assign(stdout, { write: before.stdout });
      Object.assign(stderr, { write: before.stderr });
      process.exitCode = before.exitCode;
    }
    expect(JSON.parse(written.stdout)).toMatchObject({ error: { code: 'unexpected' } });
    expect(written.stderr).toContain('TypeError: nobody thought of this');
  });
});
