import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderBlocks } from '../../app/policy-holders';
import { parsePolicy, policyDigest, readPolicyFile } from '../../app/policy-file';
import { type FileProblem } from '../../app/policy-problems';
import { canonicalJson } from '../../domain/canonical';
import { DEFAULT_LADDER } from '../../domain/policy/defaults';
import { Failure } from '../../domain/errors';
import { edited, SMALL, UK_FILE, UK_TEXT, US_FILE } from '../support/policies';

const ROW = 'source: us, date: 2026-01-01, confidence: high';
const PROVENANCE = { source: 'Ourselves', date: '2026-01-01', confidence: 'high' };

/** A section that says one thing about the calendar. */
function calendar(line: string): string {
  return `calendar:\n  ${line}\n  ${ROW.replaceAll(', ', '\n  ')}\n`;
}

function failureOf(text: string): Failure {
  try {
    parsePolicy(text, 'rules.yaml');
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

function problemsOf(text: string): readonly FileProblem[] {
  return failureOf(text).details['problems'] as readonly FileProblem[];
}

/** Line and column, from 1, of a piece of text. */
function placeOf(text: string, piece: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

describe('a policy file', () => {
  test.each([
    ['the shipped one', UK_FILE],
    ['another country’s', US_FILE],
  ])('%s can be used, and every holder that it lists has blocks in the IEEE registry', async (_which, file) => {
    const policy = await readPolicyFile(file);
    expect(policy.vendors.length).toBeGreaterThan(0);
    expect(holderBlocks(policy).filter(({ blocks }) => blocks === 0)).toEqual([]);
  });

  test('every row of the shipped one says its source, the date and how sure it is', async () => {
    const rows: object[] = [];
    const collect = (node: unknown): void => {
      if (node === null || typeof node !== 'object') return;
      if ('confidence' in node) rows.push(node);
      Object.values(node).forEach(collect);
    };
    const policy = await readPolicyFile(UK_FILE);
    collect(policy);
    const lists = [
      policy.deviceTypes,
      policy.vendors,
      policy.vendors.flatMap(({ subsidiaries }) => subsidiaries),
      policy.rebrands,
      policy.falseFriends,
      policy.ouis,
      policy.modelPatterns,
    ];
    // Besides the lists: the calendar, the cease date, three classes of sites, budgets, deadlines, extensions, exceptions, ladder, RAG and mail.
    expect(rows).toHaveLength(lists.flat().length + 12);
    for (const row of rows) {
      expect(row).toMatchObject({
        source: expect.stringMatching(/.{10}/),
        date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        confidence: expect.stringMatching(/^(high|medium|low)$/),
      });
    }
  });

  test('says only what it must: zone, calendar, ladder, thresholds and what mail names have defaults', () => {
    expect(parsePolicy(SMALL, 'small.yaml')).toMatchObject({
      zone: 'Europe/London',
      calendar: { closeOfDay: '17:00', startOfDay: '08:00', add: [], remove: [] },
      ladder: DEFAULT_LADDER,
      mail: { revealAssets: true, revealSites: false, revealMakes: false },
      rag: { amberWithinDays: 10 },
      vendors: [{ id: 'acme', aliases: [], subsidiaries: [], source: 'Ourselves' }],
      rebrands: [],
    });
  });

  test('the default ladder goes from two reminders to the SRO and never ends', () => {
    expect(DEFAULT_LADDER.rungs.map(({ days, to }) => [days, ...to])).toEqual([
      [-10, 'task-owner'],
      [-3, 'task-owner'],
      [0, 'task-owner'],
      [1, 'task-owner', 'security-officer'],
      [3, 'head'],
      [5, 'programme-manager'],
      [10, 'sro'],
    ]);
    expect(DEFAULT_LADDER.thenEvery).toEqual({ days: 5, to: 'everyone-told' });
  });

  test('has a digest of what it says, not of how it is laid out', () => {
    const digest = (text: string) => policyDigest(parsePolicy(text, 'small.yaml'));
    const relaid = edited(`# a comment\n${SMALL}`, 'sources: { us: Ourselves }', 'sources:\n  us: "Ourselves"');
    expect(digest(relaid)).toBe(digest(SMALL));
    expect(digest(SMALL.replaceAll('us:', 'we:').replaceAll('source: us', 'source: we'))).toBe(digest(SMALL));
    expect(digest(edited(SMALL, 'assess: 1', 'assess: 2'))).not.toBe(digest(SMALL));
  });

  test('keeps its digest when a release brings a section that it does not speak of, and has another once it does', () => {
    const small = parsePolicy(SMALL, 'small.yaml');
    const {
      calendar: _c,
      deadlines: _d,
      extensions: _x,
      exceptions: _e,
      ladder: _l,
      rag: _r,
      mail: _m,
      ...own
    } = small;
    expect(policyDigest(small)).toBe(createHash('sha256').update(canonicalJson(own)).digest('hex'));
    const digests = [
      `calendar: { closeOfDay: '16:00', ${ROW} }`,
      `deadlines: { upgradeMarginDays: 1, orderLeadDays: 1, ${ROW} }`,
      `mail: { revealSites: false, revealMakes: false, ${ROW} }`,
      `mail: { revealSites: false, revealMakes: false, capPerDay: 2, ${ROW} }`,
    ].map((section) => policyDigest(parsePolicy(`${SMALL}${section}\n`, 'small.yaml')));
    expect(new Set([...digests, policyDigest(small)]).size).toBe(5);
  });

  test('says which days are working days, and when they begin and close', () => {
    const text = `${SMALL}calendar:
  closeOfDay: 16:30
  add: [{ on: 2026-12-24, name: Office closed, ${ROW} }]
  remove: [{ on: 2026-06-15, nation: scotland, name: World Cup, ${ROW} }]
  ${ROW.replaceAll(', ', '\n  ')}
`;
    expect(parsePolicy(text, 'small.yaml').calendar).toEqual({
      closeOfDay: '16:30',
      startOfDay: '08:00',
      add: [{ on: '2026-12-24', nation: null, name: 'Office closed', ...PROVENANCE }],
      remove: [{ on: '2026-06-15', nation: 'scotland', name: 'World Cup', ...PROVENANCE }],
      ...PROVENANCE,
    });
  });

  test('the calendar that the shipped file explains can be used as it stands there', () => {
    const lines = UK_TEXT.split('\n');
    const at = lines.indexOf('# calendar:');
    const end = lines.indexOf('', at);
    const shown = lines.slice(at, end).map((line) => line.replace(/^# /, ''));
    const { calendar } = parsePolicy([...lines.slice(0, at), ...shown, ...lines.slice(end)].join('\n'), 'uk.yaml');
    expect(calendar).toMatchObject({ closeOfDay: '17:00', startOfDay: '08:00', add: [{}], remove: [{}] });
  });
});

describe('a wrong policy file names line, column and field', () => {
  test.each([
    [
      'a missing key',
      'confidence: high }\nsiteClasses',
      '}\nsiteClasses',
      '{ from',
      'ceaseDeployment.confidence',
      /missing/,
    ],
    ['an unknown key', 'title: A small policy', 'title: A small policy\ntitel: x', 'titel', 'titel', /no key "titel"/],
    [
      'an unknown key of a row',
      'id: acme, name',
      'id: acme, nmae: x, name',
      'nmae',
      'vendors[0].nmae',
      /no key "nmae"/,
    ],
    [
      'an unknown word',
      'removalDate: null',
      'removalDate: never',
      'never',
      'siteClasses.not-sensitive.removalDate',
      /YYYY-MM-DD/,
    ],
    [
      'a confidence that is none',
      'high }\n  not-sensitive',
      'sure }\n  not-sensitive',
      'sure',
      'siteClasses.sensitive.confidence',
      /words/,
    ],
    ['a date that is none', 'from: 2026-01-01', 'from: 2026-02-30', '2026-02-30', 'ceaseDeployment.from', /YYYY-MM-DD/],
    ['a number where days are', 'assess: 1', 'assess: soon', 'soon', 'stageBudgets.days.assess', /number/],
    ['days below nought', 'assess: 1', 'assess: -1', '-1', 'stageBudgets.days.assess', /size/],
    ['a version without quotes', "version: '1'", 'version: 1', '1\ntitle', 'version', /quotes/],
    ['an id with capitals', 'id: small', 'id: Small', 'Small', 'id', /lower-case/],
    [
      'no vendor',
      '  - { id: acme, name: Acme Cameras, source: us, date: 2026-01-01, confidence: high }\n',
      '  []\n',
      '[]',
      'vendors',
      /size/,
    ],
    [
      'an unknown source',
      'id: acme, name: Acme Cameras, source: us',
      'id: acme, name: Acme Cameras, source: them',
      'them',
      'vendors[0].source',
      /No source/,
    ],
    [
      'an unknown zone',
      'title: A small policy',
      'title: A small policy\nzone: Europe/Londinium',
      'Europe/Londinium',
      'zone',
      /no time zone/,
    ],
    [
      'unassessed sites out of scope',
      'unassessed: { scope: in',
      'unassessed: { scope: out',
      'out, removalDate: 2027',
      'siteClasses.unassessed.scope',
      /out of scope/,
    ],
    [
      'dates in the wrong order',
      'scope: in, removalDate: 2027-01-01',
      'scope: in, removalDate: 2025-12-31',
      '2025-12-31',
      'siteClasses.sensitive.removalDate',
      /before 2026-01-01/,
    ],
  ])('%s', (_what, piece, replacement, where, path, message) => {
    const text = edited(SMALL, piece, replacement);
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      ...placeOf(text, where),
      path,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    });
  });

  const row = 'source: us, date: 2026-01-01, confidence: high';

  test.each([
    ['two vendors of one id', `  - { id: acme, name: Otherwise, ${row} }\n`, 'vendors[1].id', /id "acme"/],
    [
      'an alias that is another vendor’s name',
      `  - { id: two, name: Two Ltd, aliases: [ACME-CAMERAS Ltd], ${row} }\n`,
      'vendors[1].aliases[0]',
      /reads the same as "Acme Cameras" of vendor acme/,
    ],
    [
      'an alias that is its own name',
      `  - { id: two, name: Twofold, aliases: ["Twofold, Inc."], ${row} }\n`,
      'vendors[1].aliases[0]',
      /reads the same/,
    ],
    [
      'a brand that is a vendor',
      `rebrands:\n  - { brand: acme cameras, vendor: acme, ${row} }\n`,
      'rebrands[0].brand',
      /reads the same/,
    ],
    [
      'a name that is too short',
      `rebrands:\n  - { brand: LG, vendor: acme, ${row} }\n`,
      'rebrands[0].brand',
      /too short/,
    ],
    [
      'a name of common words',
      `rebrands:\n  - { brand: Security Camera, vendor: acme, ${row} }\n`,
      'rebrands[0].brand',
      /common words/,
    ],
    [
      'a brand of no vendor',
      `rebrands:\n  - { brand: Brandy, vendor: nobody, ${row} }\n`,
      'rebrands[0].vendor',
      /No vendor has the id "nobody"/,
    ],
    [
      'a false friend that is a vendor',
      `falseFriends:\n  - { name: Acme Cameras Technology, ${row} }\n`,
      'falseFriends[0].name',
      /stays covered/,
    ],
    [
      'a holder of no vendor',
      `ouis:\n  - { organisation: Acme, vendor: nobody, ${row} }\n`,
      'ouis[0].vendor',
      /No vendor/,
    ],
    [
      'a holder that is a town',
      `ouis:\n  - { organisation: Hangzhou, vendor: acme, ${row} }\n`,
      'ouis[0].organisation',
      /names no company/,
    ],
    [
      'a holder listed twice',
      `ouis:\n  - { organisation: Acme, vendor: acme, ${row} }\n  - { organisation: ACME, vendor: acme, ${row} }\n`,
      'ouis[1].organisation',
      /twice/,
    ],
    [
      'a pattern that matches all',
      `modelPatterns:\n  - { pattern: "A*", vendor: acme, ${row} }\n`,
      'modelPatterns[0].pattern',
      /too much/,
    ],
    [
      'a regular expression',
      `modelPatterns:\n  - { pattern: "^ABC.*", vendor: acme, ${row} }\n`,
      'modelPatterns[0].pattern',
      /regular expression/,
    ],
    [
      'a pattern of stars',
      `modelPatterns:\n  - { pattern: "A*B*C*D*", vendor: acme, ${row} }\n`,
      'modelPatterns[0].pattern',
      /too many stars/,
    ],
    [
      'a pattern listed twice',
      `modelPatterns:\n  - { pattern: ABC-*, vendor: acme, ${row} }\n  - { pattern: abc*, vendor: acme, ${row} }\n`,
      'modelPatterns[1].pattern',
      /twice/,
    ],
    [
      'a device type listed twice',
      `deviceTypes:\n  - { type: camera, synonyms: [Cameras], scope: in, ${row} }\n`,
      'deviceTypes[0].synonyms[0]',
      /reads the same/,
    ],
    [
      'a ladder that goes back',
      `ladder:\n  rungs: [{ days: 3, to: [head] }, { days: 1, to: [sro] }]\n  thenEvery: { days: 5, to: everyone-told }\n  ${row.replaceAll(', ', '\n  ')}\n`,
      'ladder.rungs[1].days',
      /follows/,
    ],
    [
      'a ladder that ends early',
      `ladder:\n  rungs: [{ days: -3, to: [head] }]\n  thenEvery: { days: 5, to: everyone-told }\n  ${row.replaceAll(', ', '\n  ')}\n`,
      'ladder.rungs',
      /ends before/,
    ],
    [
      'a ladder to nobody known',
      `ladder:\n  rungs: [{ days: 3, to: [king] }]\n  thenEvery: { days: 5, to: everyone-told }\n  ${row.replaceAll(', ', '\n  ')}\n`,
      'ladder.rungs[0].to[0]',
      /words/,
    ],
    [
      'a ladder that goes quiet',
      `ladder:\n  rungs: [{ days: 3, to: [head] }]\n  thenEvery: { days: 0, to: everyone-told }\n  ${row.replaceAll(', ', '\n  ')}\n`,
      'ladder.thenEvery.days',
      /size/,
    ],
    ['hours in the wrong order', calendar(`startOfDay: '18:00'`), 'calendar.closeOfDay', /cannot start at 18:00/],
    ['a time that is none', calendar(`closeOfDay: '24:00'`), 'calendar.closeOfDay', /HH:MM/],
    ['a time without quotes and colon', calendar('closeOfDay: 17'), 'calendar.closeOfDay', /text/],
    [
      'a day off that is none',
      calendar(`add: [{ on: 2026-02-30, name: x, ${ROW} }]`),
      'calendar.add[0].on',
      /YYYY-MM-DD/,
    ],
    [
      'a day off at a weekend',
      calendar(`add: [{ on: 2026-11-28, name: x, ${ROW} }]`),
      'calendar.add[0].on',
      /Saturday/,
    ],
    [
      'a weekend as a working day',
      calendar(`remove: [{ on: 2026-11-29, name: x, ${ROW} }]`),
      'calendar.remove[0].on',
      /Sunday/,
    ],
    [
      'a nation that is none',
      calendar(`add: [{ on: 2026-11-27, nation: wales, name: x, ${ROW} }]`),
      'calendar.add[0].nation',
      /words/,
    ],
    [
      'a day off without a source',
      calendar('add: [{ on: 2026-11-27, name: x, date: 2026-01-01, confidence: high }]'),
      'calendar.add[0].source',
      /missing/,
    ],
    [
      'a day off that all have already',
      calendar(`add: [{ on: 2026-11-27, name: x, ${ROW} }, { on: 2026-11-27, nation: scotland, name: y, ${ROW} }]`),
      'calendar.add[1].on',
      /stands under add already/,
    ],
    [
      'a day both added and removed',
      calendar(`add: [{ on: 2026-11-27, name: x, ${ROW} }]\n  remove: [{ on: 2026-11-27, name: y, ${ROW} }]`),
      'calendar.remove[0].on',
      /stands under add already/,
    ],
    ['a key of a later version', 'disposal: {}\n', 'disposal', /no key "disposal"/],
    [
      'limits that are not numbers of days',
      `extensions: { longestDays: soon, most: 2, ${ROW} }\n`,
      'extensions.longestDays',
      /number/,
    ],
  ])('%s', (_what, rows, path, message) => {
    const problems = problemsOf(SMALL + rows);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      path,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    });
    expect(problems[0]!.line).toBeGreaterThan(SMALL.trimEnd().split('\n').length);
  });

  test('all at once, in the order of the file, and the sentence lists them', () => {
    const text = edited(
      edited(edited(SMALL, 'from: 2026-01-01', 'from: soon'), 'assess: 1', 'assess: x'),
      'id: acme',
      'id: ACME',
    );
    const failure = failureOf(text);
    expect(failure).toMatchObject({
      code: 'policy-invalid',
      exit: 2,
      message: expect.stringContaining('rules.yaml has 3 problems'),
    });
    expect(problemsOf(text).map(({ path }) => path)).toEqual([
      'ceaseDeployment.from',
      'stageBudgets.days.assess',
      'vendors[0].id',
    ]);
    expect(failure.message).toContain(
      `line ${placeOf(text, 'ACME').line}, column ${placeOf(text, 'ACME').column}, vendors[0].id:`,
    );
  });

  test.each([
    ['nothing', ''],
    ['a list', '- 1\n- 2\n'],
    ['a bracket that is never closed', 'id: [a, b\n'],
    ['a tab as indentation', 'id:\n\t- a\n'],
    ['a key twice', `${SMALL}id: again\n`],
    ['two documents', `${SMALL}---\n${SMALL}`],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    ],
    ['nesting without end', '['.repeat(100_000)],
    ['an unknown tag that would run code', 'id: !!js/function "function () {}"\n'],
  ])('%s is refused with a place and no stack', (_what, text) => {
    for (const { line, column, message } of problemsOf(text)) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message).not.toMatch(/\bat .*:\d+:\d+/);
    }
  });

  test('whatever its text: a policy or a Failure, nothing else', () => {
    const lines = UK_TEXT.split('\n');
    const damaged = fc
      .tuple(fc.nat(lines.length - 1), fc.oneof(fc.string(), fc.constantFrom('- ', '  x: 1', '{', '&a', '*a', 'id: 1')))
      .map(([at, line]) => lines.with(at, line).join('\n'));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged), (text) => {
        try {
          parsePolicy(text, 'any.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a file that is no policy file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clearsite-policy-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['missing', null, 'file-not-readable', /no such file/],
    ['binary', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'policy-invalid', /not UTF-8/],
    ['larger than any policy', Buffer.alloc(3 * 1024 * 1024, 'a'), 'policy-invalid', /larger than 2 MiB/],
    ['with NUL bytes', Buffer.from('id: a\0b\n'), 'policy-invalid', /problem/],
  ])('%s: exit 2 and what to do', async (name, content, code, message) => {
    const path = join(folder, `${name}.yaml`);
    if (content !== null) writeFileSync(path, content);
    await expect(readPolicyFile(path)).rejects.toMatchObject({
      code,
      exit: 2,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  test('a folder: exit 2', async () => {
    await expect(readPolicyFile(folder)).rejects.toMatchObject({ code: 'file-not-readable', exit: 2 });
  });
});
