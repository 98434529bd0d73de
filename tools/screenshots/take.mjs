// Pictures of every page, for docs/screenshots: node tools/screenshots/take.mjs [HOME] [--as png] [--to FOLDER] [--only CHAPTER]
// HOME is that of a fresh demonstration which is up (npm run demo; .clearsite/demo unless said otherwise). Pages are used
// as people do, so that the demonstration is another afterwards. What stands there before the first policy is looked at in an empty home, started for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
if (!home.isUp) refuse(`No demonstration is up in ${home.path}: start one with "npm run demo".`);

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

/** Starts everything in a home that is thrown away. */
async function startEmpty() {
  const path = mkdtempSync(join(tmpdir(), 'clearsite-empty-'));
  // PostgreSQL refuses to run as root; the user that it runs as then has to reach this folder.
  chmodSync(path, 0o711);
  const { DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, ...env } = process.env;
  const up = spawn(process.execPath, [join(root, 'bin', 'clearsite.js'), 'up', '--json'], {
    env: { ...env, CLEARSITE_HOME: path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(up, 'exit');
  if ((await Promise.race([once(up.stdout, 'data'), ended.then(() => null)])) === null) {
    rmSync(path, { recursive: true, force: true });
    throw new Error('"clearsite up" ended at once; see above.');
  }
  return {
    home: new Home(path),
    async stop() {
      up.kill('SIGINT');
      await ended;
      rmSync(path, { recursive: true, force: true });
    },
  };
}

const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });

async function look(place, all) {
  const asked = Object.entries(all).filter(([name]) => values.only === undefined || values.only === name);
  for (const [, chapter] of asked)
    await chapter({ home: place, enter: (email) => Visitor.enter(place, browser, album, email) });
}

try {
  await look(home, chapters);
  if (Object.keys(emptyChapters).some((name) => values.only === undefined || values.only === name)) {
    const empty = await startEmpty();
    try {
      await look(empty.home, emptyChapters);
    } finally {
      await empty.stop();
    }
  }
  keep();
} finally {
  await browser.close();
  rmSync(taken, { recursive: true, force: true });
}
