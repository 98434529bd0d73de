import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LiveEntry, reconcileEntries, type WantedEntry } from '../../../domain/notices/entries';
import { STAGES } from '../../../domain/vocabulary';

const NOW = '2026-11-23T09:00:00.000Z';
const DUE = '2026-12-04T17:00:00.000Z';
const LATER = '2027-01-08T17:00:00.000Z';
const PAST = '2026-11-20T17:00:00.000Z';

function wanted(changes: Partial<WantedEntry> = {}): WantedEntry {
  return { person: 'jo', siteId: 'S-1', stage: 'remove', due: DUE, caseIds: ['k_1'], ...changes };
}
function live(uid: string, changes: Partial<LiveEntry> = {}): LiveEntry {
  return { ...wanted(), uid, sequence: 0, ...changes };
}
const said = (before: LiveEntry[], after: WantedEntry[]) =>
  reconcileEntries(before, after, NOW).map((change) =>
    change.kind === 'new'
      ? `new ${change.wanted.person} ${change.wanted.due}`
      : change.kind === 'moved'
        ? `moved ${change.entry.uid} ${change.due} ${change.sequence}`
        : change.kind === 'cancelled'
          ? `cancelled ${change.entry.uid} ${change.sequence}`
          : `kept ${change.entry.uid} ${change.caseIds.join()}`,
  );

describe('entries and what is wanted', () => {
  test.each<[string, LiveEntry[], WantedEntry[], string[]]>([
    ['nothing to show asks nothing', [], [], []],
    ['a first task makes an entry', [], [wanted()], [`new jo ${DUE}`]],
    [
      'three devices of one date make one entry',
      [],
      ['k_1', 'k_2', 'k_3'].map((id) => wanted({ caseIds: [id] })),
      [`new jo ${DUE}`],
    ],
    ['one device less is nobody’s news', [live('a', { caseIds: ['k_1', 'k_2'] })], [wanted()], ['kept a k_1']],
    ['a later date moves the entry', [live('a', { sequence: 4 })], [wanted({ due: LATER })], [`moved a ${LATER} 5`]],
    ['the last device takes it out', [live('a', { sequence: 2 })], [], ['cancelled a 3']],
    [
      'another person gets one of their own',
      [live('a')],
      [wanted({ person: 'al' })],
      ['cancelled a 1', `new al ${DUE}`],
    ],
    ['another site is another entry', [live('a')], [wanted({ siteId: 'S-2' })], ['cancelled a 1', `new jo ${DUE}`]],
    ['another stage is another entry', [live('a')], [wanted({ stage: 'verify' })], ['cancelled a 1', `new jo ${DUE}`]],
    [
      'other devices alone do not inherit it',
      [live('a')],
      [wanted({ due: LATER, caseIds: ['k_9'] })],
      ['cancelled a 1', `new jo ${LATER}`],
    ],
    [
      'a date that splits moves with most of the devices',
      [live('a', { caseIds: ['k_1', 'k_2', 'k_3'] })],
      [wanted({ due: PAST, caseIds: ['k_1'] }), wanted({ due: LATER, caseIds: ['k_2', 'k_3'] })],
      [`moved a ${LATER} 1`],
    ],
    [
      'two dates that become one leave one entry',
      [live('a', { caseIds: ['k_1'] }), live('b', { due: LATER, caseIds: ['k_2'] })],
      [wanted({ due: LATER, caseIds: ['k_1', 'k_2'] })],
      ['kept b k_1,k_2', 'cancelled a 1'],
    ],
    ['a date that has passed opens none', [], [wanted({ due: PAST })], []],
    [
      'a date that has passed keeps the entry that is there',
      [live('a', { due: PAST })],
      [wanted({ due: PAST })],
      ['kept a k_1'],
    ],
  ])('%s', (_title, before, after, expected) => {
    expect(said(before, after)).toEqual(expected);
  });
});

const arbitraryEntry = fc.record({
  person: fc.constantFrom('jo', 'al'),
  siteId: fc.constantFrom('S-1', 'S-2'),
  stage: fc.constantFrom(...STAGES),
  due: fc.constantFrom(DUE, LATER, '2027-03-01T17:00:00.000Z', PAST),
  caseIds: fc.uniqueArray(fc.constantFrom('k_1', 'k_2', 'k_3', 'k_4'), { minLength: 1 }),
});
const slot = ({ person, siteId, stage, due }: WantedEntry) => `${person} ${siteId} ${stage} ${due}`;

/** Calendars as the people see them: applies what a run asks for. */
class Calendars {
  live: LiveEntry[] = [];
  readonly cancelled = new Set<string>();
  readonly sequences = new Map<string, number>();
  #uids = 0;

  apply(want: readonly WantedEntry[]): number {
    const changes = reconcileEntries(this.live, want, NOW);
    const next: LiveEntry[] = [];
    for (const change of changes) {
      if (change.kind === 'new') {
        next.push({ ...change.wanted, uid: `u${(this.#uids += 1)}`, sequence: 0 });
        continue;
      }
      const { entry } = change;
      expect(this.cancelled).not.toContain(entry.uid);
      if (change.kind === 'cancelled') this.cancelled.add(entry.uid);
      if (change.kind === 'kept') next.push({ ...entry, caseIds: change.caseIds });
      else expect(change.sequence).toBeGreaterThan(this.sequences.get(entry.uid) ?? -1);
      if (change.kind === 'moved')
        next.push({ ...entry, due: change.due, caseIds: change.caseIds, sequence: change.sequence });
    }
    for (const { uid, sequence } of next) this.sequences.set(uid, sequence);
    this.live = next;
    return changes.filter(({ kind }) => kind !== 'kept').length;
  }
}

describe('whatever happens to the tasks', () => {
  test('calendars show exactly what is wanted, a second run asks nothing, and no entry comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.array(arbitraryEntry, { maxLength: 8 }), { maxLength: 8 }), (steps) => {
        const calendars = new Calendars();
        for (const want of steps) {
          const before = new Set(calendars.live.map(slot));
          calendars.apply(want);
          const shown = calendars.live.map(slot);
          expect(new Set(shown).size).toBe(shown.length);
          const asked = new Set(want.map(slot));
          for (const one of shown) expect(asked).toContain(one);
          for (const one of want) if (one.due > NOW || before.has(slot(one))) expect(shown).toContain(slot(one));
          for (const entry of calendars.live) {
            const cases = want.filter((one) => slot(one) === slot(entry)).flatMap(({ caseIds }) => caseIds);
            expect(entry.caseIds).toEqual([...new Set(cases)].sort());
          }
          expect(calendars.apply(want)).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the order in which tasks are read makes no difference', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryEntry, { maxLength: 8 }),
        fc.array(arbitraryEntry, { maxLength: 8 }),
        (first, second) => {
          const calendars = new Calendars();
          calendars.apply(first);
          const there = calendars.live;
          const kinds = (before: LiveEntry[], want: WantedEntry[]) =>
            reconcileEntries(before, want, NOW)
              .map((change) => JSON.stringify({ ...change }))
              .sort();
          expect(kinds([...there].reverse(), [...second].reverse())).toEqual(kinds(there, second));
        },
      ),
    );
  });
});
