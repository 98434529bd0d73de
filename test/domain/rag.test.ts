import { describe, expect, test } from '@jest/globals';
import { DAY } from '../../domain/ladder/ladder';
import { ragOf, type RagMilestone } from '../../domain/rag';

const NOW = '2026-11-23T09:00:00.000Z';
const at = (days: number): string => new Date(Date.parse(NOW) + days * DAY).toISOString();
const ahead = (due: number, forecast = due): RagMilestone => ({
  due: at(due),
  forecast: at(forecast),
  actual: null,
  skipped: false,
});
const done = (milestone: RagMilestone): RagMilestone => ({ ...milestone, actual: at(-1) });
const skipped = (milestone: RagMilestone): RagMilestone => ({ ...milestone, skipped: true });

describe('RAG', () => {
  test.each<[string, RagMilestone[], 'red' | 'amber' | 'green' | null]>([
    ['far away is on track', [ahead(30), ahead(60)], 'green'],
    ['within the margin is at risk', [ahead(10), ahead(60)], 'amber'],
    ['a millisecond beyond the margin is on track', [ahead(10 + 1 / DAY)], 'green'],
    ['due this very instant is at risk, not late', [ahead(0)], 'amber'],
    ['overdue is late', [ahead(-1 / DAY), ahead(60)], 'red'],
    ['a later stage that is overdue makes the case late', [ahead(20), ahead(-3)], 'red'],
    ['a booking after the due date is late before the date comes', [ahead(40, 41)], 'red'],
    ['a booking before the due date changes nothing', [ahead(40, 20)], 'green'],
    ['what was done late does not make the rest late', [done(ahead(-5)), ahead(40)], 'green'],
    ['what is not needed has no say', [skipped(ahead(-5)), ahead(40)], 'green'],
    ['no clock, no colour', [{ due: null, forecast: null, actual: null, skipped: false }], null],
    ['nothing ahead, no colour', [done(ahead(-5)), skipped(ahead(5))], null],
  ])('%s', (_sentence, milestones, expected) => {
    expect(ragOf(milestones, NOW, 10)).toBe(expected);
  });
});
