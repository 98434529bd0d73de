import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { compose, senderOf } from '../../notify/compose';
import { aCase, aRow, JO, NOW, rows, SETTING } from './a-message';

const HEADERS = [
  'auto-submitted',
  'x-auto-response-suppress',
  'from',
  'to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
];

const LATE = '2026-11-20T17:00:00.000Z';

describe('a composed message', () => {
  test('is text and HTML of the same content, dated, from the programme, and no machine answers it', async () => {
    const message = await compose(JO, rows(2), NOW, SETTING);
    const mail = await PostalMime.parse(message.body);
    expect(mail.headers.map(({ key }) => key)).toEqual(HEADERS);
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(mail).toMatchObject({
      from: { name: 'Removal programme', address: 'clearsite@example.org' },
      to: [{ name: 'Jo Okafor', address: 'jo@example.org' }],
      subject: 'You have 2 tasks, next due Friday 4 December',
      messageId: `<${message.messageId}>`,
      attachments: [],
    });
    expect(new Date(mail.date!).toISOString()).toBe(NOW);
    expect(mail.text!.trim()).toBe(message.text.trim());
    expect(mail.html!.trim()).toBe(message.html.trim());
    expect(message.messageId).toMatch(/^clearsite\.[0-9a-f]{32}@example\.org$/);
    expect(message.body.toString('latin1')).not.toMatch(/(^|[^\r])\n|\r[^\n]/);
  });

  test('how far a due date is, is counted in the working days of the site, whoever reads it', async () => {
    // 30 November is a bank holiday in Scotland alone.
    const far = { ...aCase(2), nation: 'scotland', siteName: 'Leith', siteId: 'S-2' } as const;
    const { text } = await compose(JO, [aRow(1), aRow(2, { case: far })], NOW, SETTING);
    expect(text.match(/in \d+ working days/g)).toEqual(['in 9 working days', 'in 8 working days']);
  });

  test('is the same to the last byte for the same notices, in whatever order they come', async () => {
    const all = [...rows(3), aRow(4, { kind: 'late', due: LATE })];
    const first = await compose(JO, all, NOW, SETTING);
    const again = await compose(JO, [...all].reverse(), NOW, SETTING);
    expect(again.body.equals(first.body)).toBe(true);
  });

  test('has an id of its own for other notices and for another address, and the same one at another time', async () => {
    const id = async (...[to, of, now]: [typeof JO, ReturnType<typeof rows>, string]) =>
      (await compose(to, of, now, SETTING)).messageId;
    const first = await id(JO, rows(2), NOW);
    expect(await id(JO, rows(3), NOW)).not.toBe(first);
    expect(await id({ ...JO, address: 'bo@example.org' }, rows(2), NOW)).not.toBe(first);
    expect(await id({ ...JO, name: 'J. Okafor', address: 'JO@example.org' }, rows(2), LATE)).toBe(first);
  });

  test('carries names in any script', async () => {
    const name = 'Zoë Ó Súilleabháin 李小龍';
    const mail = await PostalMime.parse((await compose({ ...JO, name }, rows(1), NOW, SETTING)).body);
    expect(mail.to).toEqual([{ name, address: JO.address }]);
    expect(mail.text).toContain(`Dear ${name},`);
  });

  test('whatever a name holds, no header is added and no other recipient', async () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc
        .tuple(
          fc.string({ maxLength: 20 }),
          fc.constantFrom(
            '\r\nBcc: thief@evil.example',
            '\nX: y\n\nbody',
            '\r',
            '\u2028Bcc: a@b',
            '" <thief@evil.example>, "',
            '=?utf-8?q?=0d=0aBcc:_x?=',
          ),
          fc.string({ maxLength: 20 }),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (name, title, other) => {
        const of = [
          aRow(1, { case: aCase(1, { departmentName: other, siteName: other, assetId: title, make: name }) }),
          aRow(2, {
            kind: 'dead-address',
            case: null,
            unreachable: { name: other, role: 'head', sentTo: 'person', email: 'x@y.example', reason: title },
          }),
        ];
        const setting = { ...SETTING, programmeTitle: title, revealSites: true, revealMakes: true };
        const mail = await PostalMime.parse((await compose({ ...JO, name }, of, NOW, setting)).body);
        expect(mail.headers.map(({ key }) => key)).toEqual(HEADERS);
        expect(mail.to?.map(({ address }) => address)).toEqual([JO.address]);
        expect(mail.subject).toBe('You have 1 task, next due Friday 4 December');
        expect(mail.html).toMatch(/<\/html>\s*$/);
      }),
      { numRuns: 200 },
    );
  });

  test('text from outside is never markup', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror="x">&\'"';
    const of = [
      aRow(1, { case: aCase(1, { siteName: evil, assetId: evil, make: evil, departmentName: evil }) }),
      aRow(2, {
        kind: 'dead-address',
        case: null,
        unreachable: { name: evil, role: 'head', sentTo: 'person', email: evil, reason: evil },
      }),
    ];
    const setting = { ...SETTING, programmeTitle: evil, revealSites: true, revealMakes: true };
    const { html } = await compose({ ...JO, name: evil }, of, NOW, setting);
    expect(html).not.toMatch(/<(script|img)/i);
    expect(html.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(5);
  });

  test('is HTML that can be read aloud, on a phone, without asking anybody else for anything', async () => {
    const { html } = await compose(JO, [...rows(2), aRow(3, { kind: 'late', due: LATE })], NOW, SETTING);
    expect(html).toMatch(/^<!doctype html>\s*<html lang="en-GB">/);
    expect(html).toContain('<title>1 task is 1 working day late</title>');
    expect(html).toContain('name="viewport"');
    const tables = html.match(/<table/g)!.length;
    expect(html.match(/<caption/g)).toHaveLength(tables);
    expect(html.match(/<th scope="col"/g)).toHaveLength(2 * tables);
    expect(html.match(/<th scope="row"/g)).toHaveLength(3);
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    expect(html).not.toMatch(/<(img|link|script|iframe|style)\b|url\(|@import|\bsrc=|\bhref=/i);
  });

  test('is refused for what is no address', async () => {
    await expect(compose({ ...JO, address: 'a@b.example, c@d.example' }, rows(1), NOW, SETTING)).rejects.toThrow();
  });
});

describe('MAIL_FROM', () => {
  test.each([
    ['clearsite@example.org', { name: '', address: 'clearsite@example.org' }],
    ['Removal <clearsite@example.org>', { name: 'Removal', address: 'clearsite@example.org' }],
    ['"Removal, UK" <clearsite@localhost>', { name: 'Removal, UK', address: 'clearsite@localhost' }],
  ])('%s', (from, sender) => {
    expect(senderOf(from)).toEqual(sender);
  });

  test.each(['', 'nobody', 'a@b.example, c@d.example', '<>'])('%j is refused', (from) => {
    expect(() => senderOf(from)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
