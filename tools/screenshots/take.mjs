// Pictures of every page, for docs/screenshots: node tools/screenshots/take.mjs [HOME] [--as png] [--to FOLDER] [--only CHAPTER]
// HOME is that of a fresh demonstration which is up (npm run demo; .clearsite/demo unless said otherwise). Pages are used
// as people do, so that the demonstration is another afterwards. What stands there before the first policy is looked at in an empty home, started for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
const folder = resolve(values.to ?? join(root, 'docs', 'screenshots'));
const home = new Home(resolve(positionals[0] ?? join(root, '.clearsite', 'demo')));

const type = values.as === 'png' ? { type: 'png' } : { type: 'jpeg', quality: 45 };
const album = {
  taken: 0,
  async add(label, page) {
    const file = `${label}.${type.type === 'png' ? 'png' : 'jpg'}`;
    await page.screenshot({ path: join(folder, file), fullPage: true, ...type });
    this.taken += 1;
    console.log(file);
  },
};

if (values.only === undefined) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

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
  if ((await Promise.race([once(up.stdout, 'data'), ended.then(() => null)])) === null)
    throw new Error(`"clearsite up" ended at once in ${path}.`);
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
} finally {
  await browser.close();
}
console.log(`${album.taken} pictures in ${folder}`);
