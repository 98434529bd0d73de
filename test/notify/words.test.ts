import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Role } from '../../domain/vocabulary';
import { clean, isMailable } from '../../notify/clean';
import { draft } from '../../notify/compose';
import { daysLate, readableDate } from '../../notify/dates';
import { type MailRow } from '../../notify/rows';
import { aCase, aRow, JO, NOW, rows, SETTING } from './a-message';

const LONDON = 'Europe/London';
const LATE = '2026-11-22T17:00:00.000Z';
const OLDER = '2026-11-14T17:00:00.000Z';
const TODAY = '2026-11-23T17:00:00.000Z';
const subject = (of: readonly MailRow[], now = NOW): string => draft(JO, of, now, SETTING).subject;
const text = (of: readonly MailRow[], setting = SETTING): string => draft(JO, of, NOW, setting).text;
const as = (role: Role, changes: Partial<MailRow> = {}): Partial<MailRow> => ({
  role,
  departmentId: role === 'programme-manager' || role === 'sro' ? null : 'D-1',
  ...changes,
});
const elsewhere = (number: number): MailRow =>
  aRow(number, as('sro', { kind: 'late', due: LATE, case: aCase(number, { departmentId: `D-${number}` }) }));
const dead = aRow(1, {
  kind: 'dead-address',
  case: null,
  stage: null,
  due: null,
  role: 'security-officer',
  unreachable: { name: 'Zoë', role: 'task-owner', email: 'zoe@example.org', reason: '550 5.1.1 no such user' },
});

describe('a subject says what is worst, counts in words and names nothing', () => {
  test.each<[string, MailRow[]]>([
    ['You have 1 task, next due Friday 4 December', rows(1)],
    ['You have 12 tasks, next due Friday 4 December', rows(12)],
    [
      'You have 3 tasks, next due Tuesday 24 November',
      [...rows(2), aRow(3, { kind: 'reminder', due: '2026-11-24T17:00:00.000Z' })],
    ],
    ['You have 1 task, next due Friday 8 January 2027', [aRow(1, { due: '2027-01-08T17:00:00.000Z' })]],
    ['You have 1 task', [aRow(1, { due: null })]],
    ['Due today: 1 task', rows(1, { kind: 'due-today', due: TODAY })],
    ['Due today: 3 tasks', [...rows(3, { kind: 'due-today', due: TODAY }), aRow(4)]],
    ['1 task is 1 day late', rows(1, { kind: 'late', due: LATE })],
    ['3 tasks are 1 day late', [...rows(3, { kind: 'late', due: LATE }), aRow(4, { due: TODAY })]],
    ['2 tasks are up to 9 days late', [aRow(1, { kind: 'late', due: LATE }), aRow(2, { kind: 'late', due: OLDER })]],
    ['Your department has 1 late task', rows(1, as('head', { kind: 'late', due: LATE }))],
    ['Your department has 3 late tasks', rows(3, as('security-officer', { kind: 'late', due: LATE }))],
    ['Your department has 2 tasks due today', rows(2, as('head', { kind: 'due-today', due: TODAY }))],
    ['Your department has 1 task, next due Friday 4 December', rows(1, as('head', { kind: 'reminder' }))],
    ['The programme has 2 late tasks in 1 department', rows(2, as('programme-manager', { kind: 'late', due: LATE }))],
    ['The programme has 3 late tasks in 3 departments', [elsewhere(1), elsewhere(2), elsewhere(3)]],
    ['1 task is 1 day late', [aRow(1, { kind: 'late', due: LATE }), aRow(2, as('head', { kind: 'late', due: OLDER }))]],
    ['1 task is 1 day late', rows(1, as('security-officer', { kind: 'late', stage: 'verify', due: LATE }))],
    ['Mail to 1 person cannot be delivered', [dead]],
    ['Mail to 1 person cannot be delivered', [dead, { ...dead, key: 'other' }]],
    ['You have 1 task, next due Friday 4 December', [dead, aRow(2)]],
    ['Correction: 2 tasks withdrawn', rows(2, { kind: 'correction' })],
    ['Correction to our earlier mail', [aRow(1, { kind: 'correction', case: null, stage: null, due: null })]],
  ])('%s', (words, of) => {
    expect(subject(of)).toBe(words);
  });

  test('whatever the rows, the words of the ladder and of fear are not in it', () => {
    const kinds = ['task', 'reminder', 'due-today', 'late', 'agreement', 'handover', 'correction'] as const;
    const row = fc.record({
      number: fc.integer({ min: 1, max: 30 }),
      kind: fc.constantFrom(...kinds),
      role: fc.constantFrom<Role>('task-owner', 'security-officer', 'head', 'programme-manager', 'sro'),
      stage: fc.constantFrom('assess', 'disconnect', 'schedule', 'remove', 'verify' as const),
      days: fc.integer({ min: -400, max: 400 }),
    });
    const made = fc
      .array(row, { minLength: 1, maxLength: 40 })
      .map((all) =>
        all.map(({ number, kind, role, stage, days }) =>
          aRow(number, as(role, { kind, stage, due: new Date(Date.parse(NOW) + days * 86_400_000).toISOString() })),
        ),
      );
    fc.assert(
      fc.property(made, fc.boolean(), (of, reveal) => {
        const setting = { ...SETTING, revealSites: reveal, revealMakes: reveal };
        const { subject: line, text: body, html } = draft(JO, of, NOW, setting);
        expect(line).not.toMatch(/urgent|escalat|safe|Hikvision|WHITEHALL|Admiralty|undefined|null|NaN|-\d/i);
        expect(line).not.toMatch(/\b1 (tasks|days|departments)\b|\b(?!1\b)\d+ (task|day|department)\b/);
        expect(body).not.toMatch(/urgent|escalat|\bsafe\b|undefined|NaN/i);
        expect(html).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a message says', () => {
  test('names references only, unless the policy lets it name sites or makes', () => {
    const plain = text(rows(1));
    expect(plain).toContain('k_00000000000000000000000000000001');
    for (const secret of ['Hikvision', 'DS-2CD', 'WHITEHALL', 'Admiralty']) expect(plain).not.toContain(secret);
    const sites = text(rows(1), { ...SETTING, revealSites: true });
    expect(sites).toContain('Old Admiralty Building');
    expect(sites).not.toContain('Hikvision');
    const assets = text(rows(1), { ...SETTING, revealAssets: true });
    expect(assets).toContain('MOD-WHITEHALL-CAM-1');
    expect(assets).not.toContain('k_00000000000000000000000000000001');
    const makes = text(rows(1), { ...SETTING, revealMakes: true });
    expect(makes).toContain('Hikvision DS-2CD2143');
    expect(makes).not.toContain('WHITEHALL');
  });

  test('puts the worst first, the recipient’s own before others’, and stages in their order', () => {
    const of = [
      aRow(1),
      aRow(2, { kind: 'late', stage: 'remove', due: LATE }),
      aRow(3, as('security-officer', { kind: 'late', due: OLDER })),
      aRow(4, { kind: 'late', stage: 'disconnect', due: LATE }),
      aRow(5, { kind: 'due-today', due: TODAY }),
      aRow(6, { kind: 'reminder', due: '2026-11-26T17:00:00.000Z' }),
    ];
    const body = text(of);
    const places = ['LATE\n', '(4', 'LATE IN YOUR DEPARTMENT', 'DUE TODAY', 'COMING UP', 'NEW\n'].map((words) =>
      body.indexOf(words.replace('(4', 'Take it off the core network (1 task)')),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(body.indexOf('Take it off the core network')).toBeLessThan(body.indexOf('Remove it ('));
  });

  test('says each task once: a task and two reminders that waited are one line, as late as it is now', () => {
    const of = [aRow(1), aRow(1, { kind: 'reminder', key: 'b' }), aRow(1, { kind: 'due-today', key: 'c' })];
    const body = draft(JO, of, '2026-12-09T09:00:00.000Z', SETTING);
    expect(body.subject).toBe('1 task is 5 days late');
    expect(body.text.match(/k_0+1/g)).toHaveLength(1);
  });

  test('counts what a long list leaves out', () => {
    const body = text(rows(60));
    expect(body.match(/k_/g)).toHaveLength(25);
    expect(body).toContain('… and 35 more');
    expect(body).toContain('Confirm what it is (60 tasks)');
  });

  test('says what is known of the make, that a site is not assessed yet, and where a task came from', () => {
    const of = [
      aRow(1, { case: aCase(1, { finding: 'suspect' }) }),
      aRow(2, { case: aCase(2, { finding: 'unknown-make', site: 'unassessed' }) }),
      aRow(3, { kind: 'handover', stage: 'disconnect' }),
    ];
    const body = text(of);
    expect(body).toContain('Check the make');
    expect(body).toContain('Make not known');
    expect(body.match(/has not been assessed yet/g)).toHaveLength(1);
    expect(body).toContain('Came to you from another department');
    expect(body.match(/Must be removed/g)).toBeNull();
  });

  test('asks the security officer to agree, and the owner to do nothing meanwhile', () => {
    const task = aCase(1, { proposal: 'waiting' });
    const officer = text([aRow(1, as('security-officer', { kind: 'agreement', case: task }))]);
    expect(officer).toContain('Agree that it is not on the list');
    expect(officer).toContain('record-assessment --result not-covered');
    const owner = text([aRow(1, { kind: 'late', due: LATE, case: task })]);
    expect(owner).not.toContain('To report it');
    expect(owner).toContain('You need not do this yourself');
  });

  test('tells people above what to do about others’ tasks, and gives them no command', () => {
    const body = text(rows(2, as('head', { kind: 'late', due: LATE, alsoTold: ['task-owner', 'security-officer'] })));
    expect(body).toContain('You need not do this yourself.');
    expect(body).not.toContain('clearsite cases act');
    expect(body).toContain('Also told: the task owner and the departmental security officer.');
    expect(body).toContain('You get this because you are recorded as head of department.');
  });

  test('says who else was told line by line where it differs', () => {
    const body = text([aRow(1, { alsoTold: ['head'] }), aRow(2)]);
    expect(body).toContain('    Also told: the head of department');
    expect(body).not.toContain('Also told: the head of department.');
  });

  test('tells the security officer whose address is dead, why, and what to do', () => {
    const body = text([dead]);
    for (const words of ['Zoë, task owner <zoe@example.org>', '550 5.1.1 no such user', 'clearsite contacts set'])
      expect(body).toContain(words);
  });
});

describe('dates', () => {
  test.each([
    ['2026-12-04T17:00:00.000Z', NOW, 'Friday 4 December'],
    ['2027-01-08T17:00:00.000Z', NOW, 'Friday 8 January 2027'],
    // Half past midnight by London's summer clock is the day before by UTC's.
    ['2026-06-30T23:30:00.000Z', NOW, 'Wednesday 1 July'],
    ['2026-12-31T23:30:00.000Z', '2027-01-01T09:00:00.000Z', 'Thursday 31 December 2026'],
  ])('%s is read as a person reads it', (instant, now, words) => {
    expect(readableDate(instant, now, LONDON)).toBe(words);
  });

  test.each([
    ['the same day, hours before', '2026-11-23T17:00:00.000Z', '2026-11-23T09:00:00.000Z', 0],
    ['the same day, hours after', '2026-11-23T09:00:00.000Z', '2026-11-23T23:00:00.000Z', 0],
    ['the next morning', '2026-11-23T17:00:00.000Z', '2026-11-24T09:00:00.000Z', 1],
    ['the evening before', '2026-11-24T17:00:00.000Z', '2026-11-23T21:00:00.000Z', -1],
    ['over the change to winter time', '2026-10-24T23:30:00.000Z', '2026-10-25T23:30:00.000Z', 1],
    ['a year', '2025-11-23T17:00:00.000Z', '2026-11-23T17:00:00.000Z', 365],
  ])('days late, %s', (_, due, now, days) => {
    expect(daysLate(due, now, LONDON)).toBe(days);
  });
});

describe('text from outside', () => {
  test('is one line without anything that ends a header or turns the reading order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
        const line = clean(value);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect([...line].length).toBeLessThanOrEqual(200);
        expect(() => encodeURIComponent(line)).not.toThrow();
        expect(clean(line)).toBe(line);
      }),
    );
  });

  test.each([
    ['jo@example.org', true],
    ['jo.o+x@sub.example.org', true],
    ['jö@exämple.org', true],
    ['a@b.example, c@d.example', false],
    ['<a@b.example>', false],
    ['a@b.example\r\nBcc: c@d.example', false],
    ['a@b@c.example', false],
    ['"a b"@c.example', false],
    ['a b@c.example', false],
    ['@c.example', false],
    ['', false],
  ])('%j as an address: %p', (address, mailable) => {
    expect(isMailable(address)).toBe(mailable);
  });
});
