import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseRejectsPath } from '../../../app/import/rejects-path';
import { RejectsFile } from '../../../importers/rejects-file';

let folder: string;
let inventory: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clearsite-rejects-path-'));
  inventory = join(folder, 'devices.csv');
  writeFileSync(inventory, 'asset_id,make,site_id\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('where rejected lines may go', () => {
  test.each([
    ['under its own name', () => inventory],
    ['by another way to it', () => join(folder, '..', folder.split('/').at(-1)!, 'devices.csv')],
    [
      'through a symbolic link',
      () => {
        symlinkSync(inventory, join(folder, 'link.csv'));
        return join(folder, 'link.csv');
      },
    ],
    [
      'through a hard link',
      () => {
        linkSync(inventory, join(folder, 'hard.csv'));
        return join(folder, 'hard.csv');
      },
    ],
  ])('never over the file being imported, %s', async (_way, rejects) => {
    await expect(refuseRejectsPath(inventory, rejects())).rejects.toMatchObject({ code: 'rejects-is-input', exit: 2 });
    expect(readFileSync(inventory, 'utf8')).toBe('asset_id,make,site_id\n');
  });

  test('not over a folder', async () => {
    await expect(refuseRejectsPath(inventory, folder)).rejects.toMatchObject({ code: 'rejects-not-a-file', exit: 2 });
  });

  test('a new file, an older rejects file and none at all are fine', async () => {
    writeFileSync(join(folder, 'older.csv'), 'x');
    for (const rejects of [join(folder, 'new.csv'), join(folder, 'older.csv'), null]) {
      await expect(refuseRejectsPath(inventory, rejects)).resolves.toBeUndefined();
    }
  });

  test.each([
    ['a folder that is a file', () => join(inventory, 'rejects.csv')],
    [
      'a name that a folder has while it is written',
      () => {
        mkdirSync(join(folder, 'taken.csv.partial'));
        return join(folder, 'taken.csv');
      },
    ],
  ])('what cannot be written is a sentence and exit 2: %s', async (_what, rejects) => {
    const table = { header: ['asset_id'], delimiter: ',' };
    await expect(RejectsFile.create(rejects(), table, (cell) => cell)).rejects.toMatchObject({
      code: 'rejects-unwritable',
      exit: 2,
    });
  });
});
