import { expect, test } from '@jest/globals';
import { asTyped, typedDay } from '../../../web/lists/day';
import { pageNumbers } from '../../../web/forms/paging';

test.each([
  ['27 3 2027', '2027-03-27'],
  ['27/03/2027', '2027-03-27'],
  ['27.3.2027', '2027-03-27'],
  ['27 March 2027', '2027-03-27'],
  ['27 mar 2027', '2027-03-27'],
  ['2027-3-7', '2027-03-07'],
  [' 2027-03-27 ', '2027-03-27'],
  ['29 2 2028', '2028-02-29'],
  ['29 2 2027', null],
  ['30/02/2027', null],
  ['3/27/2027', null],
  ['27 3 27', null],
  ['27 Brumaire 2027', null],
  ['tomorrow', null],
  ['', null],
])('%j is read as %j', (typed, day) => {
  expect(typedDay(typed)).toBe(day);
});

test.each([
  [1, 1, [1]],
  [1, 2, [1, 2]],
  [1, 9, [1, 2, 'gap', 9]],
  [5, 9, [1, 'gap', 4, 5, 6, 'gap', 9]],
  [3, 9, [1, 2, 3, 4, 'gap', 9]],
  [9, 9, [1, 'gap', 8, 9]],
] as const)('page %i of %i offers %j', (page, pages, numbers) => {
  expect(pageNumbers(page, pages)).toEqual(numbers);
});

test('a day is shown as people type it, and is read back as it was', () => {
  expect(asTyped('2026-11-05')).toBe('5 11 2026');
  for (const day of ['2026-11-05', '2027-03-27']) expect(typedDay(asTyped(day))).toBe(day);
});
