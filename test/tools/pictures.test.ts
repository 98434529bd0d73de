import { expect, test } from '@jest/globals';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PICTURES = join(ROOT, 'docs', 'screenshots');

test.each(readdirSync(join(ROOT, 'web', 'templates', 'pages')).map((file) => basename(file, '.njk')))(
  'there are pictures of the page %s, of a desktop and of a phone',
  (page) => {
    const sizes = ['desktop', '320'].map((width) => statSync(join(PICTURES, `${page}-${width}.jpg`)).size);
    expect(Math.min(...sizes)).toBeGreaterThan(1000);
  },
);
