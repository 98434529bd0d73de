import { describe, expect, test } from '@jest/globals';
import { type Field, filledIn } from '../../web/forms/fields';
import { pageNumber, paginationOf } from '../../web/forms/paging';
import { typedOf } from '../../web/forms/typed';
import { timelineOf } from '../../web/case/timeline';

const DATE: Field = {
  kind: 'date',
  name: 'on',
  label: 'Day',
  hint: '',
  what: 'the day',
  latest: '2036-11-26',
  missing: 'Enter the day',
};

const dated = (day: string, month: string, year: string) =>
  filledIn([DATE], { 'on-day': day, 'on-month': month, 'on-year': year });

describe('a date as three fields', () => {
  test.each([
    ['3', '2', '2027', '2027-02-03'],
    [' 03 ', '02', '2027', '2027-02-03'],
    ['29', '2', '2028', '2028-02-29'],
  ])('%s %s %s is %s', (day, month, year, iso) => {
    expect(dated(day, month, year)).toEqual({ values: { on: iso }, errors: [] });
  });

  test.each([
    ['29', '2', '2027', 'The day must be a real date, like 27 3 2027', '#on-day'],
    ['0', '1', '2027', 'The day must be a real date, like 27 3 2027', '#on-day'],
    ['1', '13', '2027', 'The day must be a real date, like 27 3 2027', '#on-day'],
    ['1e0', '1', '2027', 'The day must be a real date, like 27 3 2027', '#on-day'],
    ['1', '1', '27', 'The day must be a real date, like 27 3 2027', '#on-day'],
    ['1', '', '2027', 'The day must include a month', '#on-month'],
    ['', '', '', 'Enter the day', '#on-day'],
    ['27', '11', '2036', 'The day must be in the next ten years', '#on-day'],
  ])('%s %s %s is none: %s', (day, month, year, text, href) => {
    expect(dated(day, month, year)).toEqual({ values: {}, errors: [{ field: 'on', text, href }] });
  });
});

test('what was sent is texts only, each once, without what no register keeps', () => {
  const body = { a: 'x\r\ny\u0000\u0007z', b: ['first', 'second'], c: { d: 'e' }, f: 1, g: [] };
  expect(typedOf(body)).toEqual({ a: 'x\nyz', b: 'first' });
  for (const nothing of [undefined, null, 'text', 7]) expect(typedOf(nothing)).toEqual({});
});

describe('pages of a list', () => {
  test.each([
    ['3', 3],
    ['0', 1],
    ['-1', 1],
    ['1e3', 1],
    ['999999', 1],
    ['', 1],
    [undefined, 1],
  ])('%p is page %p', (text, page) => {
    expect(pageNumber(text)).toBe(page);
  });

  test('links lead to the neighbours, the first and the last', () => {
    expect(paginationOf(1, 25, 25, String)).toBeNull();
    expect(paginationOf(5, 10, 95, String)).toEqual({
      previous: { href: '4' },
      next: { href: '6' },
      items: [
        { number: 1, href: '1', current: false },
        { ellipsis: true },
        { number: 4, href: '4', current: false },
        { number: 5, href: '5', current: true },
        { number: 6, href: '6', current: false },
        { ellipsis: true },
        { number: 10, href: '10', current: false },
      ],
    });
  });
});

test('the picture has every mark within its frame, and says the same in words', () => {
  const none = { rule: null, slippageDays: null, skipped: false };
  const picture = timelineOf(
    [
      {
        ...none,
        stage: 'assess',
        baseline: '2026-12-01T17:00:00Z',
        due: null,
        forecast: null,
        actual: '2026-11-30T10:00:00Z',
      },
      { ...none, stage: 'disconnect', baseline: null, due: null, forecast: null, actual: null, skipped: true },
      {
        ...none,
        stage: 'remove',
        baseline: '2027-03-01T17:00:00Z',
        due: null,
        forecast: '2027-06-01T17:00:00Z',
        actual: null,
      },
    ],
    '2026-12-02T09:00:00Z',
    (instant) => instant.slice(0, 10),
  )!;
  expect(picture.rows.map(({ label, marks, slip }) => [label, marks.map(({ kind }) => kind), slip !== null])).toEqual([
    ['Confirm what it is', ['original', 'done'], false],
    ['Remove it', ['original', 'expected'], true],
  ]);
  for (const { x } of [...picture.rows.flatMap(({ marks }) => marks), ...picture.ticks, picture.today]) {
    expect(x).toBeGreaterThanOrEqual(picture.left);
    expect(x).toBeLessThanOrEqual(picture.right);
  }
  expect(picture.description).toBe(
    'Confirm what it is: originally 2026-12-01, done on 2026-11-30. Remove it: originally 2027-03-01, expected 2027-06-01.',
  );
  expect(timelineOf([], '2026-12-02T09:00:00Z', String)).toBeNull();
});
