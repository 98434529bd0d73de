// Pictures of every page, for docs/screenshots: node tools/screenshots/take.mjs [HOME] [--as png] [--to FOLDER]
// HOME is that of a fresh demonstration which is up (npm run demo; .clearsite/demo unless said otherwise). Pages are used
// as people do, so that the demonstration is another afterwards. A second home, empty, is started for what stands there before the first policy.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../chromium.mjs';
import { root } from '../install.mjs';
import { chapters } from './chapters.mjs';
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
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
try {
  const base = new URL(home.signInLink('pat.maple@programme.example')).origin;
  const enter = (email) => Visitor.enter(home, browser, base, album, email);
  for (const [name, chapter] of Object.entries(chapters)) {
    if (values.only !== undefined && values.only !== name) continue;
    await chapter({ home, enter });
  }
} finally {
  await browser.close();
}
console.log(`${album.taken} pictures in ${folder}`);
