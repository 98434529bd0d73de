import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { oracleCases } from '../support/due-oracle';
import { SMALL } from '../support/policies';
import { type Ran, runCli } from '../support/run-cli';
import { builtCommand } from '../support/stack';

let command: string;
const folder = mkdtempSync(join(tmpdir(), 'clearsite-calendar-'));
// A folder without anything running in it: no service is needed, and none is started.
const NOWHERE = { CLEARSITE_HOME: join(folder, 'home') };

beforeAll(async () => {
  command = await builtCommand();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function due(...args: readonly string[]): Promise<Ran> {
  return runCli(command, ['calendar', 'due', ...args], NOWHERE);
}

/** Runs the batch on standard input. `lines` of output are read; then its reader goes. */
function piped(input: Iterable<string>, args: readonly string[], env = {}, lines = Infinity): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, 'calendar', 'due', ...args], {
      env: { ...process.env, ...NOWHERE, ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString('utf8');
      if (stdout.split('\n').length > lines) child.stdout.destroy();
    });
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')));
    // What it no longer reads is no error of this test.
    child.stdin.on('error', () => undefined);
    Readable.from(input).pipe(child.stdin);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function parsed(stdout: string): readonly Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ONE = ['--start', '2026-12-23T10:00:00Z', '--working-days', '2', '--nation', 'england-and-wales'];
const CASE = { start: '2026-11-23T08:00:00Z', workingDays: 9, nation: 'england-and-wales' };
const DUE = '2026-12-04T17:00:00.000Z';

describe('one case', () => {
  test('says the due date in words and which days were passed over', async () => {
    const { code, stdout } = await due(...ONE);
    expect(stdout).toBe(
      [
        'Due on Tuesday 29 December 2026 at 17:00 (Europe/London): 2 working days after Wednesday 23 December 2026.',
        'Passed over (england-and-wales):',
        '  Fri 25 Dec 2026  Christmas Day',
        '  Sat 26 Dec 2026  Saturday',
        '  Sun 27 Dec 2026  Sunday',
        '  Mon 28 Dec 2026  Boxing Day (substitute day)',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  test('is one document with --json', async () => {
    const { code, stdout, stderr } = await due(...ONE, '--json');
    expect(JSON.parse(stdout)).toEqual({
      start: '2026-12-23T10:00:00Z',
      workingDays: 2,
      nation: 'england-and-wales',
      zone: 'Europe/London',
      due: '2026-12-29T17:00:00.000Z',
      date: '2026-12-29',
      passedOver: [
        { date: '2026-12-25', name: 'Christmas Day' },
        { date: '2026-12-26', name: 'Saturday' },
        { date: '2026-12-27', name: 'Sunday' },
        { date: '2026-12-28', name: 'Boxing Day (substitute day)' },
      ],
    });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('counts back, and zero is the day or the next one on which people work', async () => {
    const back = await due('--start', '2026-11-23T10:00:00Z', '--working-days', '-1', '--nation', 'scotland');
    expect(back.stdout).toContain(
      'Due on Friday 20 November 2026 at 17:00 (Europe/London): 1 working day before Monday',
    );
    const zero = await due('--start', '2026-11-21T10:00:00Z', '--working-days', '0', '--nation', 'scotland', '--json');
    expect(JSON.parse(zero.stdout)).toMatchObject({
      date: '2026-11-23',
      passedOver: [{ date: '2026-11-21' }, { date: '2026-11-22' }],
    });
  });

  test('hours and days come from the policy, and the zone from it or from --zone', async () => {
    const policy = file(
      'closed.yaml',
      `${SMALL}zone: America/New_York
calendar:
  closeOfDay: 16:30
  add:
    - { on: 2026-11-24, name: Office closed, source: us, date: 2026-01-01, confidence: high }
  source: us
  date: 2026-01-01
  confidence: high
`,
    );
    const args = ['--start', '2026-11-23T10:00:00Z', '--working-days', '1', '--nation', 'scotland', '--json'];
    const own = await due(...args, '--policy', policy);
    expect(JSON.parse(own.stdout)).toMatchObject({
      zone: 'America/New_York',
      due: '2026-11-25T21:30:00.000Z',
      passedOver: [{ date: '2026-11-24', name: 'Office closed' }],
    });
    const zoned = await due(...args, '--policy', policy, '--zone', 'Europe/London');
    expect(JSON.parse(zoned.stdout)).toMatchObject({ zone: 'Europe/London', due: '2026-11-25T16:30:00.000Z' });
  });

  test.each([
    [
      'a start without an offset',
      ['--start', '2026-12-23T10:00:00', '--working-days', '1', '--nation', 'scotland'],
      'bad-instant',
    ],
    [
      'a date beyond the calendar',
      ['--start', '2060-12-23T10:00:00Z', '--working-days', '1', '--nation', 'scotland'],
      'beyond-calendar',
    ],
    ['a fraction', ['--start', '2026-12-23T10:00:00Z', '--working-days', '1.5', '--nation', 'scotland'], 'bad-usage'],
    ['an unknown nation', ['--start', '2026-12-23T10:00:00Z', '--working-days', '1', '--nation', 'wales'], 'bad-usage'],
    ['an unknown zone', [...ONE, '--zone', 'Europe/Nowhere'], 'bad-zone'],
    ['a case that lacks something', ['--start', '2026-12-23T10:00:00Z'], 'bad-usage'],
    ['a case and a file', [...ONE, 'cases.jsonl'], 'bad-usage'],
    ['a policy that is not there', [...ONE, '--policy', join(folder, 'none.yaml')], 'file-not-readable'],
  ])('%s is refused with 2', async (_what, args, error) => {
    const { code, stdout } = await due(...args, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: error } });
  });
});

describe('a batch', () => {
  const line = JSON.stringify(CASE);

  test.each([
    ['a file', (path: string) => due(path)],
    ['standard input as -', () => piped([`${line}\n`], ['-'])],
    ['standard input without a word', () => piped([`${line}\n`], [])],
    ['and --json changes nothing', (path: string) => due(path, '--json')],
  ])('from %s adds "due" to each line', async (_how, run) => {
    const { code, stdout, stderr } = await run(file('one.jsonl', `${line}\n`));
    expect(stdout).toBe(`${line.slice(0, -1)},"due":"${DUE}"}\n`);
    expect(stderr).toBe('1 due date; 0 lines refused.\n');
    expect(code).toBe(0);
  });

  test('bad lines say what is wrong in their place, lose nothing else, and the end is 1', async () => {
    const bad = (changes: object): string => JSON.stringify({ ...CASE, id: 'x', ...changes });
    const lines = [
      '\uFEFF{"id": 12345678901234567890, "start":"2026-11-23T08:00:00Z","workingDays":9,"nation":"england-and-wales"}\r',
      '',
      'nonsense',
      '[1, 2]',
      bad({ start: '2026-11-23T08:00:00' }),
      bad({ start: 20261123 }),
      bad({ workingDays: 1.5 }),
      bad({ workingDays: '9' }),
      bad({ workingDays: 1e21 }),
      bad({ workingDays: 100_000 }),
      bad({ nation: 'wales' }),
      bad({ nation: undefined }),
      bad({ start: '2051-06-01T00:00:00Z', line: 'mine', error: 'mine' }),
      '{}',
      'L' + 'o'.repeat(3_000_000) + 'ng',
      bad({ due: 'never', id: 'é' }),
    ];
    const text = Buffer.concat([
      Buffer.from(lines.join('\n')),
      Buffer.from('\n\xff\xfe\n', 'latin1'),
      Buffer.from(line),
    ]);
    const { code, stdout, stderr } = await due(file('bad.jsonl', text));
    const answers = parsed(stdout);
    expect(stdout.split('\n')[0]).toContain('"id": 12345678901234567890,');
    expect(answers.map((one) => (one['error'] as { code: string } | undefined)?.code ?? one['due'])).toEqual([
      DUE,
      'not-json',
      'not-json',
      'bad-instant',
      'bad-instant',
      'bad-number',
      'bad-number',
      'bad-number',
      'beyond-calendar',
      'unknown-nation',
      'unknown-nation',
      'beyond-calendar',
      'bad-instant',
      'line-too-long',
      DUE,
      'not-utf8',
      DUE,
    ]);
    expect(answers.filter((one) => 'error' in one).map((one) => one['line'])).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17,
    ]);
    expect(answers[3]).toMatchObject({ line: 5, ...CASE, start: '2026-11-23T08:00:00', id: 'x' });
    expect(answers[3]!['error']).toEqual({
      code: 'bad-instant',
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect(answers[14]).toMatchObject({ id: 'é', due: DUE });
    expect(stderr).toBe('3 due dates; 14 lines refused.\n');
    expect(code).toBe(1);
  });

  test.each([
    ['that is not there', join(folder, 'none.jsonl')],
    ['that is a folder', folder],
  ])('from a file %s ends with 2', async (_what, path) => {
    const { code, stdout, stderr } = await due(path, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'file-not-readable' } });
    expect(stderr).toContain(path);
    expect(code).toBe(2);
  });

  test('of nothing is nothing', async () => {
    expect(await piped([''], ['-'])).toEqual({ code: 0, stdout: '', stderr: '0 due dates; 0 lines refused.\n' });
  });

  test('20,000 cases in one process are due when Python says', async () => {
    const cases = oracleCases().filter(({ zone }) => zone === 'Europe/London');
    const { code, stdout } = await due(file('oracle.jsonl', cases.map((one) => JSON.stringify(one)).join('\n')));
    expect(code).toBe(0);
    const answers = parsed(stdout);
    expect(answers).toHaveLength(20_000);
    expect(answers.filter((one) => one['due'] !== one['expected'])).toEqual([]);
    expect(answers.map(({ due: _due, ...rest }) => rest)).toEqual(cases);
  });

  describe('larger than memory', () => {
    const LINES = 150_000;
    const long = JSON.stringify({ ...CASE, note: 'n'.repeat(300) });
    function* many(): Generator<string> {
      for (let at = 0; at < LINES; at += 1_000) yield `${long}\n`.repeat(1_000);
    }
    let path = '';
    beforeAll(() => {
      path = file('many.jsonl', [...many()].join(''));
    });

    test('needs little of it', async () => {
      // Input and output are 125 MB: kept, they would not fit.
      const few = { NODE_OPTIONS: '--max-old-space-size=40' };
      const child = spawn(process.execPath, [command, 'calendar', 'due', path], {
        env: { ...process.env, ...NOWHERE, ...few },
      });
      let lines = 0;
      for await (const piece of child.stdout) lines += (piece as Buffer).toString('latin1').split('\n').length - 1;
      expect(lines).toBe(LINES);
    });

    test('ends without a word when its reader goes', async () => {
      const ran = await piped(many(), ['-'], {}, 10);
      expect(ran.stderr).toBe('');
      expect(ran.code).toBe(0);
      expect(ran.stdout.length).toBeLessThan(LINES * long.length);
    });
  });
});
