import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Role } from '../../domain/vocabulary';
import { clean, isMailable } from '../../notify/clean';
import { draft } from '../../notify/compose';
import { distanceOf, distanceWords, readableDate, shortDate } from '../../domain/dates-for-people';
import { calendarFor } from '../support/calendars';
import { type News } from '../../domain/mail/news';
import { groupKey, linkedGroups, type Links, NO_LINKS, previewLinks, type TaskLink } from '../../notify/links';
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
  unreachable: {
    name: 'Zoë',
    role: 'task-owner',
    sentTo: 'person',
    email: 'zoe@example.org',
    reason: '550 5.1.1 no such user',
  },
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
    ['1 task is 1 working day late', rows(1, { kind: 'late', due: LATE })],
    ['3 tasks are 1 working day late', [...rows(3, { kind: 'late', due: LATE }), aRow(4, { due: TODAY })]],
    [
      '2 tasks are up to 6 working days late',
      [aRow(1, { kind: 'late', due: LATE }), aRow(2, { kind: 'late', due: OLDER })],
    ],
    ['Your department has 1 late task', rows(1, as('head', { kind: 'late', due: LATE }))],
    ['Your department has 3 late tasks', rows(3, as('security-officer', { kind: 'late', due: LATE }))],
    ['Your department has 2 tasks due today', rows(2, as('head', { kind: 'due-today', due: TODAY }))],
    ['Your department has 1 task, next due Friday 4 December', rows(1, as('head', { kind: 'reminder' }))],
    ['The programme has 2 late tasks in 1 department', rows(2, as('programme-manager', { kind: 'late', due: LATE }))],
    ['The programme has 3 late tasks in 3 departments', [elsewhere(1), elsewhere(2), elsewhere(3)]],
    [
      '1 task is 1 working day late',
      [aRow(1, { kind: 'late', due: LATE }), aRow(2, as('head', { kind: 'late', due: OLDER }))],
    ],
    ['1 task is 1 working day late', rows(1, as('security-officer', { kind: 'late', stage: 'verify', due: LATE }))],
    ['Mail to 1 person cannot be delivered', [dead]],
    ['Mail to 1 person cannot be delivered', [dead, { ...dead, key: 'other' }]],
    ['You have 1 task, next due Friday 4 December', [dead, aRow(2)]],
    ['Correction: 2 tasks withdrawn', rows(2, { kind: 'correction' })],
    ['Correction to our earlier mail', [aRow(1, { kind: 'correction', case: null, stage: null, due: null })]],
  ])('%s', (words, of) => {
    expect(subject(of)).toBe(words);
  });

  const news = (number: number, said: News, changes: Partial<MailRow> = {}): MailRow =>
    aRow(number, { kind: said.kind, key: `${said.kind}/${number}`, news: said, ...changes });
  const said: News = { kind: 'still-open', saidOn: '2026-03-03T10:00:00.000Z' };
  const wanted = (number: number, what: 'extension' | 'exception'): MailRow =>
    news(
      number,
      { kind: 'decision', what, wanted: '2027-01-08T17:00:00.000Z', reason: 'funding', requestId: `r_${number}` },
      as('programme-manager'),
    );
  const agreed: News = { kind: 'more-time-agreed', was: '2026-12-04T17:00:00.000Z', conditions: '' };
  const refused: News = { kind: 'more-time-refused', wanted: '2027-01-08T17:00:00.000Z', reason: 'no case made' };
  const NEXT = { due: '2026-12-11T17:00:00.000Z' };
  test.each<[string, MailRow[]]>([
    ['You said on 3 March that you were on this: still open', [news(1, said)]],
    ['You said on 3 March that you were on this: still open', [news(1, said, { due: LATE })]],
    ['You said on 3 March that you were on 2 tasks: still open', [news(1, said), news(2, said)]],
    ['2 tasks are 1 working day late', [news(1, said, { due: LATE }), aRow(2, { kind: 'late', due: LATE })]],
    ['1 decision for you', [wanted(1, 'extension')]],
    ['3 decisions for you', [wanted(1, 'extension'), wanted(2, 'exception'), wanted(3, 'extension'), elsewhere(4)]],
    ['1 task is 1 working day late', [wanted(1, 'extension'), aRow(2, { kind: 'late', due: LATE })]],
    ['More time agreed: now due 11 December', [news(1, agreed, NEXT)]],
    ['More time agreed for 2 tasks: now due 11 December', [news(1, agreed, NEXT), news(2, agreed, NEXT)]],
    ['More time agreed for 2 tasks', [news(1, agreed, NEXT), news(2, agreed)]],
    ['More time refused: still due 4 December', [news(1, refused)]],
    ['Answers to 2 requests', [news(1, agreed, NEXT), news(2, refused)]],
    [
      'Allowed to stay until 30 June 2027',
      [news(1, { kind: 'stay-agreed', until: '2027-06-30T16:00:00.000Z', renewals: 0 })],
    ],
    ['Not allowed to stay: still due 4 December', [news(1, { kind: 'stay-refused', reason: 'x' })]],
    [
      'Allowed to stay until 20 November: that time is over',
      [news(1, { kind: 'stay-ended', until: '2026-11-20T17:00:00.000Z' })],
    ],
    [
      '1 due date has moved: now due 11 December',
      [news(1, { kind: 'date-moved', was: '2026-12-04T17:00:00.000Z', reason: 'The upgrade moved.' }, NEXT)],
    ],
    [
      'You have 1 task, next due Friday 4 December',
      [aRow(1), news(2, { kind: 'date-moved', was: null, reason: '' }, NEXT)],
    ],
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
        expect(line).not.toMatch(/\b1 (tasks|working days|departments)\b|\b(?!1\b)\d+ (task|working day|department)\b/);
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
    expect(assets).toContain('Site S-1 (1 task)');
    expect(assets).not.toContain('Admiralty');
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
    expect(body.indexOf('MORE THAN 5 WORKING DAYS LATE IN YOUR DEPARTMENT')).toBeLessThan(body.indexOf('LATE\n\nTake'));
    const places = ['LATE\n', '(4', 'DUE TODAY', 'DUE WITHIN 5 WORKING DAYS', 'NOT DUE YET\n'].map((words) =>
      body.indexOf(words.replace('(4', 'Take it off the core network (1 task)')),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(body.indexOf('Take it off the core network')).toBeLessThan(body.indexOf('Remove it ('));
  });

  test('groups by site within each kind of work, the site with the earliest date first, as much as mail may say of it', () => {
    const at = (number: number, siteId: string, due: string): MailRow =>
      aRow(number, { due, case: aCase(number, { siteId, siteName: `House ${siteId}` }) });
    const of = [
      at(1, 'S-9', '2026-12-08T17:00:00.000Z'),
      at(2, 'S-2', '2026-12-04T17:00:00.000Z'),
      at(3, 'S-9', '2026-12-09T17:00:00.000Z'),
      aRow(4, { stage: 'remove', case: aCase(4, { siteId: 'S-9', siteName: 'House S-9' }) }),
    ];
    const sitesOf = (body: string): string[] =>
      [...body.matchAll(/^ {2}(\S.*) \(\d tasks?\)$/gm)].map(([, site]) => site!);
    expect(sitesOf(text(of))).toEqual(['Site 1', 'Site 2', 'Site 2']);
    expect(sitesOf(text(of, { ...SETTING, revealAssets: true }))).toEqual(['Site S-2', 'Site S-9', 'Site S-9']);
    expect(sitesOf(text(of, { ...SETTING, revealSites: true }))).toEqual(['House S-2', 'House S-9', 'House S-9']);
    expect(text(of)).toContain('  Site 2 (2 tasks)');
    const { html } = draft(JO, of, NOW, SETTING);
    expect(html).toContain('<strong>Site 2</strong>: 2 tasks</caption>');
  });

  describe('links: one for each site and stage of the reader’s own tasks', () => {
    const of = [
      aRow(1),
      aRow(2, { kind: 'late', due: LATE }),
      aRow(3, { case: aCase(3, { siteId: 'S-2' }) }),
      aRow(4, { stage: 'remove' }),
      aRow(5, as('head', { kind: 'late', due: LATE })),
    ];
    const link = (token: string, reference: string): TaskLink => ({
      url: `https://clearsite.example.org/t/${token}`,
      typeAt: 'https://clearsite.example.org/reference',
      reference,
    });
    const links: Links = new Map([
      [groupKey('S-1', 'assess'), link('one', '7KQ4-M3XD')],
      [groupKey('S-2', 'assess'), link('two', 'AAAA-CCCC')],
      [groupKey('S-1', 'remove'), link('three', 'DDDD-EEEE')],
    ]);

    test('what is linked: own tasks only, those of a stage and site together, however late each is', () => {
      expect(linkedGroups(of, NOW, SETTING)).toEqual([
        {
          contactId: 'c_jo',
          siteId: 'S-1',
          stage: 'assess',
          cases: [
            { caseId: aCase(2).caseId, due: LATE },
            { caseId: aCase(1).caseId, due: '2026-12-04T17:00:00.000Z' },
          ],
        },
        {
          contactId: 'c_jo',
          siteId: 'S-2',
          stage: 'assess',
          cases: [expect.objectContaining({ caseId: aCase(3).caseId })],
        },
        {
          contactId: 'c_jo',
          siteId: 'S-1',
          stage: 'remove',
          cases: [expect.objectContaining({ caseId: aCase(4).caseId })],
        },
      ]);
    });

    test('text and HTML show the whole URL, and where a reference is typed instead; commands are gone', () => {
      const { text: body, html } = draft(JO, of, NOW, SETTING, links);
      // The late one and the other of S-1 stand in two parts, with the same link.
      expect(body.match(/https:\/\/clearsite\.example\.org\/t\/\w+/g)).toEqual(
        ['one', 'one', 'two', 'three'].map((token) => `https://clearsite.example.org/t/${token}`),
      );
      expect(body).toContain(
        '    Open all of these: https://clearsite.example.org/t/one\n' +
          '    Or go to https://clearsite.example.org/reference and enter this reference: 7KQ4-M3XD\n',
      );
      expect(html).toContain('<a href="https://clearsite.example.org/t/two">https://clearsite.example.org/t/two</a>');
      expect(html).toContain('enter this reference: <strong>DDDD-EEEE</strong>');
      for (const words of [body, html]) {
        expect(words).not.toContain('clearsite cases act');
        expect(words).toContain('It sends a code to this address');
      }
    });

    test('a task of others has none, and where no page can be reached the command stands in for it', () => {
      const { text: others, html } = draft(JO, rows(1, as('head', { kind: 'late', due: LATE })), NOW, SETTING, links);
      expect(others).not.toContain('/t/');
      expect(html).not.toContain('href=');
      const without = draft(JO, of, NOW, { ...SETTING, publicUrl: '' }, NO_LINKS);
      expect(without.text).toContain('clearsite cases act REFERENCE record-assessment');
      expect(without.html).not.toContain('href=');
    });

    test('a preview shows where links will stand and no token', () => {
      const shown = draft(JO, of, NOW, SETTING, previewLinks(of, NOW, SETTING)).text;
      expect(shown.match(/Open all of these: https:\/\/clearsite\.example\.org\/t\/…\n/g)).toHaveLength(4);
      expect(previewLinks(of, NOW, { ...SETTING, publicUrl: '' })).toBe(NO_LINKS);
    });
  });

  test('says for whom a deputy stands in, and until when', () => {
    const deputy = { name: '', address: 'al@example.org', standsInFor: { name: 'Jo Okafor', until: '2027-01-04' } };
    const { text: body, html } = draft(deputy, rows(1), NOW, SETTING);
    const words = 'This is for Jo Okafor, who is away until Monday 4 January 2027: you stand in.';
    expect(body.startsWith(`Dear colleague,\n\n${words}\n`)).toBe(true);
    expect(html).toContain(words);
    expect(body).toContain('recorded as the deputy of Jo Okafor, task owner.');
    expect(draft({ ...deputy, standsInFor: { name: 'Jo', until: null } }, rows(1), NOW, SETTING).text).toContain(
      'This is for Jo, who is away: you stand in.',
    );
    expect(text(rows(1))).not.toContain('stand in');
  });

  test.each<[string, News, readonly string[]]>([
    [
      'DECISIONS FOR YOU',
      { kind: 'decision', what: 'extension', wanted: '2027-01-08T17:00:00.000Z', reason: 'funding', requestId: 'r_1' },
      [
        'More time is asked for',
        'Request: r_1',
        'Wanted: Friday 8 January 2027',
        'Why: Money',
        'clearsite extensions decide REQUEST',
      ],
    ],
    [
      'DECISIONS FOR YOU',
      { kind: 'decision', what: 'exception', wanted: null, reason: 'landlord', requestId: 'r_2' },
      ['allowed to stay for a time', 'Request: r_2', 'Why: The landlord', 'clearsite exceptions decide REQUEST'],
    ],
    [
      'DECISIONS FOR YOU',
      { kind: 'decision', what: 'upgrade', wanted: null, reason: 'a later upgrade', requestId: 'r_3' },
      ['Later dates are asked for', 'Why: a later upgrade'],
    ],
    [
      'AN ANSWER',
      { kind: 'more-time-agreed', was: '2026-11-27T17:00:00.000Z', conditions: 'Cover the lens.' },
      ['More time agreed', 'Due Friday 4 December', 'It was due Friday 27 November', 'On condition: Cover the lens.'],
    ],
    [
      'AN ANSWER',
      { kind: 'more-time-refused', wanted: '2027-01-08T17:00:00.000Z', reason: 'No case made.' },
      ['More time refused', 'Wanted was Friday 8 January 2027', 'Why: No case made.', 'request-extension'],
    ],
    [
      'AN ANSWER',
      { kind: 'stay-agreed', until: '2027-01-08T17:00:00.000Z', renewals: 2 },
      ['Allowed to stay until Friday 8 January 2027', 'Allowed 2 times before', 'request-exception'],
    ],
    [
      'AN ANSWER',
      { kind: 'stay-refused', reason: 'Too near the street.' },
      ['Not allowed to stay', 'Why: Too near the street.'],
    ],
    [
      'AN ANSWER',
      { kind: 'stay-ended', until: '2026-11-20T17:00:00.000Z' },
      ['It was allowed to stay until Friday 20 November', 'The task is open again.'],
    ],
    [
      'NEW DATES',
      { kind: 'date-moved', was: '2026-11-27T17:00:00.000Z', reason: 'The upgrade moved.' },
      ['Due dates that moved', 'It was due Friday 27 November', 'Why: The upgrade moved.'],
    ],
    [
      'NOT DUE YET',
      { kind: 'still-open', saidOn: '2026-11-16T09:00:00.000Z' },
      ['You said on Monday 16 November that you were on this: it is still open'],
    ],
  ])('%s: %j, in text and in HTML, with what to do', (heading, said, words) => {
    const { text: body, html } = draft(JO, [aRow(1, { kind: said.kind, news: said })], NOW, SETTING);
    expect(body).toContain(`\n${heading}\n`);
    for (const word of words) {
      expect(body).toContain(word);
      expect(html).toContain(word);
    }
  });

  test('quotes what people wrote in one line each, never as markup', () => {
    const said: News = { kind: 'more-time-agreed', was: null, conditions: 'a\r\nBcc: x@y\n<b>now</b>' };
    const { text: body, html } = draft(JO, [aRow(1, { kind: 'more-time-agreed', news: said })], NOW, SETTING);
    expect(body).toContain('On condition: a Bcc: x@y <b>now</b>\n');
    expect(html).toContain('On condition: a Bcc: x@y &lt;b&gt;now&lt;/b&gt;');
  });

  test('says each task once: a task and two reminders that waited are one line, as late as it is now', () => {
    const of = [aRow(1), aRow(1, { kind: 'reminder', key: 'b' }), aRow(1, { kind: 'due-today', key: 'c' })];
    const body = draft(JO, of, '2026-12-09T09:00:00.000Z', SETTING);
    expect(body.subject).toBe('1 task is 3 working days late');
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

  test('in few words: without the day of the week, with the year when it is not this one', () => {
    expect(shortDate('2026-12-04T17:00:00.000Z', NOW, LONDON)).toBe('4 December');
    expect(shortDate('2027-01-08T17:00:00.000Z', NOW, LONDON)).toBe('8 January 2027');
  });

  const NORTHERN_IRELAND = calendarFor('northern-ireland');
  const SCOTLAND = calendarFor('scotland');
  test.each([
    ['the same day, hours before', '2026-11-23T17:00:00.000Z', '2026-11-23T09:00:00.000Z', 'today'],
    ['the same day, hours after', '2026-11-23T09:00:00.000Z', '2026-11-23T23:00:00.000Z', 'today'],
    ['the next morning', '2026-11-23T17:00:00.000Z', '2026-11-24T09:00:00.000Z', '1 working day late'],
    ['the evening before', '2026-11-24T17:00:00.000Z', '2026-11-23T21:00:00.000Z', 'tomorrow'],
    ['on the Friday before a Monday', '2026-11-23T17:00:00.000Z', '2026-11-20T09:00:00.000Z', 'in 1 working day'],
    [
      'three working days ahead, over a weekend',
      '2026-11-25T17:00:00.000Z',
      '2026-11-20T09:00:00.000Z',
      'in 3 working days',
    ],
    [
      'on the Saturday after a Friday: late, and no working day to count',
      '2026-11-20T17:00:00.000Z',
      '2026-11-21T09:00:00.000Z',
      'late',
    ],
    ['on the Monday after a Friday', '2026-11-20T17:00:00.000Z', '2026-11-23T09:00:00.000Z', '1 working day late'],
    [
      'due on a Sunday, read on the Friday: the date says it all',
      '2026-11-22T17:00:00.000Z',
      '2026-11-20T09:00:00.000Z',
      '',
    ],
    ['over Christmas', '2026-12-24T17:00:00.000Z', '2026-12-29T09:00:00.000Z', '1 working day late'],
    ['over the change to winter time', '2026-10-23T16:00:00.000Z', '2026-10-26T08:00:00.000Z', '1 working day late'],
    ['beyond what the calendar knows ahead: the date says it all', '2199-01-08T17:00:00.000Z', NOW, ''],
    ['before what it knows', '1999-01-08T17:00:00.000Z', NOW, 'late'],
  ])('%s', (_, due, now, words) => {
    expect(distanceWords(distanceOf(due, now, SETTING.daysIn('england-and-wales')))).toBe(words);
  });

  test('are counted in the working days of the calendar that is asked, each nation by its own', () => {
    // 12 July 2027 is a Monday: a bank holiday in Northern Ireland alone.
    const [due, now] = ['2027-07-14T16:00:00.000Z', '2027-07-09T08:00:00.000Z'];
    expect(distanceWords(distanceOf(due, now, SETTING.daysIn('england-and-wales')))).toBe('in 3 working days');
    expect(distanceWords(distanceOf(due, now, NORTHERN_IRELAND))).toBe('in 2 working days');
    // The substitute for 2 January in Scotland: Monday 4 January 2027.
    const [late, then] = ['2026-12-31T17:00:00.000Z', '2027-01-05T08:00:00.000Z'];
    expect(distanceWords(distanceOf(late, then, SETTING.daysIn('england-and-wales')))).toBe('2 working days late');
    expect(distanceWords(distanceOf(late, then, SCOTLAND))).toBe('1 working day late');
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
