import { describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { facts, printable, progressBar, table } from '../../cli/output';
import { count } from '../../domain/counted';

describe('tables for people', () => {
  test('columns are aligned with spaces only, and no line ends in one', () => {
    expect(
      table(
        [{ head: 'asset' }, { head: 'cases', align: 'right' }, { head: 'make' }],
        [
          ['CAM-1', 5, 'Axis'],
          ['CAM-22', 1200, null],
        ],
      ),
    ).toBe(['asset   cases  make', 'CAM-1       5  Axis', 'CAM-22   1200  -'].join('\n'));
  });

  test('a table without rows is its heads', () => {
    expect(table([{ head: 'a' }, { head: 'b' }], [])).toBe('a  b');
  });

  test('what a terminal would obey is shown, not sent', () => {
    expect(printable('\u001b]0;owned\u0007 \u202Eevil\nline')).toBe('�]0;owned� �evil line');
    expect(table([{ head: 'make' }], [['\u001b[31mred']])).toBe('make\n�[31mred');
  });

  test('wide characters keep the columns apart', () => {
    expect(
      table(
        [{ head: 'make' }, { head: 'n' }],
        [
          ['海康威视', 1],
          ['Axis', 2],
        ],
      ),
    ).toBe('make      n\n海康威视  1\nAxis      2');
  });

  test('facts are aligned by their values', () => {
    expect(
      facts([
        ['Site', 'S-1'],
        ['Department', null],
      ]),
    ).toBe('Site        S-1\nDepartment  -');
  });

  test.each([
    [0, '0 devices'],
    [1, '1 device'],
    [12345, '12,345 devices'],
  ])('%d is counted in words', (value, words) => {
    expect(count(value, 'device')).toBe(words);
  });
});

test('no bar is drawn where nobody looks', () => {
  const pipe = new PassThrough() as unknown as NodeJS.WriteStream;
  const bar = progressBar('Reading', pipe);
  bar.update(1, 2);
  bar.stop();
  expect((pipe as unknown as PassThrough).read()).toBeNull();
});
