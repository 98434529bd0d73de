// Pictures of every page, for docs/screenshots: node tools/screenshots/take.mjs [HOME] [--as png] [--to FOLDER] [--only CHAPTER]
// HOME is that of a fresh demonstration which is up (npm run demo; .clearsite/demo unless said otherwise). Pages are used
// as people do, so that the demonstration is another afterwards. What stands there before the first policy is looked at in an empty home, started for it.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../chromium.mjs';
import { root } from '../install.mjs';
import { chapters, emptyChapters } from './chapters.mjs';
import { Home, Visitor } from './visitor.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { as: { type: 'string', default: 'jpeg' }, to: { type: 'string' }, only: { type: 'string' } },
});
const SETTINGS = { jpeg: { type: 'jpeg', quality: 35 }, png: { type: 'png' } };
const ENDINGS = { jpeg: 'jpg', png: 'png' };
/** A picture ends there: what follows on a long list is more of the same. CSS pixels. */
const LONGEST = 3600;

function refuse(message) {
  console.error(message);
  process.exit(2);
}

const names = [...Object.keys(chapters), ...Object.keys(emptyChapters)];
if (!(values.as in SETTINGS)) refuse(`--as takes ${Object.keys(SETTINGS).join(' or ')}.`);
if (values.only !== undefined && !names.includes(values.only)) refuse(`--only takes one of ${names.join(', ')}.`);
const folder = resolve(values.to ?? join(root, 'docs', 'screenshots'));
const home = new Home(resolve(positionals[0] ?? join(root, '.clearsite', 'demo')));
if (!home.hasPages) refuse(`No demonstration is up in ${home.home}: start one with "npm run demo".`);

// Pictures are gathered apart, and take the place of those of last time once all are there.
const taken = mkdtempSync(join(tmpdir(), 'clearsite-pictures-'));
const album = {
  async add(label, page) {
    const file = `${label}.${ENDINGS[values.as]}`;
    const { width } = page.viewportSize();
    const height = Math.min(LONGEST, await page.evaluate('document.documentElement.scrollHeight'));
    await page.screenshot({
      path: join(taken, file),
      fullPage: true,
      clip: { x: 0, y: 0, width, height },
      ...SETTINGS[values.as],
    });
    console.log(file);
  },
};

function keep() {
  mkdirSync(folder, { recursive: true });
  if (values.only === undefined)
    for (const file of readdirSync(folder).filter((name) => /\.(?:jpg|png)$/.test(name))) rmSync(join(folder, file));
  const files = readdirSync(taken);
  for (const file of files) copyFileSync(join(taken, file), join(folder, file));
  console.log(`${files.length} pictures in ${folder}`);
}

const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });

const asked = (all) =>
  Object.entries(all).flatMap(([name, chapter]) =>
    values.only === undefined || values.only === name ? [chapter] : [],
  );

async function look(place, all) {
  for (const chapter of all)
    await chapter({ home: place, enter: (email) => Visitor.enter(place, browser, album, email) });
}

/** What stands in a home that is new, and is thrown away. */
async function lookAtEmpty(all) {
  const empty = new Home(mkdtempSync(join(tmpdir(), 'clearsite-empty-')));
  // PostgreSQL refuses to run as root; the user that it runs as then has to reach this folder.
  chmodSync(empty.home, 0o711);
  try {
    await empty.start();
    await look(empty, all);
  } finally {
    await empty.stop();
    rmSync(empty.home, { recursive: true, force: true });
  }
}

try {
  await look(home, asked(chapters));
  if (asked(emptyChapters).length > 0) await lookAtEmpty(asked(emptyChapters));
  keep();
} finally {
  await browser.close();
  rmSync(taken, { recursive: true, force: true });
}
