import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localDate, localInstant, workingDate } from '../../../domain/calendar';
import { mailCalendarOf } from '../../../domain/mail/calendars';
import { isWorkingTime, leavesAt, nextMorning, notBefore } from '../../../domain/mail/pace';
import { urgencyOf } from '../../../domain/mail/urgency';
import { DEFAULT_CALENDAR, DEFAULT_PACING } from '../../../domain/policy/defaults';
import { type MailPacing } from '../../../domain/policy/policy';
import { NATIONS, type Nation } from '../../../domain/vocabulary';
import { bankHolidays } from '../../../app/calendar/bank-holidays';

const calendarOf = (nation: Nation) =>
  mailCalendarOf({ zone: 'Europe/London', calendar: DEFAULT_CALENDAR }, nation, bankHolidays()).pace;
const ENGLAND = calendarOf('england-and-wales');
const MINUTE = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

describe('what may not wait for the morning', () => {
  test.each([
    'due-today',
    'late',
    'decision',
    'more-time-agreed',
    'more-time-refused',
    'stay-agreed',
    'stay-refused',
    'stay-ended',
    'still-open',
    'agreement',
    'dead-address',
    'mail-refused',
  ])('%s', (kind) => expect(urgencyOf(kind)).toBe('urgent'));

  test.each(['task', 'reminder', 'date-moved', 'handover', 'correction', 'something-new'])('and what may: %s', (kind) =>
    expect(urgencyOf(kind)).toBe('ordinary'),
  );
});

describe('the earliest moment at which a notice may leave', () => {
  // Local times are UTC in winter, an hour ahead of it in summer.
  test.each<[string, 'urgent' | 'ordinary', Nation, string, string]>([
    [
      'urgent at ten: a quarter of an hour later',
      'urgent',
      'england-and-wales',
      '2026-11-23T10:00:00Z',
      '2026-11-23T10:15:00.000Z',
    ],
    [
      'in summer: by the local clock',
      'urgent',
      'england-and-wales',
      '2026-07-01T16:50:00Z',
      '2026-07-02T07:15:00.000Z',
    ],
    [
      'gathering may end as working hours do',
      'urgent',
      'england-and-wales',
      '2026-11-23T17:45:00Z',
      '2026-11-23T18:00:00.000Z',
    ],
    ['and not a second later', 'urgent', 'england-and-wales', '2026-11-23T17:45:01Z', '2026-11-24T08:15:00.000Z'],
    [
      'at night: gathered from the beginning of the day',
      'urgent',
      'england-and-wales',
      '2026-11-24T03:00:00Z',
      '2026-11-24T08:15:00.000Z',
    ],
    ['at the weekend', 'urgent', 'england-and-wales', '2026-11-21T12:00:00Z', '2026-11-23T08:15:00.000Z'],
    ['at Christmas', 'urgent', 'england-and-wales', '2026-12-24T17:55:00Z', '2026-12-29T08:15:00.000Z'],
    ['on 12 July in Belfast', 'urgent', 'northern-ireland', '2027-07-12T09:00:00Z', '2027-07-13T07:15:00.000Z'],
    ['and the same day in London', 'urgent', 'england-and-wales', '2027-07-12T09:00:00Z', '2027-07-12T09:15:00.000Z'],
    [
      'on the second of January’s substitute in Edinburgh',
      'urgent',
      'scotland',
      '2027-01-04T09:00:00Z',
      '2027-01-05T08:15:00.000Z',
    ],
    [
      'after New Year in London, when Edinburgh still rests',
      'urgent',
      'england-and-wales',
      '2027-01-04T09:00:00Z',
      '2027-01-04T09:15:00.000Z',
    ],
    [
      'ordinary at noon: the next morning',
      'ordinary',
      'england-and-wales',
      '2026-11-23T12:00:00Z',
      '2026-11-24T08:15:00.000Z',
    ],
    [
      'the reminders of eight o’clock are in that morning’s message',
      'ordinary',
      'england-and-wales',
      '2026-11-23T08:00:00Z',
      '2026-11-23T08:15:00.000Z',
    ],
    ['until it leaves', 'ordinary', 'england-and-wales', '2026-11-23T08:15:00Z', '2026-11-23T08:15:00.000Z'],
    ['and not after', 'ordinary', 'england-and-wales', '2026-11-23T08:15:00.001Z', '2026-11-24T08:15:00.000Z'],
    ['on Friday: on Monday', 'ordinary', 'england-and-wales', '2026-11-20T12:00:00Z', '2026-11-23T08:15:00.000Z'],
    [
      'in the night in which the clocks go forward',
      'ordinary',
      'england-and-wales',
      '2027-03-28T01:30:00Z',
      '2027-03-30T07:15:00.000Z',
    ],
    [
      'in the hour that comes twice',
      'ordinary',
      'england-and-wales',
      '2026-10-25T00:30:00Z',
      '2026-10-26T08:15:00.000Z',
    ],
    [
      'in the hour that comes twice, the second time',
      'urgent',
      'england-and-wales',
      '2026-10-25T01:30:00Z',
      '2026-10-26T08:15:00.000Z',
    ],
    [
      'beyond the data every weekday counts',
      'ordinary',
      'england-and-wales',
      '2060-12-24T12:00:00Z',
      '2060-12-27T08:15:00.000Z',
    ],
  ])('%s', (_, urgency, nation, written, at) => {
    expect(notBefore(urgency, written, calendarOf(nation), DEFAULT_PACING)).toBe(at);
  });
});

describe('when the next message leaves', () => {
  const NOW = '2026-11-23T10:00:00.000Z';
  const leaves = (ready: readonly string[], sent: Readonly<Record<string, number>> = {}, now = NOW) =>
    leavesAt(ready, (date) => sent[date] ?? 0, ENGLAND, DEFAULT_PACING, now);

  test('with the first thing in it that may', () => {
    expect(leaves(['2026-11-24T08:15:00.000Z', '2026-11-23T10:10:00.000Z'])).toBe('2026-11-23T10:10:00.000Z');
    expect(leaves(['2026-11-23T09:00:00.000Z', '2026-11-24T08:15:00.000Z'])).toBe(NOW);
  });

  test('what was ready while the server was away waits for working hours', () => {
    expect(leaves(['2026-11-23T10:10:00.000Z'], {}, '2026-11-23T22:00:00.000Z')).toBe('2026-11-24T08:15:00.000Z');
    expect(leaves(['2026-11-23T10:10:00.000Z'], {}, '2026-11-24T05:00:00.000Z')).toBe('2026-11-24T08:15:00.000Z');
  });

  test('after the day’s last message: with the next working morning’s', () => {
    expect(leaves([NOW], { '2026-11-23': 2 })).toBe(NOW);
    expect(leaves([NOW], { '2026-11-23': 3 })).toBe('2026-11-24T08:15:00.000Z');
    expect(leaves(['2026-11-27T10:00:00.000Z'], { '2026-11-27': 3 }, '2026-11-27T10:00:00.000Z')).toBe(
      '2026-11-30T08:15:00.000Z',
    );
  });
});

/** One person's mail through time, minute by minute as the delivery run sees it. */
interface Notice {
  readonly at: number;
  readonly urgency: 'urgent' | 'ordinary';
}

interface Sent {
  readonly at: string;
  readonly carries: readonly Notice[];
}

function live(notices: readonly Notice[], nation: Nation, pacing: MailPacing): { sent: Sent[]; lost: number } {
  const calendar = calendarOf(nation);
  const sentOn = (date: string): number => sent.filter(({ at }) => localDate(calendar, at) === date).length;
  const sent: Sent[] = [];
  let waiting: { notice: Notice; ready: string }[] = [];
  let arriving = [...notices].sort((a, b) => a.at - b.at);
  let now = arriving[0]?.at ?? 0;
  while (waiting.length + arriving.length > 0) {
    const come = arriving.filter(({ at }) => at <= now);
    arriving = arriving.filter(({ at }) => at > now);
    waiting.push(
      ...come.map((notice) => ({ notice, ready: notBefore(notice.urgency, iso(notice.at), calendar, pacing) })),
    );
    if (waiting.length === 0) {
      now = arriving[0]!.at;
      continue;
    }
    const at = Date.parse(
      leavesAt(
        waiting.map(({ ready }) => ready),
        sentOn,
        calendar,
        pacing,
        iso(now),
      ),
    );
    const next = arriving[0]?.at ?? Infinity;
    if (next < at) {
      now = next;
      continue;
    }
    sent.push({ at: iso(at), carries: waiting.map(({ notice }) => notice) });
    waiting = [];
    now = at;
  }
  return { sent, lost: waiting.length };
}

describe('whatever is written and whenever', () => {
  // Around both nights in which the clocks change, Christmas, the turn of the year, and 12 July.
  const weeks = ['2026-10-22', '2027-03-24', '2026-12-21', '2026-12-29', '2027-07-08'].map((date) => Date.parse(date));
  const notice = fc.record({
    at: fc
      .tuple(fc.constantFrom(...weeks), fc.integer({ min: 0, max: 9 * 24 * 60 * 60 }))
      .map(([week, seconds]) => week + seconds * 1_000),
    urgency: fc.constantFrom('urgent', 'ordinary' as const),
  });
  const pacings = fc.record({
    gatherMinutes: fc.constantFrom(0, 1, 15, 60),
    digestAt: fc.constantFrom('08:00', '09:30', '16:00'),
    workingHours: fc.constantFrom({ from: '08:00', to: '18:00' }, { from: '07:30', to: '17:15' }),
    capPerDay: fc.integer({ min: 1, max: 4 }),
  });

  test('nothing leaves outside working hours, nothing is dropped or doubled, the cap holds on every local day, and nothing waits beyond the morning after', () => {
    fc.assert(
      fc.property(
        fc.array(notice, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...NATIONS),
        pacings,
        (notices, nation, pacing) => {
          const calendar = calendarOf(nation);
          const { sent, lost } = live(notices, nation, pacing);
          expect(lost).toBe(0);
          expect(sent.flatMap(({ carries }) => carries)).toHaveLength(notices.length);
          const perDay = new Map<string, number>();
          for (const { at, carries } of sent) {
            const date = localDate(calendar, at);
            perDay.set(date, (perDay.get(date) ?? 0) + 1);
            expect(isWorkingTime(calendar, pacing, at)).toBe(true);
            expect(localInstant(calendar, date, pacing.workingHours.from) <= at).toBe(true);
            for (const { at: written, urgency } of carries) {
              expect(Date.parse(at)).toBeGreaterThanOrEqual(written);
              // At the latest with the morning's message after the next working morning, where the day's last one was out.
              expect(at <= nextMorning(calendar, pacing, iso(written))).toBe(true);
              const capped = (perDay.get(localDate(calendar, iso(written))) ?? 0) >= pacing.capPerDay;
              if (
                urgency === 'urgent' &&
                !capped &&
                isWorkingTime(calendar, pacing, iso(written)) &&
                localDate(calendar, iso(written)) === date
              )
                expect(Date.parse(at) - written).toBeLessThanOrEqual(pacing.gatherMinutes * MINUTE);
            }
          }
          expect(Math.max(...perDay.values())).toBeLessThanOrEqual(pacing.capPerDay);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('the morning’s message leaves on the next working morning, never on the same date', () => {
    fc.assert(
      fc.property(notice, fc.constantFrom(...NATIONS), ({ at }, nation) => {
        const calendar = calendarOf(nation);
        const morning = nextMorning(calendar, DEFAULT_PACING, iso(at));
        expect(localDate(calendar, morning)).toBe(workingDate(calendar, localDate(calendar, iso(at)), 1));
        expect(isWorkingTime(calendar, DEFAULT_PACING, morning)).toBe(true);
      }),
    );
  });
});
